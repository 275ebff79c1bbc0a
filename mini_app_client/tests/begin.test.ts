import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'

import { keepSession } from '@/api/session'
import { begin, show } from '@/begin'
import { useCity } from '@/stores/city'
import { useNotices } from '@/stores/notices'
import { useSession } from '@/stores/session'

import { answer, data, sockets } from './doubles/uni'
import { aSession, aViewer, CITIES } from './records'

const unread = aViewer({
  unreadNoticeCount: 4,
  notices: { edges: [{ node: { id: 'notice_9' } }] },
})

afterEach(() => useNotices().forget())

describe('the app begins', () => {
  it('signed out, in the city of the link, and listens to nothing', async () => {
    answer('Cities', data({ cities: CITIES }))
    await begin({ city: 'jiangyin' })
    expect(useCity().code).toBe('JIANGYIN')
    expect(useSession().known).toBe(true)
    expect(useSession().signedIn).toBe(false)
    show()
    expect(sockets).toHaveLength(0)
  })

  it('with the session of this device, its badge, and a live inbox', async () => {
    keepSession(aSession())
    answer('Cities', data({ cities: CITIES }))
    answer('SessionRefresh', data({ sessionRefresh: aSession({ viewer: unread }) }))
    await begin({})
    await flushPromises()
    expect(useNotices().unread).toBe(4)
    expect(sockets).toHaveLength(1)
    sockets[0]!.open()
    sockets[0]!.say({ type: 'connection_ack' })
    expect(sockets[0]!.sent[1]).toMatchObject({ payload: { variables: { after: 'notice_9' } } })
  })

  it('without network still ends its look at the session', async () => {
    keepSession(aSession())
    answer('Cities', 'network')
    answer('SessionRefresh', 'network')
    await begin({})
    expect(useSession().known).toBe(true)
    expect(useCity().failure?.kind).toBe('network')
  })

  it('and stops listening when the person signs out', async () => {
    answer('Cities', data({ cities: CITIES }))
    answer('SessionClose', data({ sessionClose: { __typename: 'SessionClosed' } }))
    await begin({})
    useSession().open(aSession({ viewer: unread }))
    await flushPromises()
    expect(sockets).toHaveLength(1)
    await useSession().close()
    await flushPromises()
    expect(sockets[0]!.closedWith).toBe(1000)
    expect(useNotices().unread).toBe(0)
  })
})
