/** Percent per year as the API writes it ("4.3500") → the way it is read ("4.35%"). */

/** At least two places, no trailing zeros beyond them. */
export function rateText(percent: string): string {
  const [whole = '0', places = ''] = percent.split('.')
  return `${whole}.${places.replace(/0+$/, '').padEnd(2, '0')}%`
}

/** A computed cost, rounded to two places: "2.7337" → "2.73%". */
export function costText(percent: string): string {
  return `${Number(percent).toFixed(2)}%`
}

/** "3.00%–4.50%", or one figure when both are the same. */
export function rateRange(from: string, to: string): string {
  const [low, high] = [rateText(from), rateText(to)]
  return low === high ? low : `${low.slice(0, -1)}–${high}`
}
