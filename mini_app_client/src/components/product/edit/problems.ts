/** The first sentence about a field or what lies in it: "fees" finds "fees.1.amount" as well. */
export function problemUnder(problems: Record<string, string>, field: string): string {
  const at = Object.keys(problems).find((path) => path === field || path.startsWith(`${field}.`))
  return at ? (problems[at] ?? '') : ''
}
