import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { PAUSE_MS } from '@/composables/use-demand-health'
import PublishPage from '@/pages/demand/publish.vue'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { control, fill, press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, asked, data, lastVariables, later, timesAsked } from '../doubles/uni'
import { aHealth, anAdvice, aSession, aViewer, CITIES } from '../records'

const healthOf = (fitting: number) =>
  data({ demandHealth: aHealth({ now: { fitting, full: fitting, near: 0 } }) })

async function opened() {
  await useCity().load()
  const page = show(PublishPage)
  pageLife('show')
  await flushPromises()
  vi.useFakeTimers()
  return page
}

async function pause(): Promise<void> {
  vi.advanceTimersByTime(PAUSE_MS)
  await flushPromises()
}

async function typed() {
  const page = await opened()
  await fill(page, '融资金额', '50')
  await fill(page, '期限', '12')
  return page
}

beforeEach(() => {
  answer('Cities', data({ cities: CITIES }))
  const consentTexts = [{ purpose: 'PUBLISH_DEMAND', version: '1', text: '同意展示本需求。' }]
  answer('ConsentTexts', data({ city: { consentTexts } }))
  answer('Institutions', data({ products: { edges: [], pageInfo: { hasNextPage: false } } }))
  useSession().open(aSession())
})

describe('the health of a demand that is being written', () => {
  it('is asked once somebody stops typing, with what the form says', async () => {
    answer('DemandHealth', data({ demandHealth: aHealth() }))
    const page = await typed()
    expect(timesAsked('DemandHealth')).toBe(0)
    await fill(page, '融资金额', '60')
    await fill(page, '信用')
    await fill(page, '可接受的年利率上限', '4.5')
    await pause()
    expect(asked.filter(({ operation }) => operation === 'DemandHealth')).toHaveLength(1)
    expect(lastVariables('DemandHealth')!.input).toEqual({
      amount: '600000',
      termMonths: 12,
      guaranteeKinds: ['CREDIT'],
      maxAnnualRate: '4.5',
    })
    expect(seen(page.get('.health-now'))).toBe('4 款产品符合， 3 款可贷足额')
    expect(page.text()).toContain('另有 2 款只差一点或待确认')
  })

  it('drops the answer that comes after a newer one', async () => {
    const [slow, quick] = [later(), later()]
    answer('DemandHealth', slow.answer, quick.answer)
    const page = await typed()
    await pause()
    await fill(page, '融资金额', '80')
    await pause()
    quick.come(healthOf(7))
    await flushPromises()
    slow.come(healthOf(1))
    await flushPromises()
    expect(seen(page.get('.health-now'))).toContain('7 款产品符合')
  })

  it('is gone as soon as the figures are, and an answer on its way does not bring it back', async () => {
    const slow = later()
    answer('DemandHealth', slow.answer)
    const page = await typed()
    await pause()
    await fill(page, '融资金额', 'abc')
    slow.come(healthOf(3))
    await flushPromises()
    expect(page.find('.health').exists()).toBe(false)
  })

  it('moves the form with a tap, and says before what would come of it', async () => {
    answer('DemandHealth', data({ demandHealth: aHealth() }))
    const page = await typed()
    await pause()
    const chips = page.findAll('.point')
    expect(chips.map((chip) => seen(chip))).toEqual(['30万元 5款符合 +1', '100万元 1款贷足 −2', '2年 3款符合 −1'])
    await press(page, '金额改为 30万元 5款符合 +1')
    expect(control(page, '融资金额').value).toBe('30')
    await press(page, '期限改为 2年 3款符合 −1')
    expect(control(page, '期限').value).toBe('24')
    await pause()
    expect(lastVariables('DemandHealth')!.input).toMatchObject({ amount: '300000', termMonths: 24 })
  })

  it('offers no figures at which nothing but the near misses would be others', async () => {
    const same = [{ amount: '800000', count: { fitting: 4, full: 3 } }]
    answer('DemandHealth', data({ demandHealth: aHealth({ byAmount: same, byTerm: [] }) }))
    const page = await typed()
    await pause()
    expect(page.find('.points').exists()).toBe(false)
  })

  it('names the one change that helps most, what it opens, and makes it', async () => {
    const others = [
      anAdvice({ text: '把期限延长到2年：多 1 款产品符合条件', amount: null, termMonths: 24 }),
      anAdvice({ text: '信用等级达到一级：多 1 款产品符合条件', amount: null, grade: 'FIRST' }),
    ]
    answer('DemandHealth', data({ demandHealth: aHealth({ advice: [anAdvice(), ...others] }) }))
    const page = await typed()
    await pause()
    expect(page.findAll('.advice-text').map((one) => seen(one))).toEqual([anAdvice().text])
    expect(seen(page.get('.advice-product'))).toBe('示例小额贷 示例银行')
    await press(page, '其他 2 个有用的改变')
    expect(page.findAll('.advice-text')).toHaveLength(3)
    await press(page, '金额改为30万元')
    expect(control(page, '融资金额').value).toBe('30')
    await press(page, '期限改为2年')
    expect(control(page, '期限').value).toBe('24')
  })

  it('with nothing that fits says so in words', async () => {
    const none = aHealth({ now: { fitting: 0, full: 0, near: 0 }, byAmount: [], byTerm: [], advice: [] })
    answer('DemandHealth', data({ demandHealth: none }))
    const page = await typed()
    await pause()
    expect(seen(page.get('.health-none'))).toBe('按现在的填写，还没有产品完全符合')
    expect(page.find('.points').exists()).toBe(false)
    expect(page.find('.advice').exists()).toBe(false)
  })

  it.each([
    ['network', 'network' as const],
    [
      'limits',
      data({
        demandHealth: {
          __typename: 'ValidationFailed',
          code: 'VALIDATION_FAILED',
          message: '有几处需要修改',
          fieldErrors: [{ field: 'amount', message: '金额不能低于1万元' }],
        },
      }),
    ],
  ])('that cannot be had (%s) is not there, and nothing complains', async (_, reply) => {
    answer('DemandHealth', healthOf(4), reply)
    const page = await typed()
    await pause()
    expect(page.find('.health').exists()).toBe(true)
    await fill(page, '融资金额', '0.1')
    await pause()
    expect(timesAsked('DemandHealth')).toBe(2)
    expect(page.find('.health').exists()).toBe(false)
    expect(page.find('[role="alert"]').exists()).toBe(false)
    expect(page.text()).not.toContain('有几处需要修改')
  })

  it('is not asked for by who has no enterprise', async () => {
    useSession().open(aSession({ viewer: aViewer({ acting: null }) }))
    await opened()
    await pause()
    expect(timesAsked('DemandHealth')).toBe(0)
  })
})
