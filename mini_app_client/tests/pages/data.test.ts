import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import DataPage from '@/pages/enterprise/data.vue'
import RecordsPage from '@/pages/enterprise/records.vue'
import type { ObjectionFieldsFragment, RecordFieldsFragment } from '@/generated/graphql'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { complaintOf, fill, press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, asked, data, lastVariables, timesAsked, uniDouble } from '../doubles/uni'
import { aSession, CITIES } from '../records'

const fund = { code: 'JS-13', name: '住房公积金缴纳情况' }
const pageInfo = { hasNextPage: false, endCursor: null }

function anObjection(own: Partial<ObjectionFieldsFragment> = {}): ObjectionFieldsFragment {
  return {
    id: 'objection_1',
    category: fund,
    field: '缴存人数',
    reason: '应为 25 人',
    state: 'FILED',
    filedAt: '2026-11-22T06:00:00Z',
    handOverDueOn: '2026-11-24',
    late: false,
    ...own,
  }
}

function aRecord(own: Partial<RecordFieldsFragment> = {}): RecordFieldsFragment {
  return {
    id: 'credit_record_1',
    category: fund,
    provider: '示例住房公积金中心',
    receivedOn: '2026-11-10',
    selfDeclared: false,
    current: true,
    fields: [
      { name: '缴存人数', value: '23', masked: false },
      { name: '经办人证件号码', value: '***', masked: true },
    ],
    objection: null,
    ...own,
  }
}

function held(counts: [typeof fund, number][], objections: ObjectionFieldsFragment[] = []) {
  return data({
    viewer: {
      id: 'person_1',
      enterprise: { id: 'enterprise_1', objections: { edges: objections.map((node) => ({ node })) } },
      allMyData: {
        countsByCategory: counts.map(([category, records]) => ({
          category: { ...category, listTitle: '示例清单' },
          records,
          newestReceivedOn: '2026-11-10',
        })),
      },
    },
  })
}

async function opened(page: typeof DataPage | typeof RecordsPage, query?: Record<string, string>) {
  await useCity().load()
  const shown = show(page)
  if (query) pageLife('load', query)
  pageLife('show')
  await flushPromises()
  return shown
}

beforeEach(() => {
  answer('Cities', data({ cities: CITIES }))
  useSession().open(aSession())
})

describe('everything held about the enterprise', () => {
  it('is counted by category, and each leads to its records', async () => {
    answer('MyData', held([[fund, 2], [{ code: 'JS-1', name: '纳税信息' }, 0]]))
    const page = await opened(DataPage)
    expect(page.findAll('.menu-text').map(seen)).not.toContain('纳税信息')
    await press(page, '住房公积金缴纳情况 2 条')
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({
      url: `/pages/enterprise/records?category=JS-13&name=${encodeURIComponent(fund.name)}`,
    })
  })

  it('says so where there is nothing', async () => {
    answer('MyData', held([]))
    expect(seen((await opened(DataPage)).get('.face-title'))).toBe('平台还没有本企业的数据')
  })

  it('shows what was objected to, its state in a word, and the day it is due', async () => {
    answer('MyData', held([[fund, 2]], [anObjection(), anObjection({ id: 'objection_2', late: true })]))
    const cards = (await opened(DataPage)).findAll('article')
    expect(seen(cards[0]!.get('.tag'))).toBe('已提交')
    expect(cards[0]!.text()).toContain('2026年11月24日前转交')
    expect(cards[0]!.text()).not.toContain('已超过转交期限')
    expect(cards[1]!.text()).toContain('已超过转交期限')
  })

  it('is fetched whole with a ticket that stands in a header', async () => {
    answer('MyData', held([[fund, 2]]))
    const ticket = { __typename: 'DownloadTicket', url: '/downloads', ticket: 'once', fileName: 'all.json' }
    answer('DataExport', data({ dataExport: ticket }))
    const fetched = vi.fn().mockResolvedValue({ ok: true, blob: async () => new Blob(['{}']) })
    vi.stubGlobal('fetch', fetched)
    const page = await opened(DataPage)
    await press(page, '下载文件')
    await flushPromises()
    expect(fetched).toHaveBeenCalledWith('/downloads', { headers: { Authorization: 'Ticket once' } })
    expect(page.text()).toContain('数据文件已准备好')
    fetched.mockResolvedValue({ ok: false })
    await press(page, '下载文件')
    await flushPromises()
    expect(page.text()).toContain('文件没有下载成功，请重试')
    const keys = asked.filter(({ operation }) => operation === 'DataExport').map(({ variables }) => variables.input?.['idempotencyKey'])
    expect(new Set(keys).size).toBe(2)
  })

  it('is asked by nobody who is signed out', async () => {
    useSession().viewer = null
    await opened(DataPage)
    expect(timesAsked('MyData')).toBe(0)
  })
})

describe('the records of a category', () => {
  const query = { category: 'JS-13', name: fund.name }
  const rows = (...records: RecordFieldsFragment[]) =>
    data({
      viewer: {
        id: 'person_1',
        allMyData: { records: { edges: records.map((node) => ({ node })), pageInfo } },
      },
    })

  it('show field by field, and say what is hidden', async () => {
    answer('MyRecords', rows(aRecord()))
    const page = await opened(RecordsPage, query)
    expect(lastVariables('MyRecords')).toMatchObject({ category: 'JS-13' })
    expect(page.findAll('.fact').map(seen)).toEqual(['缴存人数 23', '经办人证件号码 ***（已隐藏）'])
    expect(page.findAll('.tag')).toHaveLength(0)
  })

  it('are marked in words: an own statement, a replaced row, a disputed one', async () => {
    const objection = { id: 'objection_1', state: 'FILED' as const, handOverDueOn: '2026-11-24' }
    answer(
      'MyRecords',
      rows(aRecord({ selfDeclared: true }), aRecord({ id: 'credit_record_2', current: false, objection })),
    )
    const page = await opened(RecordsPage, query)
    expect(page.findAll('.tag').map(seen)).toEqual(['自行填报', '历史记录', '异议中'])
    expect(page.findAll('button').filter((one) => seen(one) === '对此有异议')).toHaveLength(1)
  })

  it('are objected to from the very datum, with a reason and the same key until it is filed', async () => {
    const filed = data({
      objectionFile: { __typename: 'Objection', id: 'objection_1', handOverDueOn: '2026-11-24' },
    })
    answer('MyRecords', rows(aRecord()))
    answer('ObjectionFile', 'timeout', filed)
    const page = await opened(RecordsPage, query)
    await press(page, '对此有异议')
    await press(page, '提交异议')
    expect(complaintOf(page, '哪里不对，应当是什么')).toBe('请写明哪里不对')
    expect(timesAsked('ObjectionFile')).toBe(0)
    await fill(page, '哪个字段有误', '缴存人数')
    await fill(page, '哪里不对，应当是什么', ' 应为 25 人 ')
    await press(page, '提交异议')
    const first = lastVariables('ObjectionFile')
    expect(first).toEqual({
      input: {
        recordId: 'credit_record_1',
        field: '缴存人数',
        reason: '应为 25 人',
        idempotencyKey: expect.any(String),
      },
    })
    await press(page, '提交异议')
    expect(lastVariables('ObjectionFile')).toEqual(first)
    expect(page.text()).toContain('异议已提交，2026年11月24日前转交')
    expect(page.find('[role="dialog"]').exists()).toBe(false)
    expect(timesAsked('MyRecords')).toBe(2)
  })
})
