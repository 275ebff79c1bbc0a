import { describe, expect, it } from 'vitest'

import { Failure, type FailureKind } from '@/api/failure'
import AppButton from '@/components/base/AppButton.vue'
import LoadingFace from '@/components/base/LoadingFace.vue'
import StateFace from '@/components/base/StateFace.vue'
import PageEnd from '@/components/PageEnd.vue'

import { heard, press, seen, show } from '../doubles/page'
import { uniDouble } from '../doubles/uni'

describe('where content would stand', () => {
  it('loading is announced, and only that', () => {
    const wrapper = show(LoadingFace, { cards: 2 })
    expect(wrapper.attributes('role')).toBe('status')
    expect(wrapper.attributes('aria-busy')).toBe('true')
    expect(heard(wrapper)).toBe('正在加载')
    expect(wrapper.findAll('.card')).toHaveLength(2)
  })

  it('nothing at all says what to do', async () => {
    const wrapper = show(StateFace, {
      title: '还没有融资需求',
      text: '发布一条需求',
      action: '发布需求',
    })
    expect(wrapper.attributes('role')).toBe('status')
    expect(heard(wrapper)).toBe('还没有融资需求 发布一条需求 发布需求')
    await press(wrapper, '发布需求')
    expect(wrapper.emitted('action')).toHaveLength(1)
  })

  it('nothing to do has no button', () => {
    expect(show(StateFace, { title: '还没有消息' }).findAll('button')).toHaveLength(0)
  })

  it.each([
    ['network', 'icon-offline', '网络连接不上，请检查网络后重试'],
    ['timeout', 'icon-offline', '网络较慢，等待超时，请稍后重试'],
    ['server', 'icon-alert', '服务暂时不可用，请稍后重试'],
    ['tooMany', 'icon-alert', '操作太频繁，请稍后再试'],
    ['badInput', 'icon-alert', '提交的内容有误，请检查后重试'],
  ] as [FailureKind, string, string][])('%s alerts, says why and tries again', async (kind, icon, text) => {
    const wrapper = show(StateFace, { failure: new Failure(kind), text: '发布一条需求' })
    expect(wrapper.attributes('role')).toBe('alert')
    expect(wrapper.get('.icon').classes()).toContain(icon)
    expect(heard(wrapper)).toBe(`${text} 重试`)
    await press(wrapper, '重试')
    expect(wrapper.emitted('action')).toHaveLength(1)
  })

  it('a lost session leads to signing in', async () => {
    const wrapper = show(StateFace, { failure: new Failure('signedOut') })
    expect(heard(wrapper)).toBe('登录已失效，请重新登录 去登录')
    await press(wrapper, '去登录')
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({ url: '/pages/session/sign-in' })
    expect(wrapper.emitted('action')).toBeUndefined()
  })

  it('what is not allowed is not tried again', () => {
    const wrapper = show(StateFace, { failure: new Failure('forbidden', '监管人员不能查看需求') })
    expect(heard(wrapper)).toBe('监管人员不能查看需求')
    expect(wrapper.findAll('button')).toHaveLength(0)
  })
})

describe('a button', () => {
  it('is pressed', async () => {
    const wrapper = show(AppButton, {}, { default: '发布' })
    await press(wrapper, '发布')
    expect(wrapper.emitted('press')).toHaveLength(1)
    expect(wrapper.attributes('type')).toBe('button')
  })

  it.each([{ busy: true }, { disabled: true }])('that is %j takes no tap, and says so', async (own) => {
    const wrapper = show(AppButton, own, { default: '发布' })
    await press(wrapper, '发布')
    expect(wrapper.emitted('press')).toBeUndefined()
    expect(wrapper.attributes('aria-disabled')).toBe('true')
    expect(wrapper.attributes('aria-busy')).toBe('busy' in own ? 'true' : undefined)
  })
})

describe('the end of a list', () => {
  it('is nothing when there is no more', () => {
    expect(show(PageEnd, { hasMore: false, busy: false }).findAll('button')).toHaveLength(0)
  })

  it('offers more, and takes one tap while it is read', async () => {
    const wrapper = show(PageEnd, { hasMore: true, busy: false })
    await press(wrapper, '加载更多')
    await wrapper.setProps({ busy: true })
    expect(seen(wrapper)).toBe('正在加载更多')
    await press(wrapper, '正在加载更多')
    expect(wrapper.emitted('more')).toHaveLength(1)
  })
})
