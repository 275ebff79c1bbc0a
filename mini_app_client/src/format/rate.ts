/** Percent per year as the API writes it ("4.3500") → the way it is read ("4.35%"). */

/** At least two places, no trailing zeros beyond them. */
export function rateText(percent: string): string {
  const [whole = '0', places = ''] = percent.split('.')
  return `${whole}.${places.replace(/0+$/, '').padEnd(2, '0')}%`
}

/** A computed cost, rounded half up to two places: "2.7337" → "2.73%", "2.7350" → "2.74%". */
export function costText(percent: string): string {
  const [whole = '0', places = ''] = percent.split('.')
  // Digits, not floats: as a float 1.005 lies under its own half.
  const hundredths = Number(whole) * 100 + Number(places.slice(0, 2).padEnd(2, '0'))
  const rounded = hundredths + ((places[2] ?? '0') >= '5' ? 1 : 0)
  return `${Math.floor(rounded / 100)}.${String(rounded % 100).padStart(2, '0')}%`
}

/** "3.00%–4.50%", or one figure when both are the same. */
export function rateRange(from: string, to: string): string {
  const [low, high] = [rateText(from), rateText(to)]
  return low === high ? low : `${low.slice(0, -1)}–${high}`
}
