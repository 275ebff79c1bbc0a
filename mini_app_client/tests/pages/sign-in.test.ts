import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import SignInPage from '@/pages/session/sign-in.vue'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { complaintOf, control, fill, press, seen, show } from '../doubles/page'
import { answer, data, lastVariables, timesAsked, uniDouble } from '../doubles/uni'
import { aSession, aViewer, CITIES } from '../records'

beforeEach(async () => {
  answer('Cities', data({ cities: CITIES }))
  await useCity().load()
})

const buttons = (page: ReturnType<typeof show>) => page.findAll('button').map(seen)

describe('signing in', () => {
  it('asks for a code once, then counts down to the next', async () => {
    vi.useFakeTimers()
    answer('SessionCodeSend', data({ sessionCodeSend: { __typename: 'CodeSent', retryAfterSeconds: 60 } }))
    const page = show(SignInPage)
    await fill(page, '手机号', ' 14000000001 ')
    await press(page, '获取验证码')
    expect(lastVariables('SessionCodeSend')).toEqual({ input: { phone: '14000000001', city: 'CHANGZHOU' } })
    expect(buttons(page)).toContain('60秒后可重发')
    await press(page, '60秒后可重发')
    expect(timesAsked('SessionCodeSend')).toBe(1)
    vi.advanceTimersByTime(59_000)
    await flushPromises()
    expect(buttons(page)).toContain('1秒后可重发')
    vi.advanceTimersByTime(1_000)
    await flushPromises()
    await press(page, '获取验证码')
    expect(timesAsked('SessionCodeSend')).toBe(2)
  })

  it('too often counts down as the server says', async () => {
    vi.useFakeTimers()
    const limited = {
      __typename: 'RateLimited',
      code: 'RATE_LIMITED',
      message: '获取太频繁，请稍后再试',
      retryAfterSeconds: 37,
    }
    answer('SessionCodeSend', data({ sessionCodeSend: limited }))
    const page = show(SignInPage)
    await fill(page, '手机号', '14000000001')
    await press(page, '获取验证码')
    expect(page.text()).toContain('获取太频繁，请稍后再试')
    expect(buttons(page)).toContain('37秒后可重发')
  })

  it('opens the session and goes back to where the person was', async () => {
    answer('SessionOpen', data({ sessionOpen: aSession() }))
    const page = show(SignInPage)
    await fill(page, '手机号', '14000000001')
    await fill(page, '验证码', '123456')
    await press(page, '登录')
    expect(lastVariables('SessionOpen')).toEqual({
      input: {
        phone: '14000000001',
        code: '123456',
        city: 'CHANGZHOU',
        linkEntryAccount: false,
      },
    })
    expect(useSession().viewer?.id).toBe('person_1')
    expect(uniDouble.navigateBack).toHaveBeenCalledTimes(1)
  })

  it('of somebody without an enterprise goes on to registering one', async () => {
    const viewer = aViewer({ acting: null, memberships: [] })
    answer('SessionOpen', data({ sessionOpen: aSession({ viewer }) }))
    const page = show(SignInPage)
    await press(page, '登录')
    expect(uniDouble.redirectTo).toHaveBeenCalledWith({ url: '/pages/enterprise/register' })
  })

  it('with a wrong number or code says so beside the field, and signs nobody in', async () => {
    answer(
      'SessionOpen',
      data({
        sessionOpen: {
          __typename: 'ValidationFailed',
          code: 'VALIDATION_FAILED',
          message: '请检查后重试',
          fieldErrors: [
            { field: 'phone', message: '请输入11位手机号' },
            { field: 'code', message: '验证码是6位数字' },
          ],
        },
      }),
    )
    const page = show(SignInPage)
    await press(page, '登录')
    expect(complaintOf(page, '手机号')).toBe('请输入11位手机号')
    expect(complaintOf(page, '验证码')).toBe('验证码是6位数字')
    expect(useSession().signedIn).toBe(false)
    expect(uniDouble.navigateBack).not.toHaveBeenCalled()
  })

  it('helps the phone to fill in number and code', () => {
    const page = show(SignInPage)
    expect(control(page, '手机号').getAttribute('autocomplete')).toBe('tel')
    expect(control(page, '验证码').getAttribute('autocomplete')).toBe('one-time-code')
  })
})
