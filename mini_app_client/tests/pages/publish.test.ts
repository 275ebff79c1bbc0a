import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'

import PublishPage from '@/pages/demand/publish.vue'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { complaintOf, control, fill, press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, asked, data, timesAsked, uniDouble } from '../doubles/uni'
import { aHealth, aMembership, aSession, aViewer, CITIES } from '../records'

const AGREEMENT = '我已阅读并同意以上授权'
const published = data({ demandPublish: { __typename: 'Demand', id: 'demand_7' } })
const inputs = () =>
  asked
    .filter(({ operation }) => operation === 'DemandPublish')
    .map(({ variables }) => variables.input!)

async function opened() {
  await useCity().load()
  const page = show(PublishPage)
  pageLife('show')
  await flushPromises()
  return page
}

async function filled() {
  const page = await opened()
  await fill(page, '融资金额', '50')
  await fill(page, '期限', '12')
  await fill(page, '资金用途', ' 采购原材料 ')
  await fill(page, '所有匹配的机构')
  await fill(page, AGREEMENT)
  return page
}

beforeEach(() => {
  answer('Cities', data({ cities: CITIES }))
  answer(
    'ConsentTexts',
    data({
      city: {
        consentTexts: [
          { purpose: 'GRADING', version: '1', text: '评级授权' },
          { purpose: 'PUBLISH_DEMAND', version: '2026-01', text: '同意展示本需求。' },
        ],
      },
    }),
  )
  const bank = { id: 'institution_1', name: '示例银行' }
  answer(
    'Institutions',
    data({
      products: {
        edges: [
          { node: { id: 'product_1', institution: bank } },
          { node: { id: 'product_2', institution: bank } },
        ],
        pageInfo: { hasNextPage: false, endCursor: null },
      },
    }),
  )
  answer('DemandHealth', data({ demandHealth: aHealth() }))
  useSession().open(aSession())
})

describe('the form of a demand', () => {
  it('presets nothing: no audience, no guarantee, no consent', async () => {
    const page = await opened()
    expect(page.findAll('input[type="radio"], input[type="checkbox"]')).toHaveLength(7)
    expect(page.findAll('input:checked')).toHaveLength(0)
    expect(page.findAll('input[type="text"]').map(({ element }) => (element as HTMLInputElement).value)).toEqual(['', '', ''])
    expect(page.text()).toContain('同意展示本需求。')
    expect(page.text()).not.toContain('评级授权')
  })

  it('sent empty names each gap beside its field, and sends nothing', async () => {
    const page = await opened()
    await press(page, '发布需求')
    expect(complaintOf(page, '融资金额')).toBe('请填写数字')
    expect(complaintOf(page, '期限')).toBe('请填写数字')
    expect(complaintOf(page, '所有匹配的机构')).toBe('请选择哪些机构可以看到')
    expect(complaintOf(page, AGREEMENT)).toBe('请阅读并同意授权后再发布')
    expect(page.text()).toContain('请修改标出的内容后再提交')
    expect(inputs()).toEqual([])
  })

  it('complains of nothing before it was sent, and lets go as soon as it is met', async () => {
    const page = await opened()
    await fill(page, '融资金额', 'abc')
    expect(complaintOf(page, '融资金额')).toBe('')
    await press(page, '发布需求')
    expect(complaintOf(page, '融资金额')).toBe('请填写数字')
    await fill(page, '融资金额', '12.5')
    expect(complaintOf(page, '融资金额')).toBe('')
  })

  it('sends what was filled in, as the API takes it, and opens the matches', async () => {
    answer('DemandPublish', published)
    const page = await filled()
    await press(page, '发布需求')
    expect(inputs()).toEqual([
      {
        amount: '500000',
        termMonths: 12,
        purpose: '采购原材料',
        guaranteeKinds: [],
        maxAnnualRate: null,
        audience: { allMatched: true },
        consentTextVersion: '2026-01',
        idempotencyKey: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    ])
    expect(uniDouble.redirectTo).toHaveBeenCalledWith({ url: '/pages/demand/matches?id=demand_7' })
  })

  it('sends the chosen banks alone, each named once', async () => {
    answer('DemandPublish', published)
    const page = await filled()
    await fill(page, '仅我选定的机构')
    await fill(page, '示例银行')
    await fill(page, '信用')
    await fill(page, '抵押')
    await fill(page, '可接受的年利率上限', '4.5')
    await press(page, '发布需求')
    expect(inputs()[0]).toMatchObject({
      audience: { institutionIds: ['institution_1'] },
      guaranteeKinds: ['CREDIT', 'MORTGAGED'],
      maxAnnualRate: '4.5',
    })
    expect(page.findAll('label').filter((one) => seen(one) === '示例银行')).toHaveLength(1)
  })

  it('sent again after a lost network keeps its key; changed or accepted gets another', async () => {
    answer('DemandPublish', 'timeout', 'network', 'network', published, published)
    const page = await filled()
    await press(page, '发布需求')
    expect(page.text()).toContain('网络较慢，等待超时，请稍后重试')
    await press(page, '发布需求')
    await fill(page, '融资金额', '60')
    await press(page, '发布需求')
    await press(page, '发布需求')
    await press(page, '发布需求')
    const keys = inputs().map(({ idempotencyKey }) => idempotencyKey)
    expect(keys[1]).toBe(keys[0])
    expect(keys[2]).not.toBe(keys[0])
    expect(keys[3]).toBe(keys[2])
    expect(keys[4]).not.toBe(keys[3])
  })

  it('tapped twice is sent once', async () => {
    answer('DemandPublish', published)
    const page = await filled()
    const button = page.findAll('button').find((one) => seen(one) === '发布需求')!
    await Promise.all([button.trigger('click'), button.trigger('click')])
    await flushPromises()
    expect(inputs()).toHaveLength(1)
  })

  it('shows what the server found beside its fields, and keeps what was typed', async () => {
    answer(
      'DemandPublish',
      data({
        demandPublish: {
          __typename: 'ValidationFailed',
          code: 'VALIDATION_FAILED',
          message: '有几处需要修改',
          fieldErrors: [
            { field: 'amount', message: '金额不能低于1万元' },
            { field: 'purpose', message: '请写明资金用途' },
            { field: 'audience.institutionIds', message: '请至少选择一家机构' },
          ],
        },
      }),
    )
    const page = await filled()
    await press(page, '发布需求')
    expect(complaintOf(page, '融资金额')).toBe('金额不能低于1万元')
    expect(complaintOf(page, '资金用途')).toBe('请写明资金用途')
    expect(complaintOf(page, '所有匹配的机构')).toBe('请至少选择一家机构')
    expect(complaintOf(page, '期限')).toBe('')
    expect(page.text()).toContain('有几处需要修改')
    expect(control(page, '融资金额').value).toBe('50')
    expect(uniDouble.redirectTo).not.toHaveBeenCalled()
  })
})

describe('who may not publish', () => {
  it('signed out is led to signing in', async () => {
    useSession().viewer = null
    const page = await opened()
    await press(page, '去登录')
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({ url: '/pages/session/sign-in' })
    expect(page.findAll('input')).toHaveLength(0)
  })

  it('without an enterprise is led to registering one', async () => {
    useSession().open(aSession({ viewer: aViewer({ acting: null }) }))
    const page = await opened()
    await press(page, '去办理')
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({ url: '/pages/enterprise/register' })
    expect(page.findAll('input')).toHaveLength(0)
  })

  it('whom the server refuses before real name is led to the next step', async () => {
    const enterprise = { id: 'enterprise_1', name: '示例机械有限公司', registration: 'REGISTERED' as const }
    useSession().open(aSession({ viewer: aViewer({ acting: aMembership({ enterprise }) }) }))
    const message = '请先完成企业实名认证，再发布融资需求'
    answer(
      'DemandPublish',
      data({ demandPublish: { __typename: 'NotVerified', code: 'NOT_VERIFIED', message } }),
    )
    const page = await filled()
    await press(page, '发布需求')
    expect(page.text()).toContain(message)
    await press(page, '去办理')
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({ url: '/pages/enterprise/register' })
    expect(uniDouble.redirectTo).not.toHaveBeenCalled()
  })

  it.each([
    ['REAL_NAME_VERIFIED', true],
    ['AUTHORISED', false],
  ] as const)('%s may write one; told that no grade is known: %s', async (registration, told) => {
    const enterprise = { id: 'enterprise_1', name: '示例机械有限公司', registration }
    useSession().open(aSession({ viewer: aViewer({ acting: aMembership({ enterprise }) }) }))
    const page = await opened()
    expect(page.findAll('input').length).toBeGreaterThan(0)
    expect(page.text().includes('尚未授权评定信用等级')).toBe(told)
  })

  it('without network sees why, and tries again', async () => {
    answer('ConsentTexts', 'network')
    const page = await opened()
    expect(page.text()).toContain('网络连接不上，请检查网络后重试')
    await press(page, '重试')
    expect(timesAsked('ConsentTexts')).toBe(2)
  })
})
