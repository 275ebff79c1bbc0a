import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'

import MatchRunsPage from '@/pages/enterprise/match-runs.vue'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, data, lastVariables, timesAsked, uniDouble } from '../doubles/uni'
import { aSession, CITIES } from '../records'

const APPLICANT = {
  annual_revenue: '32000000.00',
  annual_tax: '1120000',
  bad_loans: 0,
  employees: 64,
  enterprise_id: '01',
  established_on: '2015-09-08',
  grade: 'FIRST',
  industry: 'C34',
  place: { code: '320281404', name: '临港开发区' },
  possible_sizes: ['SMALL'],
  public_records: 0,
  region_codes: ['320000', '320281', '320281404'],
  size: 'SMALL',
  sole_trader: false,
  tags: { held: ['制造业', '有纳税'], lacking: ['农户'] },
}
const WISH = { amount: '500000.00', guarantee_kinds: [], max_annual_rate: null, term_months: 12 }

function aRun(applicant: Record<string, unknown> = {}, wish: Record<string, unknown> = {}) {
  return {
    demandId: 'demand_1',
    computedAt: '2026-11-22T06:00:00Z',
    rulesVersion: '2',
    facts: JSON.stringify({ applicant: { ...APPLICANT, ...applicant }, wish: { ...WISH, ...wish } }),
    factsDigest: '21d56efa',
  }
}

function kept(...runs: ReturnType<typeof aRun>[]) {
  const pageInfo = { hasNextPage: runs.length > 1, endCursor: 'cursor_1' }
  return data({
    viewer: {
      id: 'person_1',
      enterprise: { id: 'enterprise_1', industry: { code: 'C34', name: '通用设备制造业' } },
      allMyData: { matchRuns: { edges: runs.map((node) => ({ node })), pageInfo } },
    },
  })
}

async function opened() {
  await useCity().load()
  const page = show(MatchRunsPage)
  pageLife('show')
  await flushPromises()
  return page
}

beforeEach(() => {
  answer('Cities', data({ cities: CITIES }))
  useSession().open(aSession())
})

describe('what the matches were computed from', () => {
  it('is told in the owner’s words, with the version and the digest to check it by', async () => {
    answer('HeldMatchRuns', kept(aRun()))
    const card = (await opened()).get('.run')
    expect(seen(card.get('.run-title'))).toBe('50万元 · 12个月')
    expect(card.find('.facts').exists()).toBe(false)
    await card.get('button').trigger('click')
    expect(card.findAll('.fact').map(seen)).toEqual([
      '信用等级 一级',
      '企业规模 小型企业',
      '所在区域 临港开发区',
      '所属行业 通用设备制造业',
      '个体工商户 否',
      '成立日期 2015年9月8日',
      '年营业收入 3200万元',
      '年纳税额 112万元',
      '从业人员 64 人',
      '失信记录 0 条',
      '不良信贷记录 0 条',
      '具备的条件 制造业、有纳税',
      '不具备的条件 农户',
      '担保方式 不限',
      '利率上限 不限',
    ])
    expect(card.findAll('.run-proof').map(seen)).toEqual([
      '匹配规则版本：2',
      expect.stringMatching(/21d56efa$/),
    ])
  })

  it('says what was not known then, never a nought', async () => {
    const unknown = { annual_revenue: null, annual_tax: null, bad_loans: null, employees: null }
    const size = { size: 'UNKNOWN', possible_sizes: ['MICRO', 'SMALL'], established_on: null }
    const wish = { guarantee_kinds: ['CREDIT', 'MORTGAGED'], max_annual_rate: '4.3500' }
    answer('HeldMatchRuns', kept(aRun({ ...unknown, ...size, public_records: null, industry: 'A01' }, wish)))
    const card = (await opened()).get('.run')
    await card.get('button').trigger('click')
    const facts = card.findAll('.fact').map(seen)
    expect(facts.filter((fact) => fact.endsWith('尚不清楚'))).toHaveLength(6)
    expect(facts).toContain('企业规模 微型企业或小型企业')
    expect(facts).toContain('所属行业 A01')
    expect(facts).toContain('担保方式 信用、抵押')
    expect(facts).toContain('利率上限 4.35%')
  })

  it('is taken away as the very text that the digest was made of', async () => {
    const run = aRun()
    answer('HeldMatchRuns', kept(run))
    const page = await opened()
    await press(page, '复制原文')
    expect(uniDouble.setClipboardData).toHaveBeenCalledWith(expect.objectContaining({ data: run.facts }))
    expect(page.text()).toContain('原文已复制')
    await press(page, '查看需求')
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({ url: '/pages/demand/detail?id=demand_1' })
  })

  it('that has another shape stands there all the same, to be copied', async () => {
    answer('HeldMatchRuns', kept({ ...aRun(), facts: '{"firm":{}}' }))
    const page = await opened()
    expect(page.get('.run').text()).toContain('请复制原文查看')
    await page.get('.run button').trigger('click')
    expect(page.find('.facts').exists()).toBe(false)
    expect(page.findAll('.run-proof')).toHaveLength(2)
  })

  it('comes page by page', async () => {
    answer('HeldMatchRuns', kept(aRun(), { ...aRun(), factsDigest: 'b' }), kept({ ...aRun(), factsDigest: 'c' }))
    const page = await opened()
    await press(page, '加载更多')
    expect(lastVariables('HeldMatchRuns')).toMatchObject({ first: 20, after: 'cursor_1' })
    expect(page.findAll('.run')).toHaveLength(3)
  })

  it('where nothing was matched yet leads to a demand', async () => {
    answer('HeldMatchRuns', kept())
    const page = await opened()
    expect(seen(page.get('.face-title'))).toBe('还没有匹配记录')
    await press(page, '发布需求')
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({ url: '/pages/demand/publish' })
  })

  it('is asked by nobody who is signed out', async () => {
    useSession().viewer = null
    await opened()
    expect(timesAsked('HeldMatchRuns')).toBe(0)
  })

  it('says of a figure that a run of former rules lacks that it is not known', async () => {
    answer('HeldMatchRuns', kept(aRun({ public_records: undefined, annual_tax: undefined, grade: 'OTHER' })))
    const card = (await opened()).get('.run')
    await card.get('button').trigger('click')
    const facts = card.findAll('.fact').map(seen)
    expect(facts.filter((fact) => fact.endsWith('尚不清楚'))).toHaveLength(3)
    expect(facts.join()).not.toContain('undefined')
  })
})
