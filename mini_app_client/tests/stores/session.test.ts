import { describe, expect, it } from 'vitest'

import { currentToken, keepSession, wasSignedIn } from '@/api/session'
import { execute } from '@/api/client'
import { ViewerDocument } from '@/generated/graphql'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { answer, asked, data, refusal, timesAsked } from '../doubles/uni'
import { aMembership, aSession, aViewer, CITIES } from '../records'

describe('a session', () => {
  it('that was opened tells who acts for whom, and where', async () => {
    answer('Cities', data({ cities: CITIES }))
    const session = useSession()
    await useCity().load()
    session.open(aSession())
    expect(session.signedIn).toBe(true)
    expect(session.known).toBe(true)
    expect(session.role).toBe('OWNER')
    expect(session.enterprise?.name).toBe('示例机械有限公司')
    expect(session.institution).toBeNull()
    expect(useCity().code).toBe('JIANGYIN')
    expect(currentToken()).toBe('token-1')
  })

  it('of a person without membership has no role, and leaves the city alone', async () => {
    answer('Cities', data({ cities: CITIES }))
    await useCity().load()
    const session = useSession()
    session.open(aSession({ viewer: aViewer({ acting: null, memberships: [] }) }))
    expect(session.signedIn).toBe(true)
    expect(session.role).toBeNull()
    expect(useCity().code).toBe('CHANGZHOU')
  })

  it('never leaves its access token in the storage of the device', () => {
    useSession().open(aSession({ accessToken: 'secret-access', refreshToken: null }))
    expect(['rq.refresh', 'rq.signed-in'].map((key) => uni.getStorageSync(key))).toEqual(['', '1'])
  })

  it('is taken up when this device had one', async () => {
    keepSession(aSession())
    answer('SessionRefresh', data({ sessionRefresh: aSession({ accessToken: 'token-2' }) }))
    const session = useSession()
    expect(session.known).toBe(false)
    await session.restore()
    expect(session.viewer?.id).toBe('person_1')
    expect(session.known).toBe(true)
    expect(currentToken()).toBe('token-2')
  })

  it('is not asked for by a device that had none', async () => {
    const session = useSession()
    await session.restore()
    expect(asked).toEqual([])
    expect(session.known).toBe(true)
    expect(session.signedIn).toBe(false)
  })

  it('that cannot be taken up for want of network is still this device’s', async () => {
    keepSession(aSession())
    answer('SessionRefresh', 'network')
    const session = useSession()
    await expect(session.restore()).rejects.toBe('network')
    expect(session.known).toBe(true)
    expect(session.signedIn).toBe(false)
    expect(wasSignedIn()).toBe(true)
  })

  it('that the server ended in the middle signs the person out', async () => {
    const session = useSession()
    session.open(aSession())
    answer('Viewer', refusal('UNAUTHENTICATED', 401))
    answer('SessionRefresh', refusal('UNAUTHENTICATED', 401))
    await expect(execute(ViewerDocument, {})).rejects.toMatchObject({ kind: 'signedOut' })
    expect(session.viewer).toBeNull()
    expect(session.signedIn).toBe(false)
  })

  it('tells after a reload what changed about its person', async () => {
    const session = useSession()
    session.open(aSession({ viewer: aViewer({ acting: null, memberships: [] }) }))
    answer('Viewer', data({ viewer: aViewer({ acting: aMembership({ role: 'OFFICER' }) }) }))
    await session.reload()
    expect(session.role).toBe('OFFICER')
  })
})

describe('signing out', () => {
  it('ends the session on the server and forgets it here', async () => {
    const session = useSession()
    session.open(aSession({ refreshToken: 'refresh-1' }))
    answer('SessionClose', data({ sessionClose: { __typename: 'SessionClosed' } }))
    await session.close()
    expect(asked[0]!.headers['Authorization']).toBe('Bearer token-1')
    expect(session.viewer).toBeNull()
    expect(currentToken()).toBeNull()
    expect(wasSignedIn()).toBe(false)
    expect(uni.getStorageSync('rq.refresh')).toBe('')
  })

  it.each(['network', refusal('INTERNAL', 500)] as const)('forgets it here also when it meets %j', async (reply) => {
    const session = useSession()
    session.open(aSession())
    answer('SessionClose', reply)
    await session.close()
    expect(timesAsked('SessionClose')).toBe(1)
    expect(session.signedIn).toBe(false)
    expect(currentToken()).toBeNull()
  })
})
