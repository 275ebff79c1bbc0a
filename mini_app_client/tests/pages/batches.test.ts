import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import BatchesPage from '@/pages/staff/batches.vue'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { complaintOf, fill, press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, data, lastVariables, timesAsked } from '../doubles/uni'
import { aMembership, aSession, aViewer, CITIES } from '../records'

const BANK = { id: 'institution_1', name: '示例银行' }
const aBatch = (own: Record<string, unknown> = {}) => ({
  id: 'public_batch_1',
  district: { code: '320281001', name: '示例街道' },
  industry: { code: 'C', name: '制造业' },
  institution: BANK,
  enterpriseCount: 12,
  rowCount: 40,
  hasMore: false,
  issuedAt: '2025-11-20T02:00:00Z',
  receipt: 'a.b.c',
  ...own,
})
const list = (...nodes: unknown[]) =>
  data({
    publicBatches: {
      edges: nodes.map((node) => ({ node })),
      pageInfo: { hasNextPage: false, endCursor: null },
    },
  })

async function openedBy(role: 'OFFICER' | 'OPERATOR') {
  useSession().open(aSession({ viewer: aViewer({ acting: aMembership({ role, enterprise: null }) }) }))
  const page = show(BatchesPage)
  pageLife('show')
  await flushPromises()
  return page
}

beforeEach(async () => {
  answer('Cities', data({ cities: CITIES }))
  await useCity().load()
})

describe('batches of public information', () => {
  it('are fetched by the bank with a ticket that stands in a header', async () => {
    answer('PublicBatches', list(aBatch({ hasMore: true })))
    const ticket = { url: '/downloads', ticket: 't1', fileName: 'b.jsonl', digest: 'ab', expiresAt: '2026-11-22T06:00:00Z' }
    answer('PublicBatchDownload', data({ publicBatchDownload: { __typename: 'DownloadTicket', ...ticket } }))
    const fetched = vi.fn(async () => new Response('{}', { status: 500 }))
    vi.stubGlobal('fetch', fetched)
    const page = await openedBy('OFFICER')
    expect(seen(page.get('.batch-name'))).toBe('示例街道 · 制造业')
    expect(page.findAll('.fact').map(seen)).toEqual([
      '企业数 12 家',
      '记录数 40 条',
      '生成时间 2025年11月20日 10:00',
    ])
    expect(page.text()).toContain('在下一批')
    expect(page.text()).not.toContain('生成批次')
    await press(page, '下载文件')
    expect(lastVariables('PublicBatchDownload')).toEqual({ id: 'public_batch_1' })
    expect(fetched).toHaveBeenCalledWith('/downloads', { headers: { Authorization: 'Ticket t1' } })
    vi.unstubAllGlobals()
  })

  it('say to a bank that none has come yet', async () => {
    answer('PublicBatches', list())
    expect(seen((await openedBy('OFFICER')).get('.face-title'))).toBe('还没有批次')
  })

  it('are handed out by an operator to one bank, of one district and industry', async () => {
    answer('CityDistricts', data({ city: { districts: [aBatch().district] } }))
    answer('RuleWords', data({ ruleWords: { industries: [aBatch().industry], qualifications: [] } }))
    answer('Institutions', data({ products: { edges: [{ node: { id: 'product_1', institution: BANK } }], pageInfo: { hasNextPage: false, endCursor: null } } }))
    answer('PublicBatches', list(), list(aBatch()))
    answer('PublicBatchIssue', data({ publicBatchIssue: { __typename: 'PublicBatch', id: 'public_batch_1' } }))
    const page = await openedBy('OPERATOR')
    await press(page, '生成批次')
    expect(complaintOf(page, '接收机构')).toBe('请选择')
    expect(timesAsked('PublicBatchIssue')).toBe(0)
    await fill(page, '接收机构', 'institution_1')
    await fill(page, '区域', '320281001')
    await fill(page, '行业', 'C')
    await press(page, '生成批次')
    expect(lastVariables('PublicBatchIssue')).toEqual({
      input: {
        institutionId: 'institution_1',
        district: '320281001',
        industry: 'C',
        idempotencyKey: expect.any(String),
      },
    })
    expect(seen(page.get('.batch-name'))).toBe('示例街道 · 制造业')
    expect(page.findAll('.fact').map(seen)[0]).toBe('接收机构 示例银行')
    expect(page.text()).not.toContain('下载文件')
  })
})
