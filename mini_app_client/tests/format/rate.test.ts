import { describe, expect, it } from 'vitest'

import { costText, rateRange, rateText } from '@/format/rate'

describe('a rate', () => {
  it.each([
    ['4.3500', '4.35%'],
    ['4', '4.00%'],
    ['4.3', '4.30%'],
    ['3.4512', '3.4512%'],
    ['3.4510', '3.451%'],
    ['0', '0.00%'],
    ['0.0001', '0.0001%'],
    ['36.0000', '36.00%'],
  ])('%s is read as %s', (percent, text) => {
    expect(rateText(percent)).toBe(text)
  })

  it.each([
    ['3', '4.5', '3.00–4.50%'],
    ['3.45', '3.4500', '3.45%'],
    ['0', '24', '0.00–24.00%'],
  ])('from %s to %s is %s', (from, to, text) => {
    expect(rateRange(from, to)).toBe(text)
  })
})

describe('a computed cost', () => {
  it.each([
    ['2.7337', '2.73%'],
    ['10.2549', '10.25%'],
    ['2.735', '2.74%'],
    ['1.005', '1.01%'],
    ['4.0350', '4.04%'],
    ['9.9950', '10.00%'],
    ['0', '0.00%'],
    ['12', '12.00%'],
    ['8.1', '8.10%'],
  ])('%s is rounded half up to %s', (percent, text) => {
    expect(costText(percent)).toBe(text)
  })

  it('of every four places is rounded half up', () => {
    const wrong: string[] = []
    for (let tenThousandths = 0; tenThousandths < 100_000; tenThousandths += 5) {
      const digits = String(tenThousandths).padStart(5, '0')
      const percent = `${digits.slice(0, -4)}.${digits.slice(-4)}`
      const rounded = String(Math.floor((tenThousandths + 50) / 100)).padStart(3, '0')
      if (costText(percent) !== `${rounded.slice(0, -2)}.${rounded.slice(-2)}%`) wrong.push(percent)
    }
    expect(wrong).toEqual([])
  })
})
