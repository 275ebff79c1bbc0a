/** Yuan as the API writes it (a decimal string) ⇄ the way a person reads and types it. */

const yuanPattern = /^(\d{1,12})(?:\.(\d{1,2}))?$/
const wanPattern = /^(\d{1,8})(?:\.(\d{0,6}))?$/

export interface SpokenAmount {
  /** Digits; in 元 with thousands separated. */
  digits: string
  /** 亿元, 万元 or 元. */
  unit: string
}

/** The largest unit that shows the amount exactly with at most two places. */
export function spokenAmount(yuan: string): SpokenAmount {
  const [, whole = '0', places = ''] = yuanPattern.exec(yuan) ?? []
  const cents = Number(whole) * 100 + Number(places.padEnd(2, '0'))
  for (const [unit, centsPerUnit] of [
    ['亿元', 1e10],
    ['万元', 1e6],
  ] as const) {
    if (cents >= centsPerUnit && cents % (centsPerUnit / 100) === 0) {
      return { digits: hundredths(cents / (centsPerUnit / 100)), unit }
    }
  }
  return { digits: grouped(hundredths(cents)), unit: '元' }
}

/** "500000" → "50万元". */
export function amountText(yuan: string): string {
  const { digits, unit } = spokenAmount(yuan)
  return `${digits}${unit}`
}

/** "10000" and "3000000" → "1万–300万元"; one amount when both are the same. */
export function amountRange(from: string, to: string): string {
  const [low, high] = [spokenAmount(from), spokenAmount(to)]
  if (low.unit === high.unit && low.digits === high.digits) return `${high.digits}${high.unit}`
  const lowUnit = low.unit === high.unit ? low.unit.replace('元', '') : low.unit
  return `${low.digits}${lowUnit}–${high.digits}${high.unit}`
}

/** What was typed in 万元 as yuan; null when it is no number. "12.5" → "125000". */
export function yuanOfWan(typed: string): string | null {
  const [matched, whole = '', places = ''] = wanPattern.exec(typed.trim()) ?? []
  if (!matched) return null
  const shifted = places.padEnd(4, '0')
  const yuan = (whole + shifted.slice(0, 4)).replace(/^0+(?=\d)/, '')
  const cents = shifted.slice(4).replace(/0+$/, '')
  return cents ? `${yuan}.${cents}` : yuan
}

/** Yuan as 万元 digits for an input field. "125000" → "12.5". */
export function wanOfYuan(yuan: string): string {
  const [, whole = '0', places = ''] = yuanPattern.exec(yuan) ?? []
  const padded = whole.padStart(5, '0')
  const rest = (padded.slice(-4) + places).replace(/0+$/, '')
  return rest ? `${padded.slice(0, -4)}.${rest}` : padded.slice(0, -4)
}

function hundredths(count: number): string {
  const places = String(count % 100).padStart(2, '0').replace(/0+$/, '')
  const whole = String(Math.floor(count / 100))
  return places ? `${whole}.${places}` : whole
}

function grouped(digits: string): string {
  const [whole = '', places] = digits.split('.')
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return places ? `${separated}.${places}` : separated
}
