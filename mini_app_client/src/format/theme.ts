/** A city's colours as CSS variables; the soft shades are mixed here, older web views cannot. */

export interface Theme {
  primary: string
  primaryDark: string
  accent: string
}

const WHITE = [255, 255, 255] as const

/** Inline style for a page. An unreadable colour leaves the style sheet's own in force. */
export function themeStyle(theme: Theme | null | undefined): string {
  const primary = channels(theme?.primary)
  if (!theme || !primary) return ''
  return [
    `--primary:${theme.primary}`,
    `--primary-dark:${theme.primaryDark}`,
    `--primary-soft:${mixed(primary, 0.08)}`,
    `--primary-line:${mixed(primary, 0.28)}`,
    `--accent:${theme.accent}`,
  ].join(';')
}

function channels(colour: string | undefined): number[] | null {
  const digits = /^#([0-9a-f]{6})$/i.exec(colour ?? '')?.[1]
  return digits ? [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16)) : null
}

function mixed(colour: number[], share: number): string {
  const parts = WHITE.map((white, at) => Math.round(white + ((colour[at] ?? 0) - white) * share))
  return `rgb(${parts.join(',')})`
}
