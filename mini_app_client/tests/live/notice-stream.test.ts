import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { NoticeStream } from '@/live/notice-stream'

import { sockets, type ServerSocket } from '../doubles/uni'
import { aNotice } from '../records'

let token: string | null
const refresh = vi.fn<() => Promise<boolean>>()
const arrived = vi.fn()
const mustReload = vi.fn()
let stream: NoticeStream

const last = () => sockets[sockets.length - 1]!
const heardIds = () => arrived.mock.calls.map(([notice]) => notice.id)
const subscription = (socket: ServerSocket) =>
  socket.sent.find(({ type }) => type === 'subscribe') as
    | { id: string; payload: { query: string; variables: { after: string | null } } }
    | undefined

function acknowledge(): void {
  last().open()
  last().say({ type: 'connection_ack' })
}

function bring(id: string, socket = last()): void {
  const noticeArrived = aNotice({ id })
  socket.say({ id: 'notices', type: 'next', payload: { data: { noticeArrived } } })
}

beforeEach(() => {
  vi.useFakeTimers()
  token = 'token-1'
  refresh.mockReset().mockImplementation(async () => {
    token = 'token-2'
    return true
  })
  arrived.mockReset()
  mustReload.mockReset()
  stream = new NoticeStream({ token: () => token, refresh, arrived, mustReload, jitter: () => 1 })
})
afterEach(() => stream.stop())

describe('the stream of notices begins', () => {
  it('on the GraphQL address of this origin, with no token in it', () => {
    stream.start()
    expect(last().url).toBe(`${location.origin.replace(/^http/, 'ws')}/graphql`)
    expect(last().protocols).toEqual(['graphql-transport-ws'])
  })

  it('with its token, and subscribes only after it was acknowledged', () => {
    stream.start('notice_7')
    expect(last().sent).toEqual([])
    last().open()
    expect(last().sent).toEqual([
      { type: 'connection_init', payload: { authorization: 'Bearer token-1' } },
    ])
    last().say({ type: 'connection_ack' })
    expect(last().sent).toHaveLength(2)
    expect(subscription(last())!.id).toBe('notices')
    expect(subscription(last())!.payload.query).toMatch(/^\s*subscription NoticeArrived\(\$after: ID\)/)
    expect(subscription(last())!.payload.variables).toEqual({ after: 'notice_7' })
    expect(mustReload).not.toHaveBeenCalled()
  })

  it('with no socket when nobody is signed in', () => {
    token = null
    stream.start()
    expect(sockets).toHaveLength(0)
  })

  it('with one socket however often it is started', () => {
    stream.start()
    stream.start()
    acknowledge()
    stream.start()
    expect(sockets).toHaveLength(1)
  })
})

describe('a notice', () => {
  it('is told in the order of its coming', () => {
    stream.start()
    acknowledge()
    bring('notice_1')
    bring('notice_2')
    expect(heardIds()).toEqual(['notice_1', 'notice_2'])
  })

  it('that comes twice is told once, also across two sockets', () => {
    stream.start()
    acknowledge()
    bring('notice_1')
    bring('notice_2')
    bring('notice_2')
    last().close({ code: 1006 })
    vi.advanceTimersByTime(1_000)
    acknowledge()
    bring('notice_1')
    bring('notice_2')
    bring('notice_3')
    expect(heardIds()).toEqual(['notice_1', 'notice_2', 'notice_3'])
  })

  it('of a socket that was given up is not told', () => {
    stream.start()
    acknowledge()
    const left = last()
    stream.pause()
    bring('notice_1', left)
    left.close({ code: 1006 })
    vi.advanceTimersByTime(120_000)
    expect(heardIds()).toEqual([])
    expect(left.closedWith).toBe(1000)
    expect(sockets).toHaveLength(1)
  })

  it.each(['no JSON {', '[]', '{}', '{"type":"next"}', '{"type":"next","payload":{"data":null}}', 'null'])(
    'cannot be made of %s',
    (text) => {
      stream.start()
      acknowledge()
      last().say(text)
      expect(heardIds()).toEqual([])
    },
  )
})

describe('a lost socket', () => {
  it('comes back after a second and goes on after the last notice', () => {
    stream.start('notice_7')
    acknowledge()
    bring('notice_8')
    last().close({ code: 1006 })
    vi.advanceTimersByTime(999)
    expect(sockets).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(sockets).toHaveLength(2)
    acknowledge()
    expect(subscription(last())!.payload.variables).toEqual({ after: 'notice_8' })
    expect(mustReload).not.toHaveBeenCalled()
  })

  it('that had no place to go on from lets the inbox be read anew, once it listens again', () => {
    stream.start(null)
    acknowledge()
    expect(mustReload).not.toHaveBeenCalled()
    last().close({ code: 1006 })
    vi.advanceTimersByTime(1_000)
    expect(mustReload).not.toHaveBeenCalled()
    acknowledge()
    expect(subscription(last())!.payload.variables).toEqual({ after: null })
    expect(mustReload).toHaveBeenCalledTimes(1)
  })

  it('waits longer each time, up to half a minute', () => {
    stream.start()
    for (const delay of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const before = sockets.length
      last().fail()
      vi.advanceTimersByTime(delay - 1)
      expect(sockets).toHaveLength(before)
      vi.advanceTimersByTime(1)
      expect(sockets).toHaveLength(before + 1)
    }
  })

  it('waits at least half of its time, so that phones do not all come back at once', () => {
    const eager = new NoticeStream({
      token: () => token,
      refresh,
      arrived,
      mustReload,
      jitter: () => 0,
    })
    eager.start()
    last().fail()
    vi.advanceTimersByTime(499)
    expect(sockets).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(sockets).toHaveLength(2)
    eager.stop()
  })

  it('counts anew after a notice came through', () => {
    stream.start()
    last().fail()
    vi.advanceTimersByTime(1_000)
    last().fail()
    vi.advanceTimersByTime(2_000)
    acknowledge()
    bring('notice_1')
    last().close({ code: 1006 })
    vi.advanceTimersByTime(1_000)
    expect(sockets).toHaveLength(4)
  })

  it('that fails and closes is one loss', () => {
    stream.start()
    last().fail()
    last().close({ code: 1006 })
    vi.advanceTimersByTime(1_000)
    expect(sockets).toHaveLength(2)
    vi.advanceTimersByTime(120_000)
    expect(sockets).toHaveLength(2)
  })

  it('comes back at once when the app comes to the front', () => {
    stream.start('notice_1')
    acknowledge()
    last().close({ code: 1006 })
    stream.start()
    expect(sockets).toHaveLength(2)
    vi.advanceTimersByTime(120_000)
    expect(sockets).toHaveLength(2)
  })

  it('stays away while the app is in the background, and goes on from the same place', () => {
    stream.start()
    acknowledge()
    bring('notice_5')
    stream.pause()
    vi.advanceTimersByTime(600_000)
    expect(sockets).toHaveLength(1)
    stream.start()
    acknowledge()
    expect(subscription(last())!.payload.variables).toEqual({ after: 'notice_5' })
  })

  it('of somebody who signed out leaves no place to the next person', () => {
    stream.start()
    acknowledge()
    bring('notice_5')
    stream.stop()
    stream.start()
    acknowledge()
    expect(subscription(last())!.payload.variables).toEqual({ after: null })
    expect(mustReload).not.toHaveBeenCalled()
  })

  it('is noticed when nobody answers a ping', () => {
    stream.start()
    acknowledge()
    vi.advanceTimersByTime(24_999)
    expect(last().sent).toHaveLength(2)
    vi.advanceTimersByTime(1)
    expect(last().sent[2]).toEqual({ type: 'ping' })
    vi.advanceTimersByTime(10_000)
    expect(sockets[0]!.closedWith).toBe(1000)
    vi.advanceTimersByTime(1_000)
    expect(sockets).toHaveLength(2)
  })

  it('is not suspected while pings are answered', () => {
    stream.start()
    acknowledge()
    for (let round = 0; round < 5; round += 1) {
      vi.advanceTimersByTime(25_000)
      last().say({ type: 'pong' })
    }
    expect(last().sent.filter(({ type }) => type === 'ping')).toHaveLength(5)
    expect(sockets).toHaveLength(1)
  })

  it('is not this one: a ping of the server is answered', () => {
    stream.start()
    acknowledge()
    last().say({ type: 'ping' })
    expect(last().sent[2]).toEqual({ type: 'pong' })
  })
})

describe('a refused subscription', () => {
  it('begins at the end and lets the inbox be read anew once it listens', () => {
    stream.start('notice_of_another')
    acknowledge()
    last().say({ id: 'notices', type: 'error', payload: [{ message: 'x' }] })
    expect(mustReload).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1_000)
    acknowledge()
    expect(subscription(last())!.payload.variables).toEqual({ after: null })
    expect(mustReload).toHaveBeenCalledTimes(1)
  })

  it.each(['error', 'complete'])('by %s is tried more and more seldom', (type) => {
    stream.start()
    for (const delay of [1_000, 2_000, 4_000, 8_000]) {
      const before = sockets.length
      acknowledge()
      last().say({ id: 'notices', type, payload: [] })
      vi.advanceTimersByTime(delay - 1)
      expect(sockets).toHaveLength(before)
      vi.advanceTimersByTime(1)
      expect(sockets).toHaveLength(before + 1)
    }
  })
})

describe('an expired token (4403)', () => {
  it('is renewed, and the stream goes on after the last notice', async () => {
    stream.start()
    acknowledge()
    bring('notice_2')
    last().close({ code: 4403 })
    await flushPromises()
    vi.advanceTimersByTime(1_000)
    acknowledge()
    expect(refresh).toHaveBeenCalledTimes(1)
    expect(last().sent[0]).toMatchObject({ payload: { authorization: 'Bearer token-2' } })
    expect(subscription(last())!.payload.variables).toEqual({ after: 'notice_2' })
  })

  it('that somebody else renewed is not renewed again', async () => {
    stream.start()
    acknowledge()
    token = 'token-3'
    last().close({ code: 4403 })
    await flushPromises()
    vi.advanceTimersByTime(1_000)
    acknowledge()
    expect(refresh).not.toHaveBeenCalled()
    expect(last().sent[0]).toMatchObject({ payload: { authorization: 'Bearer token-3' } })
  })

  it('of a session that is over ends the stream', async () => {
    refresh.mockResolvedValue(false)
    stream.start()
    last().close({ code: 4403 })
    await flushPromises()
    vi.advanceTimersByTime(120_000)
    expect(sockets).toHaveLength(1)
  })

  it('is tried again when there is no network to renew it', async () => {
    refresh.mockRejectedValueOnce('network')
    stream.start()
    last().close({ code: 4403 })
    await flushPromises()
    vi.advanceTimersByTime(1_000)
    expect(sockets).toHaveLength(2)
    last().close({ code: 4403 })
    await flushPromises()
    vi.advanceTimersByTime(2_000)
    acknowledge()
    expect(refresh).toHaveBeenCalledTimes(2)
    expect(last().sent[0]).toMatchObject({ payload: { authorization: 'Bearer token-2' } })
  })

  it('whose person signs out during the renewal opens nothing', async () => {
    let answer: (going: boolean) => void = () => {}
    refresh.mockReturnValue(new Promise((resolve) => (answer = resolve)))
    stream.start()
    last().close({ code: 4403 })
    stream.stop()
    answer(true)
    await flushPromises()
    vi.advanceTimersByTime(120_000)
    expect(sockets).toHaveLength(1)
  })

  it('is only told by its own code', async () => {
    stream.start()
    last().close()
    await flushPromises()
    vi.advanceTimersByTime(1_000)
    expect(refresh).not.toHaveBeenCalled()
    expect(sockets).toHaveLength(2)
  })
})
