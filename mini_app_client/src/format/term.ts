/** "12个月", or "3年" for whole years beyond one. */
export function termText(months: number): string {
  return months > 12 && months % 12 === 0 ? `${months / 12}年` : `${months}个月`
}

/** "1–12个月", "6个月–3年". */
export function termRange(from: number, to: number): string {
  if (from === to) return termText(from)
  const [low, high] = [termText(from), termText(to)]
  return high.endsWith('月') ? `${from}–${high}` : `${low}–${high}`
}
