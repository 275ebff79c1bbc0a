import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import BatchPage from '@/pages/staff/batch.vue'
import UploadPage from '@/pages/staff/upload.vue'
import type { BatchFieldsFragment } from '@/generated/graphql'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'
import { sizeText } from '@/upload'

import { complaintOf, fill, press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, data, lastVariables, timesAsked, uniDouble } from '../doubles/uni'
import { aMembership, aSession, aViewer, CITIES } from '../records'

/** Stands for the browser's request: what was sent, and the answer a test gives. */
class RequestDouble {
  static last: RequestDouble
  headers: Record<string, string> = {}
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {}
  responseText = ''
  url = ''
  body: unknown
  onload = () => {}
  onerror = () => {}
  onabort = () => {}

  constructor() {
    RequestDouble.last = this
  }

  open(_: string, url: string): void {
    this.url = url
  }

  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value
  }

  send(body: unknown): void {
    this.body = body
  }

  async says(answer: unknown): Promise<void> {
    this.responseText = typeof answer === 'string' ? answer : JSON.stringify(answer)
    this.onload()
    await flushPromises()
  }
}

function aBatch(own: Partial<BatchFieldsFragment> = {}): BatchFieldsFragment {
  return {
    id: 'import_batch_1',
    state: 'FINISHED',
    fileName: '公积金.csv',
    provider: '示例住房公积金中心',
    receivedOn: '2026-11-22',
    progress: 1,
    accepted: 980,
    unchanged: 12,
    quarantined: 8,
    refusal: null,
    category: { code: 'JS-13', name: '住房公积金缴纳情况' },
    ...own,
  }
}

const pageInfo = { hasNextPage: false, endCursor: null }
const category = { code: 'JS-13', name: '住房公积金缴纳情况', ours: false, mode: 'COLLECTED', authorisation: 'NONE', needsConsent: false, operating: false, fields: [] }
const ticket = { __typename: 'UploadTicket', ticket: 'ticket-1', url: '/uploads', maxBytes: '1000' }

async function opened() {
  await useCity().load()
  const page = show(UploadPage)
  pageLife('show')
  await flushPromises()
  return page
}

async function pick(page: VueWrapper, content: string): Promise<void> {
  const input = page.get('input[type=file]')
  Object.defineProperty(input.element, 'files', {
    configurable: true,
    value: [new File([content], '公积金.csv')],
  })
  await input.trigger('change')
}

beforeEach(() => {
  vi.stubGlobal('XMLHttpRequest', RequestDouble)
  answer('Cities', data({ cities: CITIES }))
  answer('SharingCategories', data({ sharingCategories: [category] }))
  answer('ImportBatches', data({ importBatches: { edges: [], pageInfo } }))
  const acting = aMembership({ role: 'DATA_PROVIDER', enterprise: null })
  useSession().open(aSession({ viewer: aViewer({ acting }) }))
})

describe('a file of a data provider', () => {
  it('goes out under its own ticket, and leads to its batch', async () => {
    answer('UploadTicketIssue', data({ uploadTicketIssue: ticket }))
    const page = await opened()
    await fill(page, '信息类别', 'JS-13')
    await pick(page, '企业名称')
    await press(page, '开始上传')
    expect(lastVariables('UploadTicketIssue')).toEqual({
      input: {
        city: 'JIANGYIN',
        category: 'JS-13',
        fileName: '公积金.csv',
        idempotencyKey: expect.any(String),
      },
    })
    const request = RequestDouble.last
    expect(request.url).toBe('/uploads')
    expect(request.headers['Authorization']).toBe('Ticket ticket-1')
    expect(request.body).toBeInstanceOf(File)
    request.upload.onprogress?.({ loaded: 1, total: 3 })
    await flushPromises()
    expect(page.text()).toContain('已上传 33%')
    await request.says({ importBatch: { id: 'import_batch_1' } })
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({
      url: '/pages/staff/batch?id=import_batch_1',
    })
  })

  it('that the server refuses says the server’s reason; nothing else happens', async () => {
    answer('UploadTicketIssue', data({ uploadTicketIssue: ticket }))
    const page = await opened()
    await fill(page, '信息类别', 'JS-13')
    await pick(page, '企业名称')
    await press(page, '开始上传')
    await RequestDouble.last.says({ errors: [{ message: '文件是空的' }] })
    expect(page.text()).toContain('文件是空的')
    expect(uniDouble.navigateTo).not.toHaveBeenCalled()
    await press(page, '开始上传')
    await RequestDouble.last.says('<html>')
    expect(page.text()).toContain('上传没有完成，请重试')
  })

  it('that is too large, or not there, is not sent', async () => {
    answer('UploadTicketIssue', data({ uploadTicketIssue: { ...ticket, maxBytes: '3' } }))
    const page = await opened()
    await press(page, '开始上传')
    expect(complaintOf(page, '信息类别')).toBe('请选择')
    expect(page.text()).toContain('请选择文件')
    expect(timesAsked('UploadTicketIssue')).toBe(0)
    const former = RequestDouble.last
    await fill(page, '信息类别', 'JS-13')
    expect(complaintOf(page, '信息类别')).toBe('')
    await pick(page, '企业名称')
    expect(page.text()).not.toContain('请选择文件')
    await press(page, '开始上传')
    expect(page.text()).toContain('文件超过上限 1 KB')
    expect(RequestDouble.last).toBe(former)
  })

  it('is listed with its state in words', async () => {
    const batches = [
      aBatch(),
      aBatch({ id: 'import_batch_2', state: 'READING', progress: 0.429 }),
      aBatch({ id: 'import_batch_3', state: 'REFUSED', refusal: '表头不符' }),
    ]
    const edges = batches.map((node) => ({ node }))
    answer('ImportBatches', data({ importBatches: { edges, pageInfo } }))
    const page = await opened()
    expect(page.findAll('.tag').map(seen)).toEqual(['已完成', '检查中', '未受理'])
    expect(page.findAll('.figure').map(seen)).toEqual(['入库 980', '未变化 12', '不合格 8'])
    expect(page.text()).toContain('正在检查，已完成 42%')
    expect(page.text()).toContain('未受理：表头不符')
  })

  it.each([
    [1, '1 KB'],
    [3_565_158, '3.4 MB'],
    [10 * 1024 ** 3, '10 GB'],
  ])('of %i bytes is said to have %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text)
  })
})

describe('the outcome of a file', () => {
  async function batchOpened() {
    await useCity().load()
    const page = show(BatchPage)
    pageLife('load', { id: 'import_batch_1' })
    pageLife('show')
    await flushPromises()
    return page
  }
  const whole = { fileDigest: '9f2b', receipt: 'a.b.c' }
  const rowsOf = (...rows: unknown[]) =>
    data({
      importBatch: {
        id: 'import_batch_1',
        quarantinedRows: { edges: rows.map((node) => ({ node })), pageInfo },
      },
    })

  it('names each row that was set aside, and why', async () => {
    answer('ImportBatch', data({ importBatch: { ...aBatch(), ...whole } }))
    answer('QuarantinedRows', rowsOf({ line: 17, field: '缴存年月止', value: '2026-13', reason: '日期不存在' }))
    const page = await batchOpened()
    expect(seen(page.get('.row'))).toBe('缴存年月止 第 17 行 日期不存在 原值：2026-13')
    await press(page, '报送回执')
    expect(seen(page.get('.receipt'))).toBe('a.b.c')
  })

  it('is asked for again while the file is being read, and its rows not before', async () => {
    vi.useFakeTimers()
    const reading = aBatch({ state: 'READING', progress: 0.5 })
    answer(
      'ImportBatch',
      data({ importBatch: { ...reading, ...whole, receipt: null } }),
      data({ importBatch: { ...aBatch(), ...whole } }),
    )
    answer('QuarantinedRows', rowsOf())
    const page = await batchOpened()
    expect(timesAsked('QuarantinedRows')).toBe(0)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(timesAsked('ImportBatch')).toBe(2)
    expect(seen(page.get('.section .face-title'))).toBe('没有不合格的行')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(timesAsked('ImportBatch')).toBe(2)
  })
})
