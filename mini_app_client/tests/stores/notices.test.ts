import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { keepSession, wasSignedIn } from '@/api/session'
import { useNotices } from '@/stores/notices'

import { answer, data, refusal, sockets, timesAsked } from '../doubles/uni'
import { aNotice, aSession, aViewer } from '../records'

const last = () => sockets[sockets.length - 1]!

function acknowledge(): void {
  last().open()
  last().say({ type: 'connection_ack' })
}

function bring(notice = aNotice()): void {
  last().say({ id: 'notices', type: 'next', payload: { data: { noticeArrived: notice } } })
}

function listening(unread = 0): ReturnType<typeof useNotices> {
  keepSession(aSession())
  const notices = useNotices()
  notices.listen(unread, 'notice_0')
  acknowledge()
  return notices
}

afterEach(() => useNotices().forget())

describe('the badge', () => {
  it('begins with what the server counted, and listens from the newest notice', () => {
    expect(listening(3).unread).toBe(3)
    expect(last().sent[1]).toMatchObject({ payload: { variables: { after: 'notice_0' } } })
  })

  it('counts what arrives unread, each notice once', () => {
    const notices = listening(3)
    bring(aNotice({ id: 'notice_1' }))
    bring(aNotice({ id: 'notice_1' }))
    bring(aNotice({ id: 'notice_2', readAt: '2026-11-22T06:00:00Z' }))
    expect(notices.unread).toBe(4)
    expect(notices.latest?.id).toBe('notice_2')
    expect(notices.revision).toBe(2)
  })

  it('is counted anew by the server when one notice stands for many', async () => {
    answer('Viewer', data({ viewer: aViewer({ unreadNoticeCount: 1_204 }) }))
    const notices = listening(3)
    bring(aNotice({ id: 'notice_9', kind: 'SYSTEM', subject: null }))
    await flushPromises()
    expect(notices.unread).toBe(1_204)
    expect(notices.revision).toBe(1)
  })

  it('is counted anew when listening lost its place', async () => {
    vi.useFakeTimers()
    answer('Viewer', data({ viewer: aViewer({ unreadNoticeCount: 7 }) }))
    const notices = listening(3)
    last().say({ id: 'notices', type: 'error', payload: [] })
    vi.advanceTimersByTime(1_000)
    acknowledge()
    await flushPromises()
    expect(notices.unread).toBe(7)
    expect(notices.revision).toBe(1)
  })

  it('stays as it was when it cannot be counted anew', async () => {
    answer('Viewer', 'network')
    const notices = listening(3)
    bring(aNotice({ kind: 'SYSTEM', subject: null }))
    await flushPromises()
    expect(notices.unread).toBe(4)
  })
})

describe('listening', () => {
  it('ends when the person is gone, and leaves nothing behind', () => {
    const notices = listening(3)
    bring()
    notices.forget()
    expect(last().closedWith).toBe(1000)
    expect([notices.unread, notices.latest]).toEqual([0, null])
  })

  it('for another person begins with a socket of their own', () => {
    const notices = listening(3)
    bring()
    keepSession(aSession({ accessToken: 'token-of-another' }))
    notices.listen(0, null)
    acknowledge()
    expect(sockets).toHaveLength(2)
    expect(sockets[0]!.closedWith).toBe(1000)
    expect(last().sent[0]).toMatchObject({ payload: { authorization: 'Bearer token-of-another' } })
    expect([notices.unread, notices.latest]).toEqual([0, null])
  })

  it('goes on with a fresh token after 4403', async () => {
    vi.useFakeTimers()
    answer('SessionRefresh', data({ sessionRefresh: aSession({ accessToken: 'token-2' }) }))
    listening()
    bring(aNotice({ id: 'notice_4' }))
    last().close({ code: 4403 })
    await flushPromises()
    vi.advanceTimersByTime(1_000)
    acknowledge()
    expect(timesAsked('SessionRefresh')).toBe(1)
    expect(last().sent[0]).toMatchObject({ payload: { authorization: 'Bearer token-2' } })
    expect(last().sent[1]).toMatchObject({ payload: { variables: { after: 'notice_4' } } })
  })

  it('ends with the session', async () => {
    vi.useFakeTimers()
    answer('SessionRefresh', refusal('UNAUTHENTICATED', 401))
    listening()
    last().close({ code: 4403 })
    await flushPromises()
    vi.advanceTimersByTime(120_000)
    expect(sockets).toHaveLength(1)
    expect(wasSignedIn()).toBe(false)
  })

  it('in the background stops, in front goes on', () => {
    const notices = listening()
    notices.pause()
    expect(last().closedWith).toBe(1000)
    notices.resume()
    expect(sockets).toHaveLength(2)
  })
})

it('a banner that was seen is gone', () => {
  const notices = listening()
  bring()
  notices.dismiss()
  expect(notices.latest).toBeNull()
  expect(notices.unread).toBe(1)
})
