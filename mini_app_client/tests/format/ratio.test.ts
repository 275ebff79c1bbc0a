import { describe, expect, it } from 'vitest'

import { placesOnLine, shortfall } from '@/format/ratio'

describe('what a ratio lacks to a cut', () => {
  it.each([
    ['1.1200', '1.2200', '0.1000'],
    ['1.1', '1.2200', '0.1200'],
    ['-0.5000', '1.0000', '1.5000'],
    ['0.9999', '1.0000', '0.0001'],
  ])('%s under %s lacks %s', (ratio, cut, missing) => {
    expect(shortfall(ratio, cut)).toBe(missing)
  })

  it.each([
    ['1.2200', '1.2200'],
    ['3.0000', '1.2200'],
    ['—', '1.2200'],
  ])('%s with a cut of %s lacks nothing that can be said', (ratio, cut) => {
    expect(shortfall(ratio, cut)).toBeNull()
  })
})

describe('the places on the line', () => {
  it('keep their order and stay on it, wherever the own ratio lies', () => {
    for (const own of ['-2.0000', '0.5000', '1.1000', '9.0000']) {
      const places = placesOnLine(own, '1.2000', '1.0000')!
      expect(places.b).toBeLessThanOrEqual(places.a)
      for (const place of Object.values(places)) {
        expect(place).toBeGreaterThanOrEqual(12.5)
        expect(place).toBeLessThanOrEqual(87.5)
      }
    }
    const { own, a, b } = placesOnLine('1.1000', '1.2000', '1.0000')!
    expect(b < own && own < a).toBe(true)
  })

  it('are one where everybody is alike', () => {
    expect(placesOnLine('1.0000', '1.0000', '1.0000')).toEqual({ own: 12.5, a: 12.5, b: 12.5 })
  })

  it('are none without figures', () => {
    expect(placesOnLine('—', '1.2000', '1.0000')).toBeNull()
  })
})
