import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'

import DemandOffers from '@/components/demand/DemandOffers.vue'
import OfferPage from '@/pages/offer/make.vue'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { complaintOf, control, fill, press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, asked, data, lastVariables, timesAsked, uniDouble } from '../doubles/uni'
import { aDemand, aMembership, anOffer, aSession, aViewer, CITIES } from '../records'

const bank = { id: 'institution_1', name: '示例银行' }
const made = data({ offerMake: { __typename: 'Offer', id: 'offer_1' } })

function match(product: string, institution: string, annualRate: string | null, limit: string | null) {
  return {
    node: {
      id: `match_${product}`,
      annualRate,
      limit,
      product: { id: product, name: `示例贷${product}`, institution: { id: institution } },
    },
  }
}

const applicant = {
  district: { name: '澄江街道' },
  industry: { name: '通用设备制造业' },
  size: 'SMALL',
  gradeLevel: 'FIRST',
  ageBand: '3–5年',
}

async function opened() {
  await useCity().load()
  const page = show(OfferPage)
  pageLife('load', { id: 'demand_1' })
  pageLife('show')
  await flushPromises()
  return page
}

beforeEach(() => {
  answer('Cities', data({ cities: CITIES }))
  const acting = aMembership({ role: 'OFFICER', enterprise: null, institution: bank })
  useSession().open(aSession({ viewer: aViewer({ acting }) }))
  const edges = [
    match('a', 'institution_1', '3.4500', '300000'),
    match('b', 'institution_1', null, '9000000'),
    match('c', 'institution_2', '3.0000', '500000'),
  ]
  answer('OfferForm', data({ demand: { ...aDemand(), applicant, matches: { edges } } }))
})

describe('making an offer', () => {
  it('begins empty, with the products of the own bank that fit', async () => {
    const page = await opened()
    expect(page.findAll('option').map(seen)).toEqual(['请选择', '示例贷a', '示例贷b'])
    expect(control(page, '报价产品').value).toBe('')
    expect(control(page, '报价金额').value).toBe('')
  })

  it('tells of the firm what a bank may know before an acceptance', async () => {
    expect(seen((await opened()).get('.demand-profile'))).toBe(
      '澄江街道 · 通用设备制造业 · 小型企业 · 3–5年',
    )
  })

  it('starts from the product’s sheet, within what was asked for', async () => {
    const page = await opened()
    const values = () =>
      ['报价金额', '年利率', '期限'].map((label) => control(page, label).value)
    await fill(page, '报价产品', 'a')
    expect(values()).toEqual(['30', '3.45', '12'])
    await fill(page, '报价产品', 'b')
    expect(values()).toEqual(['50', '3.45', '12'])
  })

  it('is sent as the API takes it, with the same key until it is accepted', async () => {
    answer('OfferMake', 'timeout', made)
    const page = await opened()
    await fill(page, '报价产品', 'a')
    await fill(page, '给企业的话', ' 三天内放款 ')
    await press(page, '发送报价')
    expect(uniDouble.navigateBack).not.toHaveBeenCalled()
    await press(page, '发送报价')
    const [first, second] = asked
      .filter(({ operation }) => operation === 'OfferMake')
      .map(({ variables }) => variables.input!)
    expect(first).toEqual({
      demandId: 'demand_1',
      productId: 'a',
      amount: '300000',
      annualRate: '3.45',
      termMonths: 12,
      message: '三天内放款',
      idempotencyKey: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(second).toEqual(first)
    expect(uniDouble.navigateBack).toHaveBeenCalledTimes(1)
  })

  it('sent empty names each gap, and sends nothing', async () => {
    const page = await opened()
    await press(page, '发送报价')
    const labels = ['报价产品', '报价金额', '年利率', '期限']
    expect(labels.map((label) => complaintOf(page, label))).toEqual([
      '请选择',
      '请填写数字',
      '请填写数字',
      '请填写数字',
    ])
    expect(timesAsked('OfferMake')).toBe(0)
  })

  it('shows what the server found beside its field', async () => {
    answer(
      'OfferMake',
      data({
        offerMake: {
          __typename: 'ValidationFailed',
          code: 'VALIDATION_FAILED',
          message: '请修改后再发送',
          fieldErrors: [{ field: 'annualRate', message: '年利率不能高于24%' }],
        },
      }),
    )
    const page = await opened()
    await fill(page, '报价产品', 'a')
    await press(page, '发送报价')
    expect(complaintOf(page, '年利率')).toBe('年利率不能高于24%')
    expect(complaintOf(page, '报价金额')).toBe('')
  })
})

describe('the offers of a demand', () => {
  const offers = (isOwner: boolean, availableActions: string[], ...all: ReturnType<typeof anOffer>[]) =>
    show(DemandOffers, {
      isOwner,
      demand: { availableActions, offers: { edges: all.map((node) => ({ node })) } },
    })
  const buttons = (wrapper: ReturnType<typeof offers>) => wrapper.findAll('button').map(seen)

  it('are accepted or declined by the owner where the server allows it', () => {
    expect(buttons(offers(true, ['ACCEPT_OFFER'], anOffer()))).toEqual(['谢绝', '接受报价'])
    expect(buttons(offers(true, [], anOffer()))).toEqual([])
  })

  it('are withdrawn by the bank, never accepted by it', () => {
    expect(buttons(offers(false, ['ACCEPT_OFFER'], anOffer()))).toEqual(['撤回报价'])
  })

  it.each(['ACCEPTED', 'DECLINED', 'WITHDRAWN', 'EXPIRED'] as const)('that are %s are left alone', (status) => {
    expect(buttons(offers(true, ['ACCEPT_OFFER'], anOffer({ status })))).toEqual([])
    expect(buttons(offers(false, [], anOffer({ status })))).toEqual([])
  })

  it('are accepted only after the owner was told what the bank will see', async () => {
    answer('OfferAccept', 'network', data({ offerAccept: { __typename: 'Offer', id: 'offer_1' } }))
    const wrapper = offers(true, ['ACCEPT_OFFER'], anOffer())
    await press(wrapper, '接受报价')
    expect(timesAsked('OfferAccept')).toBe(0)
    const sheet = wrapper.get('[role="dialog"]')
    expect(seen(sheet)).toContain('示例银行将看到企业名称、联系人和电话')
    const confirm = () => sheet.findAll('button').find((one) => seen(one) === '接受报价')!
    await confirm().trigger('click')
    await flushPromises()
    expect(seen(sheet)).toContain('网络连接不上，请检查网络后重试')
    const first = lastVariables('OfferAccept')!
    expect(first).toEqual({ id: 'offer_1', input: { idempotencyKey: expect.any(String) } })
    await confirm().trigger('click')
    await flushPromises()
    expect(lastVariables('OfferAccept')).toEqual(first)
    expect(wrapper.emitted('changed')).toHaveLength(1)
    expect(wrapper.find('[role="dialog"]').exists()).toBe(false)
  })

  it('tell amount, rate, term and cost, and mark an example product', () => {
    const product = { id: 'product_1', name: '示例信用贷', isExample: true }
    const wrapper = offers(true, [], anOffer({ product }))
    expect(wrapper.findAll('.figure').map(seen)).toEqual([
      '报价金额 50万元',
      '年利率 3.45%',
      '期限 12个月',
      '综合年化成本 3.50%',
    ])
    expect(seen(wrapper.get('.offer-product'))).toBe('示例信用贷 示例产品')
    expect(wrapper.findAll('.tag').map(seen)).toEqual(['等待答复'])
  })
})
