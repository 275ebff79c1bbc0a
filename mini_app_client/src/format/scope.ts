/** What a person ticks: fields by category. A category without fields is not in it. */
export type Scope = Readonly<Record<string, readonly string[]>>

export interface ScopeInput {
  category: string
  fields: string[]
}

/** A scope as the API takes it. */
export function scopeInput(scope: Scope): ScopeInput[] {
  return Object.entries(scope).map(([category, fields]) => ({ category, fields: [...fields] }))
}

/** The scope with these fields of a category instead of what it had; none takes the category out. */
export function withFields(scope: Scope, category: string, fields: readonly string[]): Scope {
  const { [category]: _, ...others } = scope
  return fields.length > 0 ? { ...others, [category]: fields } : others
}

/** How many fields are ticked over all categories. */
export function fieldCount(scope: Scope): number {
  return Object.values(scope).reduce((sum, fields) => sum + fields.length, 0)
}
