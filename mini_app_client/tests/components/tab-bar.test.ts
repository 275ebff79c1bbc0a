import { describe, expect, it } from 'vitest'

import TabBar from '@/components/base/TabBar.vue'
import { useNotices } from '@/stores/notices'
import { useSession } from '@/stores/session'
import type { Role } from '@/generated/graphql'

import { heard, press, seen, show } from '../doubles/page'
import { uniDouble } from '../doubles/uni'
import { aMembership, aSession, aViewer } from '../records'

const bar = (current = '/pages/home/index') => show(TabBar, { current })
const names = (wrapper: ReturnType<typeof bar>) => wrapper.findAll('button').map(seen)

function signInAs(role: Role): void {
  useSession().open(aSession({ viewer: aViewer({ acting: aMembership({ role }) }) }))
}

describe('the tabs', () => {
  it.each([
    ['OWNER', ['首页', '产品', '需求', '消息', '我的']],
    ['OFFICER', ['工作台', '需求池', '消息', '我的']],
    ['PRODUCT_MANAGER', ['工作台', '本行产品', '消息', '我的']],
    ['INSTITUTION_ADMIN', ['工作台', '本行产品', '消息', '我的']],
    ['OPERATOR', ['工作台', '消息', '我的']],
    ['REGULATOR', ['工作台', '消息', '我的']],
    ['DATA_PROVIDER', ['工作台', '消息', '我的']],
  ] as [Role, string[]][])('of %s are %j', (role, tabs) => {
    signInAs(role)
    expect(names(bar())).toEqual(tabs)
  })

  it('of somebody who is signed out are an owner’s', () => {
    expect(names(bar())).toEqual(['首页', '产品', '需求', '消息', '我的'])
  })

  it('say which one this is, not by colour alone', () => {
    const current = bar('/pages/inbox/index')
      .findAll('button')
      .map((one) => one.attributes('aria-current'))
    expect(current).toEqual([undefined, undefined, undefined, 'page', undefined])
  })

  it('are a named navigation and lead to their pages', async () => {
    const wrapper = bar()
    expect(wrapper.element.tagName).toBe('NAV')
    expect(wrapper.attributes('aria-label')).toBe('主导航')
    await press(wrapper, '消息')
    expect(uniDouble.switchTab).toHaveBeenCalledWith({ url: '/pages/inbox/index' })
  })
})

describe('the badge of the inbox', () => {
  it.each([
    [1, '1', '消息 1条未读'],
    [99, '99', '消息 99条未读'],
    [100, '99+', '消息 99+条未读'],
  ])('of %i unread shows %s', (unread, badge, spoken) => {
    useNotices().unread = unread
    const wrapper = bar()
    expect(wrapper.findAll('.tab-badge').map(seen)).toEqual([badge])
    expect(heard(wrapper.findAll('button')[3]!)).toBe(spoken)
  })

  it('is not there when everything was read', () => {
    const wrapper = bar()
    expect(wrapper.findAll('.tab-badge')).toHaveLength(0)
    expect(wrapper.text()).not.toContain('未读')
  })

  it('follows the inbox', async () => {
    const wrapper = bar()
    useNotices().unread = 2
    await wrapper.vm.$nextTick()
    expect(wrapper.findAll('.tab-badge').map(seen)).toEqual(['2'])
  })
})
