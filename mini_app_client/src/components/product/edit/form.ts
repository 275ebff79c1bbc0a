import { wanOfYuan, yuanOfWan } from '@/format/money'
import { rateText } from '@/format/rate'
import type {
  EnterpriseSize,
  GuaranteeKind,
  ProductDraftInput,
  ProductFormQuery,
  RepaymentMethod,
  RequiredGrade,
} from '@/generated/graphql'
import { texts } from '@/texts'

import {
  emptyConditions,
  linesOf,
  typedConditions,
  writtenConditions,
  type Conditions,
  type TypedConditions,
} from './conditions'

/** A product's sheet as it is typed; what cannot be written down is a gap beside its field. */

export const GRADES: readonly RequiredGrade[] = ['ADVANCED', 'FIRST', 'CANDIDATE']

export interface TypedPrice {
  rate: string
  limit: string
}

export interface TypedFee {
  name: string
  payee: string
  percent: string
  /** Yuan, for a fee that is a fixed sum; null for one in percent. */
  amount: string | null
  perYear: boolean
  when: string
}

export interface TypedProduct {
  name: string
  description: string
  minAmount: string
  maxAmount: string
  limitFormula: string
  minTerm: string
  maxTerm: string
  guaranteeKinds: string[]
  repaymentMethods: string[]
  rateBasis: string
  prices: Record<RequiredGrade, TypedPrice>
  fees: TypedFee[]
  requiredGrade: string[]
  sizes: string[]
  districts: string[]
  conditions: TypedConditions
  materials: string
}

const percentPattern = /^\d{1,4}(\.\d{1,4})?$/
const yuanPattern = /^\d{1,12}(\.\d{1,2})?$/
const monthsPattern = /^\d{1,4}$/

export function emptyFee(): TypedFee {
  return { name: '', payee: '', percent: '', amount: null, perYear: false, when: '' }
}

export function emptyProduct(): TypedProduct {
  const price = (): TypedPrice => ({ rate: '', limit: '' })
  return {
    name: '',
    description: '',
    minAmount: '',
    maxAmount: '',
    limitFormula: '',
    minTerm: '',
    maxTerm: '',
    guaranteeKinds: [],
    repaymentMethods: [],
    rateBasis: '',
    prices: { ADVANCED: price(), FIRST: price(), CANDIDATE: price() },
    fees: [],
    requiredGrade: [],
    sizes: [],
    districts: [],
    conditions: emptyConditions(),
    materials: '',
  }
}

/** What a manager begins to revise with. */
export function typedOf(product: NonNullable<ProductFormQuery['product']>): TypedProduct {
  const typed = emptyProduct()
  for (const { grade, annualRate, limitPercent } of product.prices) {
    typed.prices[grade] = { rate: bare(annualRate), limit: bare(limitPercent) }
  }
  return {
    ...typed,
    name: product.name,
    description: product.description ?? '',
    minAmount: wanOfYuan(product.minAmount),
    maxAmount: wanOfYuan(product.maxAmount),
    limitFormula: product.limitFormula ?? '',
    minTerm: String(product.minTermMonths),
    maxTerm: String(product.maxTermMonths),
    guaranteeKinds: [...product.guaranteeKinds],
    repaymentMethods: [...product.repaymentMethods],
    rateBasis: product.rateBasis,
    fees: product.fees.map((fee) => ({
      name: fee.name,
      payee: fee.payee,
      percent: bare(fee.percentOfPrincipal ?? ''),
      amount: fee.amount ?? null,
      perYear: fee.perYear,
      when: fee.paidWhen,
    })),
    requiredGrade: [product.requiredGrade],
    sizes: [...product.sizes],
    districts: product.districts.map(({ code }) => code),
    conditions: typedConditions(product),
    materials: product.materials.join('\n'),
  }
}

/** What both drafting and revising send. */
export type Content = Conditions &
  Pick<
    ProductDraftInput,
    | 'name'
    | 'description'
    | 'minAmount'
    | 'maxAmount'
    | 'limitFormula'
    | 'minTermMonths'
    | 'maxTermMonths'
    | 'guaranteeKinds'
    | 'repaymentMethods'
    | 'rateBasis'
    | 'prices'
    | 'fees'
    | 'requiredGrade'
    | 'sizes'
    | 'districts'
    | 'materials'
  >

export interface Written {
  /** Null when there are gaps. */
  content: Content | null
  /** Sentences by the field's path in the input. */
  gaps: Record<string, string>
}

/** The typed sheet as the API takes it. */
export function written(typed: TypedProduct): Written {
  const gaps: Record<string, string> = {}
  const need = <Value>(value: Value | null, field: string, sentence: string): Value => {
    if (value === null) gaps[field] = sentence
    return value as Value
  }
  const { numberWanted, choose } = texts.common
  const priceOf = (fee: TypedFee) =>
    fee.amount === null
      ? { percentOfPrincipal: need(percentOf(fee.percent), 'fees', numberWanted) }
      : { amount: need(yuanOf(fee.amount), 'fees', numberWanted) }
  const content: Content = {
    name: typed.name.trim(),
    description: typed.description.trim() || null,
    minAmount: need(yuanOfWan(typed.minAmount), 'minAmount', numberWanted),
    maxAmount: need(yuanOfWan(typed.maxAmount), 'maxAmount', numberWanted),
    limitFormula: typed.limitFormula.trim() || null,
    minTermMonths: need(monthsOf(typed.minTerm), 'minTermMonths', numberWanted),
    maxTermMonths: need(monthsOf(typed.maxTerm), 'maxTermMonths', numberWanted),
    guaranteeKinds: typed.guaranteeKinds as GuaranteeKind[],
    repaymentMethods: typed.repaymentMethods as RepaymentMethod[],
    rateBasis: typed.rateBasis.trim(),
    prices: GRADES.filter((grade) => typed.prices[grade].rate.trim() !== '').map((grade) => ({
      grade,
      annualRate: need(percentOf(typed.prices[grade].rate), 'prices', numberWanted),
      limitPercent: need(percentOf(typed.prices[grade].limit), 'prices', numberWanted),
    })),
    fees: typed.fees.map((fee) => ({
      name: fee.name.trim(),
      payee: fee.payee.trim(),
      ...priceOf(fee),
      perYear: fee.perYear,
      paidWhen: fee.when.trim(),
    })),
    requiredGrade: need(
      (typed.requiredGrade[0] as RequiredGrade | undefined) ?? null,
      'requiredGrade',
      choose,
    ),
    sizes: typed.sizes as EnterpriseSize[],
    districts: typed.districts,
    ...writtenConditions(typed.conditions, gaps),
    materials: linesOf(typed.materials),
  }
  nameWhatIsLeftOut(typed, gaps)
  return { content: Object.keys(gaps).length === 0 ? content : null, gaps }
}

/** The server would say it too, but only once every number is one. */
function nameWhatIsLeftOut(typed: TypedProduct, gaps: Record<string, string>): void {
  const { wanted, choose } = texts.common
  if (!typed.name.trim()) gaps['name'] = wanted
  if (!typed.rateBasis.trim()) gaps['rateBasis'] = wanted
  if (typed.guaranteeKinds.length === 0) gaps['guaranteeKinds'] = choose
  if (typed.repaymentMethods.length === 0) gaps['repaymentMethods'] = choose
}

function percentOf(typed: string): string | null {
  return percentPattern.test(typed.trim()) ? typed.trim() : null
}

function yuanOf(typed: string): string | null {
  return yuanPattern.test(typed.trim()) ? typed.trim() : null
}

function monthsOf(typed: string): number | null {
  return monthsPattern.test(typed.trim()) ? Number(typed.trim()) : null
}

function bare(percent: string): string {
  return percent ? rateText(percent).slice(0, -1) : ''
}
