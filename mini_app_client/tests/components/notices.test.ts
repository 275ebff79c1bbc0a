import { describe, expect, it, vi } from 'vitest'

import NoticeBanner from '@/components/base/NoticeBanner.vue'
import NoticeRow from '@/components/NoticeRow.vue'
import { useNotices } from '@/stores/notices'

import { press, seen, show } from '../doubles/page'
import { uniDouble } from '../doubles/uni'
import { aNotice } from '../records'

describe('the banner of a notice', () => {
  it('is a live region that is there before it has something to say', async () => {
    const wrapper = show(NoticeBanner)
    expect(wrapper.attributes('role')).toBe('status')
    expect(wrapper.attributes('aria-live')).toBe('polite')
    expect(seen(wrapper)).toBe('')
    useNotices().latest = aNotice()
    await wrapper.vm.$nextTick()
    expect(seen(wrapper)).toBe('有产品符合您的需求 点按查看')
  })

  it('tells no figure and no name from the notice’s body', async () => {
    useNotices().latest = aNotice({ body: '示例银行 年利率 3.45%' })
    expect(show(NoticeBanner).text()).not.toContain('示例银行')
  })

  it('leads to what the notice speaks of, and is gone', async () => {
    useNotices().latest = aNotice()
    const wrapper = show(NoticeBanner)
    await wrapper.get('.banner-open').trigger('click')
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({ url: '/pages/demand/matches?id=demand_1' })
    expect(seen(wrapper)).toBe('')
  })

  it('is closed without leading anywhere', async () => {
    useNotices().latest = aNotice()
    const wrapper = show(NoticeBanner)
    await press(wrapper, '关闭')
    expect(seen(wrapper)).toBe('')
    expect(uniDouble.navigateTo).not.toHaveBeenCalled()
  })

  it('goes by itself after eight seconds, counted from the last notice', async () => {
    vi.useFakeTimers()
    const notices = useNotices()
    const wrapper = show(NoticeBanner)
    notices.latest = aNotice({ id: 'notice_1' })
    await wrapper.vm.$nextTick()
    vi.advanceTimersByTime(5_000)
    notices.latest = aNotice({ id: 'notice_2' })
    await wrapper.vm.$nextTick()
    vi.advanceTimersByTime(7_999)
    expect(notices.latest?.id).toBe('notice_2')
    vi.advanceTimersByTime(1)
    expect(notices.latest).toBeNull()
  })
})

describe('a notice of the inbox', () => {
  it('that is unread says so in a word', () => {
    expect(seen(show(NoticeRow, { notice: aNotice() }).get('.notice-head'))).toBe(
      '有产品符合您的需求 未读',
    )
    const read = show(NoticeRow, { notice: aNotice({ readAt: '2026-11-22T06:01:00Z' }) })
    expect(read.text()).not.toContain('未读')
  })

  it('names its kind and its moment, and is opened by a button', async () => {
    vi.useFakeTimers({ now: new Date('2026-11-22T14:05:00+08:00') })
    const wrapper = show(NoticeRow, { notice: aNotice() })
    expect(seen(wrapper.get('.notice-when'))).toBe('匹配 · 5分钟前')
    await wrapper.get('button').trigger('click')
    expect(wrapper.emitted('open')).toHaveLength(1)
  })
})
