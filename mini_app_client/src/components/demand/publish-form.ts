import { yuanOfWan } from '@/format/money'
import type { DemandHealthInput, DemandPublishInput, GuaranteeKind } from '@/generated/graphql'
import { texts } from '@/texts'

/** A demand as it is typed; what cannot be written down is a gap beside its field. */
export interface TypedDemand {
  /** In 万元. */
  amount: string
  /** In months. */
  term: string
  purpose: string
  guaranteeKinds: string[]
  maxRate: string
  audience: string[]
  institutionIds: string[]
  agreed: boolean
}

export type Content = Omit<DemandPublishInput, 'idempotencyKey'>

const monthsPattern = /^\d{1,4}$/
const ratePattern = /^\d{1,4}(\.\d{1,4})?$/

/** Who may see it and the consent begin empty: nobody but the owner chooses them. */
export function emptyDemand(): TypedDemand {
  return {
    amount: '',
    term: '',
    purpose: '',
    guaranteeKinds: [],
    maxRate: '',
    audience: [],
    institutionIds: [],
    agreed: false,
  }
}

/** What its health is asked with; null while amount or term is no number. */
export function sketchOf(typed: TypedDemand): DemandHealthInput | null {
  const { amount, term, rate } = figuresOf(typed)
  if (!amount || term === null) return null
  return {
    amount,
    termMonths: term,
    guaranteeKinds: typed.guaranteeKinds as GuaranteeKind[],
    maxAnnualRate: ratePattern.test(rate) ? rate : null,
  }
}

/** The content as the API takes it; null, with the gaps, when it cannot be written down. */
export function written(
  typed: TypedDemand,
  consentVersion: string | undefined,
): { content: Content | null; gaps: Record<string, string> } {
  const { amount, term, rate } = figuresOf(typed)
  const gaps: Record<string, string> = {}
  if (!amount) gaps['amount'] = texts.common.numberWanted
  if (term === null) gaps['termMonths'] = texts.common.numberWanted
  if (!typed.purpose.trim()) gaps['purpose'] = texts.common.wanted
  if (rate && !ratePattern.test(rate)) gaps['maxAnnualRate'] = texts.common.numberWanted
  if (!typed.audience[0]) gaps['audience'] = texts.publish.audienceMissing
  if (!typed.agreed || !consentVersion) gaps['consentTextVersion'] = texts.publish.consentMissing
  if (Object.keys(gaps).length > 0 || !amount || term === null || !consentVersion) {
    return { content: null, gaps }
  }
  const content: Content = {
    amount,
    termMonths: term,
    purpose: typed.purpose.trim(),
    guaranteeKinds: typed.guaranteeKinds as GuaranteeKind[],
    maxAnnualRate: rate || null,
    audience:
      typed.audience[0] === 'all'
        ? { allMatched: true }
        : { institutionIds: typed.institutionIds },
    consentTextVersion: consentVersion,
  }
  return { content, gaps }
}

function figuresOf({ amount, term, maxRate }: TypedDemand) {
  return {
    amount: yuanOfWan(amount),
    term: monthsPattern.test(term.trim()) ? Number(term.trim()) : null,
    rate: maxRate.trim(),
  }
}
