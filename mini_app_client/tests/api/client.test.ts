import { describe, expect, it, vi } from 'vitest'

import { execute } from '@/api/client'
import { Failure } from '@/api/failure'
import {
  currentToken,
  keepSession,
  refreshSession,
  wasSignedIn,
  whenSessionLost,
} from '@/api/session'
import { ViewerDocument } from '@/generated/graphql'
import { failureTexts } from '@/texts/failures'

import { answer, asked, data, later, refusal, timesAsked, type Asked } from '../doubles/uni'
import { aSession } from '../records'

const viewer = () => execute(ViewerDocument, {})
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (thrown: unknown) => thrown as Failure,
  )
const nobody = data({ viewer: null })
const expired = refusal('UNAUTHENTICATED', 401)
/** Answers who bears the new token and refuses every other. */
const onlyTo = (token: string) => (question: Asked) =>
  question.headers['Authorization'] === `Bearer ${token}` ? nobody : expired
const refreshed = (accessToken: string) =>
  data({ sessionRefresh: aSession({ accessToken }) })

describe('an operation', () => {
  it('is posted with its variables and its headers, and gives its data', async () => {
    keepSession(aSession({ accessToken: 'mine' }))
    answer('Viewer', nobody)
    expect(await viewer()).toEqual({ viewer: null })
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({ operation: 'Viewer', variables: {}, url: '/graphql' })
    expect(asked[0]!.headers).toEqual({
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json, application/json',
      'RongQiao-Client': 'web',
      Authorization: 'Bearer mine',
    })
  })

  it('of somebody who is signed out carries no token', async () => {
    answer('Viewer', nobody)
    await viewer()
    expect(asked[0]!.headers).not.toHaveProperty('Authorization')
  })

  it('reads a body that arrives as text', async () => {
    answer('Viewer', { body: '{"data":{"viewer":null}}' })
    expect(await viewer()).toEqual({ viewer: null })
  })

  it.each([
    ['network', 'network'],
    ['timeout', 'timeout'],
    [refusal('UNAUTHENTICATED'), 'signedOut'],
    [{ status: 401, body: '' }, 'signedOut'],
    [refusal('BAD_USER_INPUT'), 'badInput'],
    [{ status: 429, body: '' }, 'tooMany'],
    [refusal('INTERNAL', 500), 'server'],
    [refusal('A_CODE_OF_TOMORROW'), 'server'],
    [{ body: { errors: [{ message: 'no code' }] } }, 'server'],
    [{ status: 502, body: '<html>Bad Gateway</html>' }, 'server'],
    [{ status: 200, body: '' }, 'server'],
    [{ status: 200, body: {} }, 'server'],
  ] as const)('answered by %j fails as %s, in our own words', async (reply, kind) => {
    answer('Viewer', reply as never)
    const failure = await failureOf(viewer())
    expect(failure).toBeInstanceOf(Failure)
    expect(failure!.kind).toBe(kind)
    expect(failure!.message).toBe(failureTexts[kind])
  })

  it.each([
    ['FORBIDDEN', 'forbidden'],
    ['RATE_LIMITED', 'tooMany'],
  ])('refused by %s tells what the server wrote for people', async (code, kind) => {
    answer('Viewer', refusal(code, 200, '今天的次数已用完'))
    const failure = await failureOf(viewer())
    expect(failure!.kind).toBe(kind)
    expect(failure!.message).toBe('今天的次数已用完')
  })

  it('is not sent again after a failure that no refresh can mend', async () => {
    keepSession(aSession())
    answer('Viewer', refusal('FORBIDDEN'))
    await failureOf(viewer())
    expect(asked.map(({ operation }) => operation)).toEqual(['Viewer'])
  })

  it('asks for no refresh when nobody was signed in', async () => {
    answer('Viewer', expired)
    expect((await failureOf(viewer()))!.kind).toBe('signedOut')
    expect(asked.map(({ operation }) => operation)).toEqual(['Viewer'])
  })
})

describe('an expired token', () => {
  it('is renewed once for all who wait, and each of them is sent again', async () => {
    keepSession(aSession({ accessToken: 'old' }))
    const refresh = later()
    answer('Viewer', onlyTo('new'))
    answer('SessionRefresh', refresh.answer)

    const waiting = [viewer(), viewer(), viewer()]
    await vi.waitFor(() => expect(timesAsked('SessionRefresh')).toBe(1))
    const joined = viewer()
    refresh.come(refreshed('new'))

    expect(await Promise.all([...waiting, joined])).toEqual(Array(4).fill({ viewer: null }))
    expect(timesAsked('SessionRefresh')).toBe(1)
    expect(timesAsked('Viewer')).toBe(8)
    expect(currentToken()).toBe('new')
  })

  it('that another caller already renewed is not renewed again', async () => {
    keepSession(aSession({ accessToken: 'old' }))
    const slow = later()
    answer('Viewer', slow.answer, onlyTo('new'))
    const waiting = viewer()
    await vi.waitFor(() => expect(timesAsked('Viewer')).toBe(1))
    keepSession(aSession({ accessToken: 'new' }))
    slow.come(expired)
    expect(await waiting).toEqual({ viewer: null })
    expect(timesAsked('SessionRefresh')).toBe(0)
  })

  it('is renewed again when the next one expires', async () => {
    keepSession(aSession({ accessToken: 'first' }))
    answer('SessionRefresh', refreshed('second'), refreshed('third'))
    answer('Viewer', onlyTo('second'))
    await viewer()
    answer('Viewer', onlyTo('third'))
    await viewer()
    expect(timesAsked('SessionRefresh')).toBe(2)
  })

  it('refused anew after its renewal fails, and does not go round for ever', async () => {
    keepSession(aSession({ accessToken: 'old' }))
    answer('Viewer', expired)
    answer('SessionRefresh', refreshed('new'))
    expect((await failureOf(viewer()))!.kind).toBe('signedOut')
    expect(timesAsked('Viewer')).toBe(2)
    expect(timesAsked('SessionRefresh')).toBe(1)
  })

  it('sends the renewal without the refused token', async () => {
    keepSession(aSession({ accessToken: 'old', refreshToken: 'refresh-1' }))
    answer('Viewer', onlyTo('new'))
    answer('SessionRefresh', refreshed('new'))
    await viewer()
    const renewal = asked.find(({ operation }) => operation === 'SessionRefresh')!
    expect(renewal.headers).not.toHaveProperty('Authorization')
    expect(renewal.variables).toEqual({ input: { refreshToken: 'refresh-1' } })
  })

  it('keeps the refresh token that came last, and sends null where a cookie holds it', async () => {
    keepSession(aSession({ refreshToken: 'refresh-1' }))
    answer('SessionRefresh', data({ sessionRefresh: aSession({ refreshToken: 'refresh-2' }) }))
    await refreshSession()
    await refreshSession()
    expect(asked.map(({ variables }) => variables.input!['refreshToken'])).toEqual([
      'refresh-1',
      'refresh-2',
    ])
  })

  it.each([
    data({ sessionRefresh: { __typename: 'CodeWrong', code: 'CODE_WRONG', message: '已失效' } }),
    refusal('UNAUTHENTICATED', 401),
    refusal('UNAUTHENTICATED', 200),
    { status: 401, body: {} },
  ])('whose renewal is refused by %j signs everybody out, and says so once', async (reply) => {
    keepSession(aSession({ refreshToken: 'refresh-1' }))
    const lost = vi.fn()
    whenSessionLost(lost)
    answer('Viewer', expired)
    answer('SessionRefresh', reply)

    const failures = await Promise.all([failureOf(viewer()), failureOf(viewer()), failureOf(viewer())])

    expect(failures.map((failure) => failure!.kind)).toEqual(['signedOut', 'signedOut', 'signedOut'])
    expect(timesAsked('SessionRefresh')).toBe(1)
    expect(lost).toHaveBeenCalledTimes(1)
    expect(currentToken()).toBeNull()
    expect(wasSignedIn()).toBe(false)
    expect(uni.getStorageSync('rq.refresh')).toBe('')
  })

  it.each([
    ['network', 'network'],
    ['timeout', 'timeout'],
    [{ status: 503, body: '' }, 'server'],
    [{ status: 502, body: '<html>' }, 'server'],
    [refusal('INTERNAL', 500), 'server'],
    [refusal('INTERNAL', 200), 'server'],
    [refusal('RATE_LIMITED', 429), 'tooMany'],
    [{ status: 200, body: '' }, 'server'],
  ] as const)('whose renewal ends in %j keeps the session: %s', async (reply, kind) => {
    keepSession(aSession({ accessToken: 'old', refreshToken: 'refresh-1' }))
    const lost = vi.fn()
    whenSessionLost(lost)
    answer('Viewer', onlyTo('new'))
    answer('SessionRefresh', reply as never, refreshed('new'))

    expect((await failureOf(viewer()))!.kind).toBe(kind)
    expect(wasSignedIn()).toBe(true)
    expect(uni.getStorageSync('rq.refresh')).toBe('refresh-1')
    expect(lost).not.toHaveBeenCalled()

    expect(await viewer()).toEqual({ viewer: null })
  })

  it('takes turns with other tabs where the browser has locks', async () => {
    const order: string[] = []
    vi.stubGlobal('navigator', {
      locks: {
        request: async (name: string, work: () => Promise<unknown>) => {
          order.push(`lock ${name}`)
          const result = await work()
          order.push('unlock')
          return result
        },
      },
    })
    answer('SessionRefresh', () => {
      order.push('refresh')
      return refreshed('new')
    })
    await refreshSession()
    expect(order).toEqual(['lock rq.refresh', 'refresh', 'unlock'])
  })
})
