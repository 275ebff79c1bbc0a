import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import CreditReportCard from '@/components/enterprise/CreditReportCard.vue'
import WhitelistPage from '@/pages/staff/whitelist.vue'
import type { Role } from '@/generated/graphql'
import { monthsBack } from '@/format/time'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { complaintOf, fill, press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, asked, data, lastVariables, timesAsked, uniDouble } from '../doubles/uni'
import { aMembership, aProduct, aSession, aViewer, CITIES } from '../records'

const bank = { id: 'institution_1', name: '示例银行' }
const pageInfo = { hasNextPage: false, endCursor: null }
const [thisMonth, lastMonth] = monthsBack(2) as [string, string]
const list = {
  id: 'whitelist_1',
  month: thisMonth,
  asOf: '2026-11-01',
  frozenAt: '2026-11-01T01:00:00Z',
  size: 2,
  digest: '9f2b',
  recipients: [],
}
const entry = (change: string, uscc: string, reason: string | null = null) => ({
  node: { enterpriseName: `示例企业${uscc}`, uscc, level: 'FIRST', change, reason },
})

async function opened(role: Role) {
  const acting = aMembership({ role, enterprise: null, institution: role === 'OFFICER' ? bank : null })
  useSession().open(aSession({ viewer: aViewer({ acting }) }))
  await useCity().load()
  const page = show(WhitelistPage)
  pageLife('show')
  await flushPromises()
  return page
}

beforeEach(() => {
  answer('Cities', data({ cities: CITIES }))
  answer('Institutions', data({ products: { edges: [{ node: aProduct() }, { node: aProduct() }], pageInfo } }))
  const edges = [entry('ADDED', '1'), entry('REMOVED', '2', '同意已撤回')]
  answer('WhitelistEntries', data({ whitelist: { id: 'whitelist_1', entries: { edges, pageInfo } } }))
})

describe('the month’s whitelist', () => {
  it('is frozen by an operator after one more question, once', async () => {
    answer('Whitelist', data({ whitelist: null }), data({ whitelist: list }))
    answer('WhitelistFreeze', data({ whitelistFreeze: { __typename: 'Whitelist', id: 'whitelist_1' } }))
    const page = await opened('OPERATOR')
    await press(page, '生成名单')
    expect(timesAsked('WhitelistFreeze')).toBe(0)
    const sheet = page.get('[role="dialog"]')
    await sheet.findAll('button').find((one) => seen(one) === '生成名单')!.trigger('click')
    await flushPromises()
    expect(lastVariables('WhitelistFreeze')).toEqual({
      input: { city: 'JIANGYIN', month: thisMonth, idempotencyKey: expect.any(String) },
    })
    expect(page.text()).toContain('名单已生成')
    expect(page.findAll('.entry')).toHaveLength(2)
  })

  it('with nobody on it says why, and is sent to nobody', async () => {
    answer('Whitelist', data({ whitelist: { ...list, size: 0 } }))
    answer('WhitelistEntries', data({ whitelist: { id: 'whitelist_1', entries: { edges: [], pageInfo } } }))
    const page = await opened('OPERATOR')
    expect(page.findAll('.fact').map(seen)).toContain('企业数 0 家')
    expect(page.text()).toContain('没有企业同时符合条件并同意列入')
    expect(page.findAll('button').map(seen)).not.toContain('推送给机构')
    await fill(page, '新增')
    expect(page.text()).toContain('没有这类企业')
  })

  it('is asked by nobody who is signed out: staff are shown their way in', async () => {
    await useCity().load()
    await useSession().restore()
    const page = show(WhitelistPage)
    pageLife('show')
    await flushPromises()
    expect(timesAsked('Whitelist')).toBe(0)
    await press(page, '去登录')
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({ url: '/pages/session/staff' })
  })

  it('of a month that is over can no longer be made', async () => {
    answer('Whitelist', data({ whitelist: null }))
    const page = await opened('OPERATOR')
    await fill(page, '月份', lastMonth)
    expect(lastVariables('Whitelist')).toEqual({ city: 'JIANGYIN', month: lastMonth })
    expect(page.findAll('button').map(seen)).not.toContain('生成名单')
  })

  it('says of each firm in a word how it differs from last month, and why one left', async () => {
    answer('Whitelist', data({ whitelist: list }))
    const page = await opened('OPERATOR')
    expect(page.findAll('.entry .tag').map(seen)).toEqual(['新增', '移出'])
    expect(page.findAll('.entry')[1]!.text()).toContain('同意已撤回')
    await fill(page, '移出')
    expect(lastVariables('WhitelistEntries')).toMatchObject({ change: 'REMOVED' })
  })

  it('is sent to one bank, which has to be named', async () => {
    answer('Whitelist', data({ whitelist: list }))
    answer('WhitelistSend', data({ whitelistSend: { __typename: 'Whitelist', id: 'whitelist_1' } }))
    const page = await opened('OPERATOR')
    await press(page, '推送给机构')
    const sheet = page.get('[role="dialog"]')
    const confirm = () => sheet.findAll('button').find((one) => seen(one) === '推送给机构')!
    await confirm().trigger('click')
    expect(complaintOf(page, '接收机构')).toBe('请选择')
    expect(timesAsked('WhitelistSend')).toBe(0)
    expect(sheet.findAll('option').map(seen)).toEqual(['请选择', '示例银行'])
    await fill(page, '接收机构', 'institution_1')
    await confirm().trigger('click')
    await flushPromises()
    expect(lastVariables('WhitelistSend')).toEqual({
      id: 'whitelist_1',
      input: { institutionId: 'institution_1', idempotencyKey: expect.any(String) },
    })
    expect(page.text()).toContain('已推送给示例银行')
  })

  it('is only read by a bank: neither frozen nor sent', async () => {
    answer('Whitelist', data({ whitelist: list }))
    const page = await opened('OFFICER')
    expect(page.text()).toContain('每次查看都会记下')
    const buttons = page.findAll('button').map(seen)
    expect(buttons).not.toContain('推送给机构')
    expect(buttons).not.toContain('生成名单')
  })
})

describe('a credit report', () => {
  const ticket = (kind: string) => ({ url: '/downloads', ticket: kind, fileName: `report.${kind}` })

  it('is issued with one key, and each of its files is offered once', async () => {
    const report = { __typename: 'CreditReport', id: 'report_1', issuedAt: 'x', json: ticket('json'), pdf: ticket('pdf') }
    answer('CreditReportIssue', 'timeout', data({ creditReportIssue: report }))
    const fetched = vi.fn().mockResolvedValue({ ok: true, blob: async () => new Blob(['x']) })
    vi.stubGlobal('fetch', fetched)
    const card = show(CreditReportCard, { enterpriseId: 'enterprise_1' })
    await press(card, '生成信用报告')
    await press(card, '生成信用报告')
    const keys = asked.map(({ variables }) => variables.input?.['idempotencyKey'])
    expect(new Set(keys).size).toBe(1)
    await press(card, '下载 PDF')
    expect(fetched).toHaveBeenLastCalledWith('/downloads', { headers: { Authorization: 'Ticket pdf' } })
    expect(card.findAll('button').map(seen)).toEqual(['下载数据文件'])
    await press(card, '下载数据文件')
    expect(card.findAll('button').map(seen)).toEqual(['生成信用报告'])
  })
})
