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
    purpose: '审查融资需求',
    demand: { id: 'demand_1' },
    consent: { id: 'consent_1', purpose: 'ENTERPRISE_DATA', grantedAt: '2026-11-20T06:00:00Z', until: null },
    categories: ['纳税信息'],
    explanation: '示例银行查看数据，用途：审查融资需求。',
    digest: '9f2b7c1e',
    ...own,
  }
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
    expect(seen(row.get('.tag'))).toBe('已拒绝')
    await row.get('button').trigger('click')
    expect(row.findAll('.fact').map(seen)).toEqual(['用途 审查融资需求'])
  })

  it('says of a source that gave nothing that nothing came', async () => {
    answer('AccessEntries', ledger(anEntry({ what: 'INTERFACE_CALLED', allowed: false })))
    expect(seen((await opened()).get('.tag'))).toBe('未取得')
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
