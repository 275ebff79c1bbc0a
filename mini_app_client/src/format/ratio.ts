/** Ratios as the API writes them ("1.1200"): compared and placed without rounding. */

const ratioPattern = /^(-?)(\d+)(?:\.(\d{1,4}))?$/

/** Ten-thousandths of a ratio; null when it is none. */
function parts(ratio: string): number | null {
  const [matched, sign, whole = '0', places = ''] = ratioPattern.exec(ratio) ?? []
  if (matched === undefined) return null
  return (sign ? -1 : 1) * (Number(whole) * 10_000 + Number(places.padEnd(4, '0')))
}

/** How far a ratio lies under a cut, or null when it reaches it. "1.1200", "1.2200" → "0.1000". */
export function shortfall(ratio: string, cut: string): string | null {
  const [own, wanted] = [parts(ratio), parts(cut)]
  if (own === null || wanted === null || own >= wanted) return null
  const missing = wanted - own
  return `${Math.floor(missing / 10_000)}.${String(missing % 10_000).padStart(4, '0')}`
}

/** Where two cuts and the own ratio stand on a line, in percent from its left; null without figures. */
export function placesOnLine(
  ratio: string,
  aCut: string,
  bCut: string,
): { own: number; a: number; b: number } | null {
  const [own, a, b] = [parts(ratio), parts(aCut), parts(bCut)]
  if (own === null || a === null || b === null) return null
  const low = Math.min(own, b)
  const span = Math.max(own, a) - low || 1
  // The outer eighths stay free, so that a mark at an end is not cut off and C and A have room.
  const place = (value: number) => 12.5 + ((value - low) / span) * 75
  return { own: place(own), a: place(a), b: place(b) }
}
