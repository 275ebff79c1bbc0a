import { describe, expect, it } from 'vitest'

import { amountRange, amountText, spokenAmount, wanOfYuan, yuanOfWan } from '@/format/money'

/** Yuan as the API writes it: around each unit, with fen, and the largest the pattern admits. */
const EDGES = [
  '0', '0.01', '0.10', '1', '9', '10', '99.99', '999', '1000', '1234.5', '9999', '9999.99',
  '10000', '10001', '10050', '10100', '99999', '100000', '125000', '125000.5', '999999.99',
  '1000000', '21474836.48', '99999999', '99999999.99', '100000000', '100000001', '101000000',
  '123456789', '150000000', '999999999999', '999999999999.99',
]

const CENTS_OF_UNIT: Record<string, bigint> = { 亿元: 10n ** 10n, 万元: 10n ** 6n, 元: 100n }

function cents(digits: string, centsPerUnit: bigint): bigint {
  const [whole = '0', places = ''] = digits.replace(/,/g, '').split('.')
  return (
    BigInt(whole) * centsPerUnit +
    (BigInt(places.padEnd(2, '0')) * centsPerUnit) / 100n
  )
}

describe('an amount as it is read', () => {
  it.each([
    ['500000', '50万元'],
    ['10000', '1万元'],
    ['9999.99', '9,999.99元'],
    ['10050', '10,050元'],
    ['10100', '1.01万元'],
    ['125000.5', '125,000.5元'],
    ['100000000', '1亿元'],
    ['150000000', '1.5亿元'],
    ['123456789', '123,456,789元'],
    ['0', '0元'],
    ['0.01', '0.01元'],
    ['1234567.80', '1,234,567.8元'],
  ])('%s is %s', (yuan, text) => {
    expect(amountText(yuan)).toBe(text)
  })

  it.each(EDGES)('%s is shown to the fen', (yuan) => {
    const { digits, unit } = spokenAmount(yuan)
    expect(cents(digits, CENTS_OF_UNIT[unit]!)).toBe(cents(yuan, 100n))
    expect(digits).toMatch(/^(\d{1,3}(,\d{3})*|\d+)(\.\d{1,2})?$/)
  })

  it.each([
    ['10000', '3000000', '1万–300万元'],
    ['5000', '10000', '5,000元–1万元'],
    ['500000', '200000000', '50万元–2亿元'],
    ['100', '200', '100–200元'],
    ['500000', '500000', '50万元'],
    ['500000', '500000.00', '50万元'],
  ])('from %s to %s is %s', (from, to, text) => {
    expect(amountRange(from, to)).toBe(text)
  })
})

describe('an amount as it is typed in 万元', () => {
  it.each([
    ['50', '500000'],
    ['12.5', '125000'],
    [' 12.5 ', '125000'],
    ['0.0001', '1'],
    ['0.000001', '0.01'],
    ['1.000010', '10000.1'],
    ['007', '70000'],
    ['12.', '120000'],
    ['0', '0'],
    ['99999999', '999999990000'],
  ])('%s is %s yuan', (typed, yuan) => {
    expect(yuanOfWan(typed)).toBe(yuan)
  })

  it.each([
    '', ' ', '.', '.5', '-1', '+1', '1e3', '1,000', '五十', 'NaN', 'Infinity', '1.2.3',
    '1.0000001', '123456789', '１２', '12 5', '0x10', '50万',
  ])('%j is no number', (typed) => {
    expect(yuanOfWan(typed)).toBeNull()
  })

  it.each(EDGES)('%s yuan in a field goes back as the same amount', (yuan) => {
    const back = yuanOfWan(wanOfYuan(yuan))
    expect(back).not.toBeNull()
    expect(cents(back!, 100n)).toBe(cents(yuan, 100n))
  })

  it.each([
    ['125000', '12.5'],
    ['10000', '1'],
    ['1', '0.0001'],
    ['10000.01', '1.000001'],
  ])('%s yuan stand in a field as %s', (yuan, wan) => {
    expect(wanOfYuan(yuan)).toBe(wan)
  })
})
