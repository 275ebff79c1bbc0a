import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'

import ConsentsPage from '@/pages/enterprise/consents.vue'
import ShownPage from '@/pages/credit-code/shown.vue'
import GrantPage from '@/pages/enterprise/grant.vue'
import type { ConsentFieldsFragment } from '@/generated/graphql'
import { dayAfterMonths } from '@/format/time'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { complaintOf, control, fill, press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, data, lastVariables, timesAsked } from '../doubles/uni'
import { aConsent, aSession, aViewer, CITIES } from '../records'

const bank = { id: 'institution_1', name: '示例银行' }
const tax = {
  code: 'JS-1',
  name: '纳税信息',
  fields: [
    { name: '应纳税额', personal: false },
    { name: '实缴税额', personal: false },
    { name: '法定代表人姓名', personal: true },
  ],
}
const pageInfo = { hasNextPage: false, endCursor: null }
const dataConsent = (own: Partial<ConsentFieldsFragment> = {}) =>
  aConsent({
    id: 'consent_2',
    purpose: 'ENTERPRISE_DATA',
    grantee: bank,
    until: '2027-02-25',
    scope: [{ category: tax, fields: ['应纳税额', '实缴税额'] }],
    ...own,
  })

function consents(...all: ConsentFieldsFragment[]) {
  const connection = { edges: all.map((node) => ({ node })), pageInfo }
  return data({ viewer: { id: 'person_1', enterprise: { id: 'enterprise_1', consents: connection } } })
}

const wording = (purpose: string) => ({ purpose, version: `${purpose}-1`, text: `${purpose} 的全文。` })
const wordings = (...purposes: string[]) => data({ city: { consentTexts: purposes.map(wording) } })
const given = { __typename: 'Consent', id: 'consent_9' }

beforeEach(async () => {
  answer('Cities', data({ cities: CITIES }))
  answer('Viewer', data({ viewer: aViewer() }))
  answer('ConsentTexts', wordings('PERSONAL_CREDIT', 'WHITELIST'))
  await useCity().load()
  useSession().open(aSession())
})

describe('the consents', () => {
  async function opened() {
    const page = show(ConsentsPage)
    pageLife('show')
    await flushPromises()
    return page
  }

  it('stand by whom they were given to, those that ended apart', async () => {
    const over = dataConsent({ id: 'consent_3', state: 'REVOKED', revokedAt: '2026-11-20T06:00:00Z' })
    answer('Consents', consents(aConsent(), dataConsent(), over))
    const page = await opened()
    expect(page.findAll('.group h2').map(seen)).toEqual(['融桥平台', '示例银行'])
    expect(page.findAll('.consent-head .tag').map(seen)).toEqual(['有效', '有效'])
    await fill(page, '已结束')
    expect(page.findAll('.consent-head .tag').map(seen)).toEqual(['已撤销'])
    expect(page.findAll('button').map(seen)).not.toContain('撤销授权')
  })

  it('open to each field that they cover', async () => {
    answer('Consents', consents(dataConsent({ lastUsedAt: null })))
    const page = await opened()
    await press(page, '信息范围：1 类信息')
    expect(seen(page.get('.scope'))).toBe('纳税信息 应纳税额、实缴税额')
    expect(page.text()).toContain('还没有被使用')
  })

  it('are revoked only after it was said what that does at once', async () => {
    answer('Consents', consents(dataConsent()), consents())
    answer('ConsentRevoke', data({ consentRevoke: { __typename: 'Consent', id: 'consent_2', revokedAt: 'x' } }))
    const page = await opened()
    await press(page, '撤销授权')
    const sheet = page.get('[role="dialog"]')
    expect(seen(sheet)).toContain('示例银行下一次查看就会被拒绝')
    expect(timesAsked('ConsentRevoke')).toBe(0)
    await sheet.findAll('button').find((one) => seen(one) === '撤销授权')!.trigger('click')
    await flushPromises()
    expect(lastVariables('ConsentRevoke')).toEqual({ id: 'consent_2' })
    expect(page.text()).toContain('授权已撤销')
  })

  it('are narrowed to what stays ticked, and never to nothing', async () => {
    answer('Consents', consents(dataConsent()))
    answer('ConsentNarrow', data({ consentNarrow: given }))
    const page = await opened()
    await press(page, '缩小范围')
    const sheet = page.get('[role="dialog"]')
    expect(seen(sheet)).toContain('已选 1 类、2 个字段')
    await press(page, '纳税信息 2 / 2')
    expect(seen(sheet)).not.toContain('法定代表人姓名')
    await press(page, '取消此类')
    await press(page, '确认缩小')
    expect(timesAsked('ConsentNarrow')).toBe(0)
    expect(seen(sheet)).toContain('至少保留一项')
    await fill(page, '应纳税额')
    await press(page, '确认缩小')
    expect(lastVariables('ConsentNarrow')).toEqual({
      id: 'consent_2',
      input: {
        scope: [{ category: 'JS-1', fields: ['应纳税额'] }],
        until: '2027-02-25',
        idempotencyKey: expect.any(String),
      },
    })
  })

  it('to a grading are narrowed by whole categories that an enterprise can agree to', async () => {
    answer('Consents', consents(aConsent()))
    const one = { ...tax, ours: false, mode: 'INTERFACE', authorisation: 'ENTERPRISE', needsConsent: true, operating: false }
    const lists = [
      one,
      { ...one, code: 'JS-13', name: '公积金' },
      { ...one, code: 'JS-5', name: '公告', needsConsent: false },
      { ...one, code: 'JS-29', name: '本人不动产', authorisation: 'NATURAL_PERSON' },
    ]
    answer('SharingCategories', data({ sharingCategories: lists }))
    answer('ConsentNarrow', data({ consentNarrow: given }))
    const page = await opened()
    await press(page, '缩小范围')
    expect(page.findAll('[role="dialog"] .choice').map(seen)).toEqual(['纳税信息', '公积金'])
    await fill(page, '公积金')
    await press(page, '确认缩小')
    expect(lastVariables('ConsentNarrow')).toMatchObject({
      id: 'consent_1',
      input: { scope: [{ category: 'JS-1' }], until: null },
    })
  })

  it('are renewed on the text as it is now, with a day and a tick of one’s own', async () => {
    answer('Consents', consents(dataConsent()))
    answer('ConsentTexts', data({ city: { consentTexts: [wording('ENTERPRISE_DATA')] } }))
    answer('ConsentRenew', data({ consentRenew: given }))
    const page = await opened()
    await press(page, '延长期限')
    expect(page.text()).toContain('ENTERPRISE_DATA 的全文。')
    await press(page, '确认延长')
    expect(timesAsked('ConsentRenew')).toBe(0)
    expect(complaintOf(page, '3 个月')).toBe('请选择期限')
    await fill(page, '3 个月')
    await fill(page, '我已阅读并同意以上授权')
    await press(page, '确认延长')
    expect(lastVariables('ConsentRenew')).toEqual({
      id: 'consent_2',
      input: {
        until: dayAfterMonths(3),
        textVersion: 'ENTERPRISE_DATA-1',
        idempotencyKey: expect.any(String),
      },
    })
  })

  it('that nobody need give are offered apart, and only while they do not stand', async () => {
    const stands = [aConsent(), aConsent({ id: 'consent_4', purpose: 'WHITELIST' })]
    answer('Consents', consents(aConsent()), consents(...stands))
    answer('ConsentTexts', wordings('PERSONAL_CREDIT', 'WHITELIST'))
    answer('ConsentGrant', data({ consentGrant: given }))
    const page = await opened()
    const titles = () => page.findAll('.opt-in-title').map(seen)
    expect(titles()).toEqual(['列入每月信用白名单', '法定代表人本人授权'])
    await press(page, '阅读授权文本')
    expect(page.text()).toContain('WHITELIST 的全文。')
    await press(page, '同意列入')
    expect(timesAsked('ConsentGrant')).toBe(0)
    await fill(page, '我已阅读并同意以上授权')
    await press(page, '同意列入')
    expect(lastVariables('ConsentGrant')).toMatchObject({
      input: { purpose: 'WHITELIST', textVersion: 'WHITELIST-1' },
    })
    expect(titles()).toEqual(['法定代表人本人授权'])
  })
})

describe('the 苏信码', () => {
  const agreed = () => aConsent({ id: 'consent_5', purpose: 'CREDIT_CODE', creditCode: 'c0de-' })

  async function opened(...stands: ConsentFieldsFragment[]) {
    answer('Consents', consents(...stands))
    answer('ConsentTexts', wordings('CREDIT_CODE', 'WHITELIST'))
    const page = show(ConsentsPage)
    pageLife('show')
    await flushPromises()
    return page
  }

  it('is offered where the city has it', async () => {
    const page = await opened(aConsent())
    expect(page.findAll('.opt-in-title').map(seen)).toContain('苏信码展示信用等级')
  })

  it('is shown to be scanned, and says what taking it back does', async () => {
    const page = await opened(agreed())
    await press(page, '查看苏信码')
    const picture = page.get('.code-picture').attributes('style') ?? ''
    expect(decodeURIComponent(picture)).toContain('<svg')
    await press(page, '撤销授权')
    expect(page.text()).toContain('扫码后不再显示')
  })

  it('shows a stranger the level and nothing behind it', async () => {
    const card = {
      enterpriseName: '示例精密制造有限公司',
      uscc: '91320281MA1AAAAA0A',
      city: 'JIANGYIN',
      level: 'FIRST',
      asOf: '2026-11-20',
    }
    answer('CreditCode', data({ creditCode: card }))
    const page = show(ShownPage)
    pageLife('load', { code: 'c0de-' })
    pageLife('show')
    await flushPromises()
    expect(lastVariables('CreditCode')).toEqual({ code: 'c0de-' })
    expect(page.text()).toContain('示例精密制造有限公司')
    expect(page.text()).toContain('一级')
    answer('CreditCode', data({ creditCode: null }))
    pageLife('show')
    await flushPromises()
    expect(page.text()).not.toContain('示例精密制造有限公司')
  })

  it('that went dark says so', async () => {
    answer('CreditCode', data({ creditCode: null }))
    const page = show(ShownPage)
    pageLife('load', { code: 'c0de-' })
    pageLife('show')
    await flushPromises()
    expect(page.text()).toContain('没有可以显示的内容')
  })
})

describe('granting data to a bank', () => {
  const category = {
    ...tax,
    ours: false,
    mode: 'INTERFACE',
    authorisation: 'ENTERPRISE',
    needsConsent: true,
    operating: false,
  }
  const open = { ...category, code: 'JS-5', name: '公开的信息', needsConsent: false }
  const operating = { ...category, code: 'LOCAL-DECLARED-1', name: '财务情况', operating: true }
  const form = (demands = 1) =>
    data({
      city: { consentTexts: [wording('ENTERPRISE_DATA'), wording('OPERATING_DATA')] },
      sharingCategories: [category, open, operating],
      viewer: {
        id: 'person_1',
        enterprise: {
          id: 'enterprise_1',
          demands: {
            edges: Array.from({ length: demands }, (_, at) => ({
              node: {
                id: `demand_${at + 1}`,
                status: 'OPEN',
                amount: '500000',
                termMonths: 12,
                purpose: '采购原材料',
                offers: { edges: [{ node: { id: 'offer_1', institution: bank } }] },
                matches: { edges: [{ node: { id: 'match_1', product: { id: 'p', institution: bank } } }] },
              },
            })),
          },
        },
      },
    })

  async function opened() {
    const page = show(GrantPage)
    pageLife('load', { demand: 'demand_1', institution: 'institution_1' })
    pageLife('show')
    await flushPromises()
    return page
  }

  it('begins with nothing ticked, and names each gap', async () => {
    answer('GrantForm', form())
    const page = await opened()
    await press(page, '纳税信息')
    expect(page.findAll('input[type=checkbox]').every(({ element }) => !(element as HTMLInputElement).checked)).toBe(true)
    await press(page, '确认授权')
    expect(page.text()).toContain('请至少选择一类信息的一个字段')
    expect(complaintOf(page, '3 个月')).toBe('请选择期限')
    expect(complaintOf(page, '我已阅读并同意以上授权')).toBe('请阅读并同意后再继续')
    expect(timesAsked('ConsentGrant')).toBe(0)
  })

  it('sends exactly what was ticked, for one bank, one demand and until one day', async () => {
    answer('GrantForm', form())
    answer('ConsentGrant', 'timeout', data({ consentGrant: given }))
    const page = await opened()
    expect(control(page, '给哪家机构').value).toBe('institution_1')
    await press(page, '纳税信息')
    await fill(page, '实缴税额')
    await fill(page, '1 个月')
    await fill(page, '我已阅读并同意以上授权')
    await press(page, '确认授权')
    const first = lastVariables('ConsentGrant')
    expect(first).toEqual({
      input: {
        enterpriseId: 'enterprise_1',
        purpose: 'ENTERPRISE_DATA',
        textVersion: 'ENTERPRISE_DATA-1',
        granteeId: 'institution_1',
        demandId: 'demand_1',
        scope: [{ category: 'JS-1', fields: ['实缴税额'] }],
        until: dayAfterMonths(1),
        idempotencyKey: expect.any(String),
      },
    })
    await press(page, '确认授权')
    expect(lastVariables('ConsentGrant')).toEqual(first)
  })

  it('offers neither what is public nor what is about persons', async () => {
    answer('GrantForm', form())
    const page = await opened()
    await press(page, '纳税信息')
    await press(page, '全选此类')
    expect(control(page, '应纳税额').checked).toBe(true)
    expect(page.text()).toContain('已选 1 类、2 个字段')
    expect(page.text()).not.toContain('法定代表人姓名')
    expect(page.text()).not.toContain('公开的信息')
  })

  it('gives operating data apart, on a text of its own', async () => {
    answer('GrantForm', form())
    const page = await opened()
    expect(page.text()).not.toContain('财务情况')
    await fill(page, '我已阅读并同意以上授权')
    await fill(page, '经营类信息')
    expect(page.text()).toContain('财务情况')
    expect(page.text()).not.toContain('纳税信息')
    expect(page.text()).toContain('OPERATING_DATA 的全文。')
    expect(control(page, '我已阅读并同意以上授权').checked).toBe(false)
  })

  it('needs a demand', async () => {
    answer('GrantForm', form(0))
    expect(seen((await opened()).get('.face-title'))).toBe('没有进行中的需求')
  })
})
