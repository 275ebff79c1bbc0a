import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import MatchesPage from '@/pages/demand/matches.vue'
import type { DemandCardFragment, MatchFieldsFragment } from '@/generated/graphql'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { fill, press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, data, lastVariables, timesAsked, uniDouble } from '../doubles/uni'
import { aDemand, aHealth, aMatch, anAdvice, aSession, CITIES } from '../records'

function found(matches: MatchFieldsFragment[], own: Partial<DemandCardFragment> = {}) {
  const edges = matches.map((node) => ({ node }))
  const pageInfo = { hasNextPage: false, endCursor: null }
  return data({ demand: { ...aDemand(own), matches: { edges, pageInfo } } })
}

async function opened() {
  await useCity().load()
  const page = show(MatchesPage)
  pageLife('load', { id: 'demand_1' })
  pageLife('show')
  await flushPromises()
  return page
}

beforeEach(() => {
  answer('Cities', data({ cities: CITIES }))
  answer('DemandHealth', data({ demandHealth: aHealth() }))
  useSession().open(aSession())
})

describe('the matches of a demand', () => {
  it('stand in the order of the server, under what was asked for', async () => {
    const second = { ...aMatch().product, id: 'product_2', name: '示例税易贷' }
    answer('DemandMatches', found([aMatch(), aMatch({ id: 'match_2', rank: 2, product: second })]))
    const page = await opened()
    expect(lastVariables('DemandMatches')).toEqual({
      id: 'demand_1',
      eligibleOnly: true,
      first: 20,
      after: null,
    })
    expect(seen(page.get('.matches-subtitle'))).toBe('50万元 · 12个月')
    expect(page.findAll('.match-rank').map(seen)).toEqual(['1', '2'])
    expect(page.findAll('h3').map(seen)).toEqual(['示例信用贷', '示例税易贷'])
    expect(page.text()).toContain('不收取排名费用')
  })

  it('in the making say so, and are looked for again until they are there', async () => {
    vi.useFakeTimers()
    answer('DemandMatches', found([], { matching: 'PENDING' }), found([aMatch()]))
    const page = await opened()
    expect(seen(page.get('.face-title'))).toBe('正在匹配产品')
    vi.advanceTimersByTime(2_000)
    await flushPromises()
    expect(page.findAll('.match-rank').map(seen)).toEqual(['1'])
    vi.advanceTimersByTime(60_000)
    expect(timesAsked('DemandMatches')).toBe(2)
  })

  it('are looked for no more once the page is closed', async () => {
    vi.useFakeTimers()
    answer('DemandMatches', found([], { matching: 'PENDING' }))
    await opened()
    pageLife('unload')
    vi.advanceTimersByTime(60_000)
    expect(timesAsked('DemandMatches')).toBe(1)
  })

  it('that failed say so, and are looked for by hand', async () => {
    answer('DemandMatches', found([], { matching: 'FAILED' }), found([aMatch()]))
    const page = await opened()
    expect(seen(page.get('.face-title'))).toBe('这次匹配没有完成')
    await press(page, '重试')
    expect(page.findAll('.match-rank').map(seen)).toEqual(['1'])
  })

  it('that are none say why, in the words of the server', async () => {
    answer('DemandMatches', found([], { matchingNote: '金额超过所有产品的上限' }))
    expect(seen((await opened()).get('.face'))).toBe('暂无完全符合的产品 金额超过所有产品的上限')
  })

  it('that come close stand apart, without the ones that fit', async () => {
    const near = aMatch({ id: 'match_2', eligible: false, rank: null })
    answer('DemandMatches', found([aMatch()]), found([aMatch(), near]))
    const page = await opened()
    await fill(page, '差一点')
    expect(lastVariables('DemandMatches')).toMatchObject({ eligibleOnly: false, after: null })
    expect(page.findAll('h4').map(seen)).toEqual(['差在哪里'])
    expect(page.find('.match-rank').exists()).toBe(false)
  })

  it('of a demand that is not there say so', async () => {
    answer('DemandMatches', data({ demand: null }))
    expect(seen((await opened()).get('.face-title'))).toBe('需求不存在或不可见')
  })

  it('without network say so, and are read at the next try', async () => {
    answer('DemandMatches', 'network', found([aMatch()]))
    const page = await opened()
    expect(seen(page.get('.face-title'))).toBe('网络连接不上，请检查网络后重试')
    await press(page, '重试')
    expect(page.findAll('.match-rank').map(seen)).toEqual(['1'])
  })
})

describe('what would open more', () => {
  const opening = anAdvice({ text: '信用等级达到一级：多 2 款产品符合条件', amount: null, grade: 'FIRST' })

  async function advised(own: Partial<DemandCardFragment> = {}) {
    vi.useFakeTimers()
    answer('DemandMatches', found([aMatch()], own))
    answer('DemandHealth', data({ demandHealth: aHealth({ advice: [opening] }) }))
    const page = await opened()
    vi.advanceTimersByTime(1_000)
    await flushPromises()
    return page
  }

  it('is said under an open demand, for its own figures, with the way there', async () => {
    const page = await advised({ guaranteeKinds: ['CREDIT'], maxAnnualRate: '4.5' })
    expect(lastVariables('DemandHealth')!.input).toEqual({
      amount: '500000',
      termMonths: 12,
      guaranteeKinds: ['CREDIT'],
      maxAnnualRate: '4.5',
    })
    expect(seen(page.get('.advice-text'))).toBe('信用等级达到一级：多 2 款产品符合条件')
    await press(page, '看看怎样升级')
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({ url: '/pages/enterprise/grade' })
  })

  it('offers no change of figures: a published demand stands as it is', async () => {
    answer('DemandMatches', found([aMatch()]))
    vi.useFakeTimers()
    const page = await opened()
    vi.advanceTimersByTime(1_000)
    await flushPromises()
    expect(page.find('.advice-text').exists()).toBe(true)
    expect(page.findAll('.advice button')).toHaveLength(0)
  })

  it('is not asked for a demand that is over', async () => {
    const page = await advised({ status: 'WITHDRAWN' })
    expect(timesAsked('DemandHealth')).toBe(0)
    expect(page.find('.advice').exists()).toBe(false)
  })
})
