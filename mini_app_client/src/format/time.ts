/** Moments in China Standard Time, whatever the phone is set to. */

const CST_OFFSET_MS = 8 * 3600 * 1000

function partsOf(moment: string): [year: number, month: number, day: number, clock: string] | null {
  const time = Date.parse(moment)
  if (Number.isNaN(time)) return null
  const shifted = new Date(time + CST_OFFSET_MS)
  return [
    shifted.getUTCFullYear(),
    shifted.getUTCMonth() + 1,
    shifted.getUTCDate(),
    shifted.toISOString().slice(11, 16),
  ]
}

/** "2026年11月22日"; takes a Date ("2026-11-22") or a DateTime. */
export function dateText(moment: string): string {
  const parts = partsOf(moment)
  return parts ? `${parts[0]}年${parts[1]}月${parts[2]}日` : ''
}

/** "刚刚", "5分钟前", "今天 14:05", "11月22日 14:05", or with the year when it is another one. */
export function momentText(moment: string, now: Date = new Date()): string {
  const parts = partsOf(moment)
  const today = partsOf(now.toISOString())
  if (!parts || !today) return ''
  const minutes = Math.floor((now.getTime() - Date.parse(moment)) / 60_000)
  if (minutes < 1) return '刚刚'
  if (minutes < 60) return `${minutes}分钟前`
  const [year, month, day, clock] = parts
  if (year === today[0] && month === today[1] && day === today[2]) return `今天 ${clock}`
  const dated = `${month}月${day}日 ${clock}`
  return year === today[0] ? dated : `${year}年${dated}`
}

/** Whole days from now until a moment, never under zero. */
export function daysLeft(moment: string, now: Date = new Date()): number {
  return Math.max(0, Math.ceil((Date.parse(moment) - now.getTime()) / 86_400_000))
}

/** The day some whole months after a moment in China Standard Time: "2027-02-28" for 30 November and 3. */
export function dayAfterMonths(months: number, now: Date = new Date()): string {
  const [year, month, day] = partsOf(now.toISOString()) ?? [0, 1, 1]
  const lastOfMonth = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  const then = new Date(Date.UTC(year, month - 1 + months, Math.min(day, lastOfMonth)))
  return then.toISOString().slice(0, 10)
}

/** This month and those before it, newest first: "2026-11", "2026-10", … */
export function monthsBack(count: number, now: Date = new Date()): string[] {
  const [year, month] = partsOf(now.toISOString()) ?? [0, 1]
  return Array.from({ length: count }, (_, back) =>
    new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7),
  )
}

/** "2026-11" → "2026年11月". */
export function monthText(month: string): string {
  const [year = '', number = ''] = month.split('-')
  return `${year}年${Number(number)}月`
}
