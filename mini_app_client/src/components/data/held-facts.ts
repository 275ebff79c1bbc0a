import type { Fact } from '@/components/FactList.vue'
import { amountText } from '@/format/money'
import { rateText } from '@/format/rate'
import { termText } from '@/format/term'
import { dateText } from '@/format/time'
import type { EnterpriseSize, GradeLevel, GuaranteeKind } from '@/generated/graphql'
import { texts } from '@/texts'
import { gradeLabels, guaranteeLabels, sizeLabels } from '@/texts/labels'

/**
 * What a run of matches kept of the enterprise and of its wish; money and rates are text. A run of
 * former rules may lack a figure.
 */
interface Kept {
  applicant: {
    grade: GradeLevel
    place: { name: string }
    industry: string
    size: EnterpriseSize
    possible_sizes: EnterpriseSize[]
    sole_trader: boolean
    established_on: string | null
    tags: { held: string[]; lacking: string[] }
    annual_revenue?: string | null
    annual_tax?: string | null
    employees?: number | null
    public_records?: number | null
    bad_loans?: number | null
  }
  wish: {
    amount: string
    term_months: number
    guarantee_kinds: GuaranteeKind[]
    max_annual_rate?: string | null
  }
}

/** A branch of trade by its code and its name. */
export interface Industry {
  code: string
  name: string
}

export interface HeldFacts {
  /** "50万元 · 12个月". */
  wish: string
  facts: Fact[]
}

type Sentences = typeof texts.matchRuns

/**
 * The kept facts in the words of their owner; null for a text of another shape, which is then shown
 * as it is. `industry` is the enterprise's own, whose name is known.
 */
export function heldFacts(text: string, industry: Industry | null): HeldFacts | null {
  try {
    const { applicant, wish } = JSON.parse(text) as Kept
    return {
      wish: `${sum(wish.amount)} · ${termText(wish.term_months)}`,
      facts: [...ofFirm(applicant, industry, texts.matchRuns), ...ofWish(wish, texts.matchRuns)],
    }
  } catch {
    return null
  }
}

function ofFirm(
  firm: Kept['applicant'],
  industry: Industry | null,
  say: Sentences,
): Fact[] {
  const size = firm.size === 'UNKNOWN' ? firm.possible_sizes : [firm.size]
  return [
    { label: say.grade, text: gradeLabels[firm.grade] ?? say.unknown },
    { label: say.size, text: size.map((one) => sizeLabels[one] ?? say.unknown).join(say.orElse) || say.unknown },
    { label: say.place, text: firm.place.name },
    { label: say.industry, text: firm.industry === industry?.code ? industry.name : firm.industry },
    { label: say.soleTrader, text: firm.sole_trader ? say.yes : say.no },
    { label: say.established, text: firm.established_on ? dateText(firm.established_on) : say.unknown },
    { label: say.revenue, text: firm.annual_revenue == null ? say.unknown : sum(firm.annual_revenue) },
    { label: say.tax, text: firm.annual_tax == null ? say.unknown : sum(firm.annual_tax) },
    { label: say.employees, text: counted(firm.employees, say.people) },
    { label: say.publicRecords, text: counted(firm.public_records, say.entries) },
    { label: say.badLoans, text: counted(firm.bad_loans, say.entries) },
    { label: say.held, text: firm.tags.held.join('、') || say.none },
    { label: say.lacking, text: firm.tags.lacking.join('、') || say.none },
  ]
}

function ofWish(wish: Kept['wish'], say: Sentences): Fact[] {
  return [
    { label: say.guarantee, text: wish.guarantee_kinds.map((one) => guaranteeLabels[one] ?? say.unknown).join('、') || say.any },
    { label: say.maxRate, text: wish.max_annual_rate == null ? say.any : rateText(wish.max_annual_rate) },
  ]
}

function counted(count: number | null | undefined, unit: (count: number) => string): string {
  return count == null ? texts.matchRuns.unknown : unit(count)
}

/** Whole cents as a person reads them; a figure that is no such sum stays as it was kept. */
function sum(yuan: string): string {
  return /^\d{1,12}(\.\d{1,2})?$/.test(yuan) ? amountText(yuan) : texts.matchRuns.yuan(yuan)
}
