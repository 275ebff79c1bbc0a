import { describe, expect, it } from 'vitest'

import { termRange, termText } from '@/format/term'

describe('a term', () => {
  it.each([
    [1, '1个月'],
    [11, '11个月'],
    [12, '12个月'],
    [13, '13个月'],
    [24, '2年'],
    [30, '30个月'],
    [36, '3年'],
    [360, '30年'],
  ])('of %i months is %s', (months, text) => {
    expect(termText(months)).toBe(text)
  })

  it.each([
    [1, 12, '1–12个月'],
    [6, 36, '6个月–3年'],
    [24, 36, '2年–3年'],
    [24, 30, '24–30个月'],
    [12, 12, '12个月'],
    [36, 36, '3年'],
  ])('from %i to %i months is %s', (from, to, text) => {
    expect(termRange(from, to)).toBe(text)
  })
})
