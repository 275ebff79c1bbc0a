import { describe, expect, it } from 'vitest'

import MatchCard from '@/components/MatchCard.vue'
import type { MatchFieldsFragment } from '@/generated/graphql'

import { heard, press, seen, show } from '../doubles/page'
import { uniDouble } from '../doubles/uni'
import { aCondition, aMatch } from '../records'

const card = (own: Partial<MatchFieldsFragment> = {}, brief = false) =>
  show(MatchCard, { match: aMatch(own), brief })
const figures = (wrapper: ReturnType<typeof card>) => wrapper.findAll('.figure').map(seen)
const reasons = (wrapper: ReturnType<typeof card>) => wrapper.findAll('li').map(heard)

describe('a match that fits', () => {
  it('tells its rank to the eye and to the ear', () => {
    const wrapper = card({ rank: 2 })
    expect(seen(wrapper.get('.match-rank'))).toBe('2')
    expect(heard(wrapper.get('.match-rank'))).toBe('第2名')
  })

  it('tells its price for this enterprise: rate, limit and cost with everything in it', () => {
    expect(figures(card())).toEqual(['年利率 3.45%', '可贷额度 50万元', '综合年化成本 3.50%'])
  })

  it('says so where a figure cannot be computed', () => {
    expect(figures(card({ annualRate: null, limit: null, allInCost: null }))).toEqual([
      '年利率 —',
      '可贷额度 —',
      '综合年化成本 无法计算综合成本',
    ])
  })

  it('names product and bank, and leads to the sheet', async () => {
    const wrapper = card()
    expect(seen(wrapper.get('h3'))).toBe('示例信用贷')
    expect(seen(wrapper.get('.match-bank'))).toBe('示例银行')
    await wrapper.get('a').trigger('click')
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({ url: '/pages/product/detail?id=product_1' })
  })

  it('names the guarantees in words', () => {
    const wrapper = card({ product: { ...aMatch().product, guaranteeKinds: ['CREDIT', 'PLEDGED'] } })
    expect(wrapper.findAll('.tag').map(seen)).toEqual(['信用', '质押'])
  })

  it('is told as a list of reasons', () => {
    const wrapper = card()
    expect(seen(wrapper.get('h4'))).toBe('匹配理由')
    expect(reasons(wrapper)).toEqual([
      '符合： 信用等级符合要求 要求：一级及以上；本企业：高级',
    ])
  })
})

describe('a near miss', () => {
  const missed = {
    eligible: false,
    rank: null,
    reasons: [
      aCondition({ code: 'GRADE' }),
      aCondition({ code: 'TERM', verdict: 'UNKNOWN', explanation: '纳税情况待确认' }),
      aCondition({ code: 'AGE', verdict: 'NEAR_MISS', distance: '须等到2026-04-01', explanation: '成立时间接近要求' }),
      aCondition({ code: 'REGION', verdict: 'FAIL', actual: null, explanation: '不在服务区域' }),
    ],
  } satisfies Partial<MatchFieldsFragment>

  it('has no rank and no price', () => {
    const wrapper = card(missed)
    expect(wrapper.find('.match-rank').exists()).toBe(false)
    expect(figures(wrapper)).toEqual([])
  })

  it('tells first what is missing, each verdict in a word', () => {
    const wrapper = card(missed)
    expect(seen(wrapper.get('h4'))).toBe('差在哪里')
    expect(reasons(wrapper).map((reason) => reason.slice(0, 4))).toEqual(['不符合：', '接近： ', '待确认：'])
    expect(reasons(wrapper)[1]).toContain('须等到2026-04-01')
  })

  it('shows three reasons, then all of them, then three again', async () => {
    const wrapper = card(missed)
    expect(reasons(wrapper)).toHaveLength(3)
    await press(wrapper, '全部 4 条理由')
    expect(reasons(wrapper)).toHaveLength(4)
    expect(reasons(wrapper)[3]).toMatch(/^符合：/)
    await press(wrapper, '收起')
    expect(reasons(wrapper)).toHaveLength(3)
  })

  it('does not turn the reasons of the record round', () => {
    const before = missed.reasons.map(({ code }) => code)
    card(missed)
    expect(missed.reasons.map(({ code }) => code)).toEqual(before)
  })
})

describe('what is an example', () => {
  const provenanceOf = (...fields: string[]) => ({
    product: {
      ...aMatch().product,
      provenance: fields.map((field) => ({ field, provenance: 'ILLUSTRATIVE' as const })),
    },
  })

  it('product says so beside its name', () => {
    expect(seen(card({ product: { ...aMatch().product, isExample: true } }).get('.match-title'))).toBe(
      '示例信用贷 示例产品',
    )
    expect(card().text()).not.toContain('示例产品')
  })

  it.each([
    ['minAnnualRate', ['年利率 示例 3.45%', '可贷额度 50万元', '综合年化成本 示例 3.50%']],
    ['prices', ['年利率 示例 3.45%', '可贷额度 50万元', '综合年化成本 3.50%']],
    ['maxAmount', ['年利率 3.45%', '可贷额度 示例 50万元', '综合年化成本 3.50%']],
    ['fees', ['年利率 3.45%', '可贷额度 50万元', '综合年化成本 示例 3.50%']],
    ['materials', ['年利率 3.45%', '可贷额度 50万元', '综合年化成本 3.50%']],
  ])('figure from %s is marked, and no other', (field, texts) => {
    expect(figures(card(provenanceOf(field)))).toEqual(texts)
  })

  it('is not what a policy or a source states', () => {
    const product = {
      ...aMatch().product,
      provenance: [
        { field: 'minAnnualRate', provenance: 'POLICY' as const },
        { field: 'maxAmount', provenance: 'SOURCE' as const },
      ],
    }
    expect(figures(card({ product })).join()).not.toContain('示例')
  })
})

it('in brief shows neither rank nor reasons, and is one target', () => {
  const wrapper = card({}, true)
  expect(wrapper.find('.match-rank').exists()).toBe(false)
  expect(wrapper.findAll('li')).toHaveLength(0)
  expect(figures(wrapper)).toHaveLength(3)
  expect(wrapper.get('a').classes()).toContain('link-cover')
})
