import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'

import InviteSheet from '@/components/enterprise/InviteSheet.vue'
import ConsentPage from '@/pages/person/consent.vue'
import { useCity } from '@/stores/city'

import { complaintOf, control, fill, press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, data, lastVariables, timesAsked } from '../doubles/uni'
import { CITIES } from '../records'

const AGREEMENT = '我已阅读并同意以上授权'

function invitation(state = 'SENT') {
  return data({
    personalConsentInvitation: {
      id: 'invitation_1',
      city: 'JIANGYIN',
      enterpriseName: '示例机械有限公司',
      subject: 'LEGAL_REPRESENTATIVE',
      phoneMasked: '140****0001',
      state,
      expiresAt: '2026-11-28T06:00:00Z',
      text: { purpose: 'PERSONAL_CREDIT', version: 'personal-1', text: '我本人单独同意。' },
    },
  })
}

async function opened(token?: string) {
  const page = show(ConsentPage)
  pageLife('load', token ? { token } : {})
  pageLife('show')
  await flushPromises()
  return page
}

beforeEach(async () => {
  answer('Cities', data({ cities: CITIES }))
  await useCity().load()
  location.hash = '#/pages/person/consent?token=once'
})

describe('a person who is asked to consent', () => {
  it('reads who asks for what, without being signed in, and the token leaves the address', async () => {
    answer('PersonalConsentInvitation', invitation())
    const page = await opened('once')
    expect(lastVariables('PersonalConsentInvitation')).toEqual({ token: 'once' })
    expect(seen(page.get('.asked'))).toBe('示例机械有限公司请您授权')
    expect(page.text()).toContain('以法定代表人的身份')
    expect(page.text()).toContain('我本人单独同意。')
    expect(location.href).not.toContain('once')
    expect(control(page, AGREEMENT).checked).toBe(false)
  })

  it("wears the colours of the firm's city, and leaves the city of whoever comes back", async () => {
    useCity().choose('CHANGZHOU')
    answer('PersonalConsentInvitation', invitation())
    await opened('once')
    expect(useCity().code).toBe('JIANGYIN')
    expect(uni.getStorageSync('rq.city')).toBe('CHANGZHOU')
  })

  it('agrees with a code, the own name and number, and the text that was read', async () => {
    answer('PersonalConsentInvitation', invitation())
    answer('PersonalConsentCodeSend', data({ personalConsentCodeSend: { __typename: 'CodeSent', retryAfterSeconds: 60 } }))
    answer('PersonalConsentGrant', data({ personalConsentGrant: { __typename: 'Consent', id: 'consent_1' } }))
    const page = await opened('once')
    await press(page, '获取验证码')
    expect(page.findAll('button').map(seen)).toContain('60秒后可重发')
    await fill(page, '您的姓名', ' 示例甲 ')
    await fill(page, '您的身份证号', '32028119000101001x')
    await fill(page, '短信验证码', '123456')
    await press(page, '同意授权')
    expect(complaintOf(page, AGREEMENT)).toBe('请先阅读并勾选同意')
    expect(timesAsked('PersonalConsentGrant')).toBe(0)
    await fill(page, AGREEMENT)
    await press(page, '同意授权')
    expect(lastVariables('PersonalConsentGrant')).toEqual({
      input: {
        token: 'once',
        code: '123456',
        name: '示例甲',
        idNumber: '32028119000101001X',
        textVersion: 'personal-1',
      },
    })
    expect(seen(page.get('.face-title'))).toBe('您已经同意授权')
  })

  it('declines after one more question', async () => {
    answer('PersonalConsentInvitation', invitation())
    answer('PersonalConsentDecline', data({ personalConsentDecline: { __typename: 'PersonalConsentInvitation', id: 'invitation_1', state: 'DECLINED' } }))
    const page = await opened('once')
    await press(page, '不同意')
    expect(timesAsked('PersonalConsentDecline')).toBe(0)
    const sheet = page.get('[role="dialog"]')
    await sheet.findAll('button').find((one) => seen(one) === '不同意')!.trigger('click')
    await flushPromises()
    expect(lastVariables('PersonalConsentDecline')).toEqual({ input: { token: 'once' } })
    expect(seen(page.get('.face-title'))).toBe('您没有同意授权')
  })

  it.each([
    ['EXPIRED', '链接已过期'],
    ['REVOKED', '邀请已被撤回'],
    ['GRANTED', '您已经同意授权'],
  ])('whose link is %s is told: %s', async (state, title) => {
    answer('PersonalConsentInvitation', invitation(state))
    const page = await opened('once')
    expect(seen(page.get('.face-title'))).toBe(title)
    expect(page.find('input').exists()).toBe(false)
  })

  it('with a link that is unknown or cut off is told so', async () => {
    answer('PersonalConsentInvitation', data({ personalConsentInvitation: null }))
    expect(seen((await opened('once')).get('.face-title'))).toBe('链接无效或已经用过')
    expect(seen((await opened()).get('.face-title'))).toBe('链接不完整')
    expect(timesAsked('PersonalConsentInvitation')).toBe(1)
  })
})

describe('inviting somebody to consent', () => {
  it('names role, name and phone, and says where the link went', async () => {
    answer('PersonalConsentInvite', data({ personalConsentInvite: { __typename: 'PersonalConsentInvitation', id: 'invitation_1', phoneMasked: '140****0001', expiresAt: 'x' } }))
    const sheet = show(InviteSheet, { open: true, enterpriseId: 'enterprise_1' })
    await press(sheet, '发送链接')
    expect(timesAsked('PersonalConsentInvite')).toBe(0)
    await fill(sheet, '实际控制人')
    await fill(sheet, '本人姓名', ' 示例甲 ')
    await fill(sheet, '本人手机号', ' 14000000001 ')
    await press(sheet, '发送链接')
    expect(lastVariables('PersonalConsentInvite')).toEqual({
      input: {
        enterpriseId: 'enterprise_1',
        subject: 'ACTUAL_CONTROLLER',
        name: '示例甲',
        phone: '14000000001',
        idempotencyKey: expect.any(String),
      },
    })
    expect(sheet.emitted('close')).toHaveLength(1)
  })
})
