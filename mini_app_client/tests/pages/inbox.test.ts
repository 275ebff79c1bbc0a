import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'

import InboxPage from '@/pages/inbox/index.vue'
import { useCity } from '@/stores/city'
import { useNotices } from '@/stores/notices'
import { useSession } from '@/stores/session'

import { press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, data, lastVariables, timesAsked, uniDouble } from '../doubles/uni'
import { aNotice, aSession, CITIES } from '../records'

const READ = '2026-11-22T06:01:00Z'

function inbox(unread: number, ...notices: ReturnType<typeof aNotice>[]) {
  const edges = notices.map((node) => ({ node }))
  const pageInfo = { hasNextPage: false, endCursor: null }
  return data({ viewer: { id: 'person_1', unreadNoticeCount: unread, notices: { edges, pageInfo } } })
}

async function opened() {
  await useCity().load()
  const page = show(InboxPage)
  pageLife('show')
  await flushPromises()
  return page
}

beforeEach(() => {
  answer('Cities', data({ cities: CITIES }))
  useSession().open(aSession())
})

describe('the inbox', () => {
  it('shows its notices and takes the badge from the same answer', async () => {
    answer('Notices', inbox(1, aNotice(), aNotice({ id: 'notice_2', readAt: READ })))
    const page = await opened()
    expect(page.findAll('.notice')).toHaveLength(2)
    expect(page.findAll('.notice-mark').map(seen)).toEqual(['未读'])
    expect(useNotices().unread).toBe(1)
  })

  it('is read anew when a notice arrives while it is shown, and not while it is hidden', async () => {
    answer('Notices', inbox(0), inbox(1, aNotice()))
    const page = await opened()
    expect(seen(page.get('.face-title'))).toBe('还没有消息')
    useNotices().revision += 1
    await flushPromises()
    expect(page.findAll('.notice')).toHaveLength(1)
    pageLife('hide')
    useNotices().revision += 1
    await flushPromises()
    expect(timesAsked('Notices')).toBe(2)
  })

  it('opens a notice, marks it as read, and counts as the server does', async () => {
    answer('Notices', inbox(5, aNotice()), inbox(4, aNotice({ readAt: READ })))
    answer('NoticesMarkRead', data({ noticesMarkRead: { __typename: 'NoticesMarked', unreadNoticeCount: 4 } }))
    const page = await opened()
    await page.get('.notice button').trigger('click')
    await flushPromises()
    expect(lastVariables('NoticesMarkRead')).toEqual({ ids: ['notice_1'] })
    expect(useNotices().unread).toBe(4)
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({ url: '/pages/demand/matches?id=demand_1' })
  })

  it('does not mark again what was read', async () => {
    answer('Notices', inbox(0, aNotice({ readAt: READ })))
    const page = await opened()
    await page.get('.notice button').trigger('click')
    expect(timesAsked('NoticesMarkRead')).toBe(0)
  })

  it('marks everything that is unread, and offers it only then', async () => {
    answer('Notices', inbox(2, aNotice(), aNotice({ id: 'notice_2' }), aNotice({ id: 'notice_3', readAt: READ })), inbox(0))
    answer('NoticesMarkRead', data({ noticesMarkRead: { __typename: 'NoticesMarked', unreadNoticeCount: 0 } }))
    const page = await opened()
    await press(page, '全部标为已读')
    expect(lastVariables('NoticesMarkRead')).toEqual({ ids: ['notice_1', 'notice_2'] })
    expect(page.text()).toContain('已全部标为已读')
    expect(page.findAll('button').map(seen)).not.toContain('全部标为已读')
  })

  it('that could not be marked says why and keeps its marks', async () => {
    answer('Notices', inbox(1, aNotice()))
    answer('NoticesMarkRead', 'network')
    const page = await opened()
    await press(page, '全部标为已读')
    expect(page.text()).toContain('网络连接不上，请检查网络后重试')
    expect(useNotices().unread).toBe(1)
    expect(page.findAll('.notice-mark')).toHaveLength(1)
  })

  it('of somebody who is signed out asks nothing and leads to signing in', async () => {
    useSession().viewer = null
    const page = await opened()
    expect(timesAsked('Notices')).toBe(0)
    await press(page, '去登录')
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({ url: '/pages/session/sign-in' })
  })
})
