import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'

import AccessPage from '@/pages/enterprise/access.vue'
import type { AccessFieldsFragment } from '@/generated/graphql'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { fill, press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, data, lastVariables, timesAsked, uniDouble } from '../doubles/uni'
import { aSession, CITIES } from '../records'

function anEntry(own: Partial<AccessFieldsFragment> = {}): AccessFieldsFragment {
  return {
    id: 'access_1',
    number: '1005',
    at: '2026-11-22T06:00:00Z',
    what: 'DATA_READ',
    readerName: '示例客户经理',
    institution: { id: 'institution_1', name: '示例银行' },
    allowed: true,
    unanswered: false,
    purpose: '审查融资需求',
    demand: { id: 'demand_1' },
    consent: { id: 'consent_1', purpose: 'ENTERPRISE_DATA', grantedAt: '2026-11-20T06:00:00Z', until: null },
    categories: ['纳税信息'],
    explanation: '示例银行查看数据，用途：审查融资需求。',
    digest: '9f2b7c1e',
    ...own,
  }
}

const aPlatformLook = { readerName: '平台', institution: null, demand: null, consent: null }

function ownLook(number: string): AccessFieldsFragment {
  return anEntry({
    ...aPlatformLook,
    id: `access_own_${number}`,
    readerName: '本企业',
    what: 'GRADE_READ',
    purpose: '本企业自己查看',
  })
}

function ledger(...entries: AccessFieldsFragment[]) {
  const edges = entries.map((node) => ({ node }))
  const pageInfo = { hasNextPage: false, endCursor: null }
  const enterprise = { id: 'enterprise_1', accessEntries: { edges, pageInfo } }
  return data({ viewer: { id: 'person_1', enterprise } })
}

async function opened() {
  await useCity().load()
  const page = show(AccessPage)
  pageLife('show')
  await flushPromises()
  return page
}

beforeEach(() => {
  answer('Cities', data({ cities: CITIES }))
  useSession().open(aSession())
})

describe('who looked at the enterprise’s data', () => {
  it('is told with the bank, the person and what they did', async () => {
    answer('AccessEntries', ledger(anEntry()))
    const row = (await opened()).get('.access')
    expect(seen(row.get('.access-what'))).toBe('查看数据')
    expect(seen(row.get('.access-who'))).toBe('示例银行 · 示例客户经理')
    expect(row.find('.tag').exists()).toBe(false)
  })

  it('names a bank once where its person is not told', async () => {
    answer('AccessEntries', ledger(anEntry({ readerName: '示例银行' })))
    expect(seen((await opened()).get('.access-who'))).toBe('示例银行')
  })

  it('opens to the purpose, the consent, the categories and the proof', async () => {
    answer('AccessEntries', ledger(anEntry()))
    const row = (await opened()).get('.access')
    expect(row.get('button').attributes('aria-expanded')).toBe('false')
    expect(row.find('.facts').exists()).toBe(false)
    await row.get('button').trigger('click')
    expect(row.get('button').attributes('aria-expanded')).toBe('true')
    expect(row.findAll('.fact').map(seen)).toEqual([
      '依据授权 向机构提供信用信息（2026年11月20日授权）',
      '信息类别 纳税信息',
    ])
    expect(seen(row.get('.small'))).toContain('审查融资需求')
    expect(seen(row.get('.access-hint'))).toMatch(/^记录编号 1005，.*：9f2b7c1e$/)
  })

  it('says of a refused reading that it was refused, in a word', async () => {
    answer('AccessEntries', ledger(anEntry({ allowed: false, consent: null, categories: [] })))
    const row = (await opened()).get('.access')
    expect(seen(row.get('.tag-bad'))).toBe('已拒绝')
    expect(row.find('.access-refused .icon-cross').exists()).toBe(true)
    await row.get('button').trigger('click')
    expect(row.findAll('.fact').map(seen)).toEqual(['用途 审查融资需求'])
  })

  it('says of a source that gave nothing that nothing came', async () => {
    answer('AccessEntries', ledger(anEntry({ what: 'INTERFACE_CALLED', allowed: false, unanswered: true })))
    const row = (await opened()).get('.access')
    expect(seen(row.get('.tag-warn'))).toBe('未取得')
    expect(row.find('.access-refused').exists()).toBe(false)
    expect(row.find('.access-icon .icon-cross').exists()).toBe(false)
  })

  it('folds the owner’s own looks that follow one another, and opens to each of them', async () => {
    answer('AccessEntries', ledger(ownLook('1'), ownLook('2'), anEntry(), ownLook('3')))
    const page = await opened()
    expect(page.findAll('.access-what').map(seen)).toEqual(['自己查看 2 次', '查看数据', '查看信用等级'])
    const fold = page.get('.access-fold')
    expect(fold.find('.access').exists()).toBe(false)
    await fold.get('button').trigger('click')
    expect(fold.findAll('.access').map((row) => seen(row.get('.access-what')))).toEqual([
      '查看信用等级',
      '查看信用等级',
    ])
    expect(fold.get('.access').find('h3').exists()).toBe(true)
    expect(fold.findAll('.disclosure-head-open')).toHaveLength(1)
  })

  it('folds what the platform does for one purpose, and says for which', async () => {
    const graded = { ...aPlatformLook, purpose: '评定信用等级' }
    answer(
      'AccessEntries',
      ledger(
        anEntry({ ...graded, id: 'access_1' }),
        anEntry({ ...graded, id: 'access_2', what: 'INTERFACE_CALLED' }),
        anEntry({ ...aPlatformLook, id: 'access_3', purpose: '制作分组统计' }),
      ),
    )
    const page = await opened()
    expect(page.findAll('.access-who').map(seen)).toEqual(['平台 · 评定信用等级', '平台'])
    expect(seen(page.get('.access-fold .access-what'))).toBe('例行查看 2 次')
  })

  it.each<[string, Partial<AccessFieldsFragment>]>([
    ['a bank', {}],
    ['a bank of the owner’s own name', { readerName: '本企业' }],
    ['an operator', { readerName: '平台运营人员', institution: null }],
    ['a regulator', { readerName: '监管人员', institution: null, what: 'LEDGER_READ' }],
    ['whoever scans the code', { readerName: '扫码的人', institution: null, what: 'GRADE_READ' }],
    ['a refused look', { readerName: '本企业', institution: null, allowed: false }],
    ['a decision', { readerName: '本企业', institution: null, what: 'CONSENT_REVOKED' }],
    ['a download', { readerName: '本企业', institution: null, what: 'DATA_EXPORTED' }],
  ])('never folds %s away', async (_, own) => {
    answer('AccessEntries', ledger(anEntry({ ...own, id: 'access_1' }), anEntry({ ...own, id: 'access_2' })))
    const page = await opened()
    expect(page.findAll('.access')).toHaveLength(2)
    expect(page.find('.access-fold').exists()).toBe(false)
  })

  it('shows only what was refused on request', async () => {
    answer('AccessEntries', ledger(anEntry()), ledger())
    const page = await opened()
    expect(lastVariables('AccessEntries')).toMatchObject({ refusedOnly: false })
    await fill(page, '被拒绝的')
    expect(lastVariables('AccessEntries')).toMatchObject({ refusedOnly: true })
    expect(seen(page.get('.face-title'))).toBe('没有被拒绝的查看')
  })

  it('says so where nobody looked yet', async () => {
    answer('AccessEntries', ledger())
    expect(seen((await opened()).get('.face-title'))).toBe('还没有人查看过')
  })

  it('is asked by nobody who is signed out', async () => {
    useSession().viewer = null
    const page = await opened()
    expect(timesAsked('AccessEntries')).toBe(0)
    await press(page, '去登录')
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({ url: '/pages/session/sign-in' })
  })
})
