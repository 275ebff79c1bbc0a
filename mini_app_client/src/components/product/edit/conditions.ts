import { wanOfYuan, yuanOfWan } from '@/format/money'
import type { FigureBoundsInput, ProductDraftInput, ProductFormQuery } from '@/generated/graphql'
import { texts } from '@/texts'

/** Whom a product asks for, as it is typed: figures, industries, qualifications, schemes. */

export interface TypedGroup {
  picked: string[]
  /** Further names, separated by 、. */
  others: string
}

export interface TypedConditions {
  minAge: string
  /** In 万元. */
  minRevenue: string
  maxRevenue: string
  minTax: string
  minEmployees: string
  maxEmployees: string
  maxRecords: string
  maxBadLoans: string
  industries: string[]
  soleTraders: boolean
  tagGroups: TypedGroup[]
  schemes: string
}

export type Conditions = Required<
  Pick<
    ProductDraftInput,
    'minAgeMonths' | 'figures' | 'industries' | 'soleTraders' | 'tagGroups' | 'schemes'
  >
>

const countPattern = /^\d{1,9}$/
const separators = /[、，,；;\n]/

export function emptyConditions(): TypedConditions {
  return {
    minAge: '',
    minRevenue: '',
    maxRevenue: '',
    minTax: '',
    minEmployees: '',
    maxEmployees: '',
    maxRecords: '',
    maxBadLoans: '',
    industries: [],
    soleTraders: false,
    tagGroups: [],
    schemes: '',
  }
}

/** What a manager begins to revise with. */
export function typedConditions(
  product: NonNullable<ProductFormQuery['product']>,
): TypedConditions {
  const { figures } = product
  const wan = (yuan: string | null | undefined) => (yuan ? wanOfYuan(yuan) : '')
  const count = (number: number | null | undefined) => (number == null ? '' : String(number))
  return {
    minAge: count(product.minAgeMonths),
    minRevenue: wan(figures.minAnnualRevenue),
    maxRevenue: wan(figures.maxAnnualRevenue),
    minTax: wan(figures.minAnnualTax),
    minEmployees: count(figures.minEmployees),
    maxEmployees: count(figures.maxEmployees),
    maxRecords: count(figures.maxPublicRecords),
    maxBadLoans: count(figures.maxBadLoans),
    industries: product.industries.map(({ code }) => code),
    soleTraders: product.soleTraders,
    tagGroups: product.tagGroups.map((group) => ({ picked: [...group], others: '' })),
    schemes: product.schemes.join('\n'),
  }
}

/** The conditions as the API takes them; what cannot be written down becomes a gap. */
export function writtenConditions(
  typed: TypedConditions,
  gaps: Record<string, string>,
): Conditions {
  const read = <Value>(text: string, field: string, valueOf: (text: string) => Value | null) => {
    if (text.trim() === '') return null
    const value = valueOf(text)
    if (value === null) gaps[field] = texts.common.numberWanted
    return value
  }
  const figures: FigureBoundsInput = {
    minAnnualRevenue: read(typed.minRevenue, 'figures.minAnnualRevenue', yuanOfWan),
    maxAnnualRevenue: read(typed.maxRevenue, 'figures.maxAnnualRevenue', yuanOfWan),
    minAnnualTax: read(typed.minTax, 'figures.minAnnualTax', yuanOfWan),
    minEmployees: read(typed.minEmployees, 'figures.minEmployees', countOf),
    maxEmployees: read(typed.maxEmployees, 'figures.maxEmployees', countOf),
    maxPublicRecords: read(typed.maxRecords, 'figures.maxPublicRecords', countOf),
    maxBadLoans: read(typed.maxBadLoans, 'figures.maxBadLoans', countOf),
  }
  return {
    minAgeMonths: read(typed.minAge, 'minAgeMonths', countOf),
    figures: Object.values(figures).some((bound) => bound !== null) ? figures : null,
    industries: typed.industries,
    soleTraders: typed.soleTraders,
    tagGroups: typed.tagGroups.map(namesOf),
    schemes: linesOf(typed.schemes),
  }
}

/** Lines that say something, without the space around them. */
export function linesOf(text: string): string[] {
  return parts(text, '\n')
}

function namesOf({ picked, others }: TypedGroup): string[] {
  return [...new Set([...picked, ...parts(others, separators)])]
}

function parts(text: string, at: string | RegExp): string[] {
  return text
    .split(at)
    .map((part) => part.trim())
    .filter(Boolean)
}

function countOf(typed: string): number | null {
  return countPattern.test(typed.trim()) ? Number(typed.trim()) : null
}
