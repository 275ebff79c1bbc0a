/** What the API writes for everyone, as a person reads it on a phone. */

import { dateText } from './time'

const isoDay = / ?\b(\d{4}-\d{2}-\d{2})\b ?/g
const manyYuan = /(?<![\d.])\d{5,}(?=(?:\.\d+)?\s*元)/g
const digitsOnly = /^(-?)(\d{5,})(\.\d+)?$/
const categoryCode = /(?:^|(?<=[、，；\s]))(?:LOCAL(?:-[A-Z]+)+|[A-Z]{2,4}-\d+)\s+/g
const textVersion = /(\d{4})-(\d{2})(?:[.-](\d+))?$/

/** Days and large sums in a sentence: "成立于 2009-04-16" → "成立于2009年4月16日". */
export function readable(text: string): string {
  return text.replace(isoDay, (_, day: string) => dateText(day)).replace(manyYuan, grouped)
}

/** The value of a record's field; one that is named in 元 has its thousands separated. */
export function fieldText(name: string, value: string): string {
  const [, sign = '', whole, places = ''] = digitsOnly.exec(value) ?? []
  return whole && /元[)）]?$/.test(name) ? `${sign}${grouped(whole)}${places}` : readable(value)
}

/** Names of categories without their codes: "JS-31 水费信息、JS-14 电费信息" → "水费信息、电费信息". */
export function withoutCodes(source: string): string {
  return source.replace(categoryCode, '')
}

/** "jiangyin-grading-2026-11" → "2026年11月版"; what names no month stays as it is. */
export function versionText(version: string): string {
  const [, year, month, number] = textVersion.exec(version) ?? []
  if (!year) return version
  return `${year}年${Number(month)}月版${number ? `（第${number}次修订）` : ''}`
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',')
}
