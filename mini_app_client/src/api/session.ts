import {
  SessionRefreshDocument,
  type SessionFieldsFragment,
  type SessionRefreshMutation,
} from '@/generated/graphql'

import { failureIn } from './failure'
import { post } from './transport'

/**
 * Tokens of this device. The access token lives in memory only. The refresh token is an HttpOnly
 * cookie on H5, which no script can read, and lies in the mini program's own storage elsewhere.
 */
const REFRESH_KEY = 'rq.refresh'
const SIGNED_IN_KEY = 'rq.signed-in'

let accessToken: string | null = null
let refreshing: Promise<SessionFieldsFragment | null> | null = null
let onLost: () => void = () => {}

/** Headers that every operation carries. */
export function sessionHeaders(): Record<string, string> {
  const headers: Record<string, string> = { 'RongQiao-Client': clientKind() }
  if (accessToken) headers['Authorization'] = `Bearer ${accessToken}`
  return headers
}

/** The access token of now, or null. */
export function currentToken(): string | null {
  return accessToken
}

/** Called when a session ended that the person did not end. */
export function whenSessionLost(listener: () => void): void {
  onLost = listener
}

/** Whether this device was signed in when it was last used, so that a refresh may succeed. */
export function wasSignedIn(): boolean {
  return uni.getStorageSync(SIGNED_IN_KEY) === '1'
}

/** Keep what a session mutation answered. */
export function keepSession(session: SessionFieldsFragment): void {
  accessToken = session.accessToken
  uni.setStorageSync(SIGNED_IN_KEY, '1')
  if (session.refreshToken) uni.setStorageSync(REFRESH_KEY, session.refreshToken)
}

/** Forget every token of this device. */
export function forgetSession(): void {
  accessToken = null
  uni.removeStorageSync(SIGNED_IN_KEY)
  uni.removeStorageSync(REFRESH_KEY)
}

/**
 * Trade the refresh token for a new session, once however many ask at the same time. Null when the
 * session is over. Rejects with `'timeout'`, `'network'` or a Failure of the server, which say nothing
 * about the session.
 */
export function refreshSession(): Promise<SessionFieldsFragment | null> {
  refreshing ??= alone(refresh).finally(() => {
    refreshing = null
  })
  return refreshing
}

async function refresh(): Promise<SessionFieldsFragment | null> {
  const refreshToken = (uni.getStorageSync(REFRESH_KEY) as string) || null
  const answer = await post(
    String(SessionRefreshDocument),
    { input: { refreshToken } },
    { 'RongQiao-Client': clientKind() },
  )
  const result = (answer.body?.data as SessionRefreshMutation | null | undefined)?.sessionRefresh
  if (result?.__typename === 'Session') {
    keepSession(result)
    return result
  }
  // A fault of the server and a limit say nothing about the session: keep it for a later try.
  const failure = failureIn(answer)
  if (failure?.kind === 'server' || failure?.kind === 'tooMany') throw failure
  const hadSession = wasSignedIn()
  forgetSession()
  if (hadSession) onLost()
  return null
}

/**
 * Two tabs share one cookie, and a refresh token that is used twice ends its whole family: where
 * the browser offers a lock, they take turns.
 */
function alone<T>(work: () => Promise<T>): Promise<T> {
  // #ifdef H5
  if (typeof navigator !== 'undefined' && navigator.locks) {
    return navigator.locks.request('rq.refresh', work) as Promise<T>
  }
  // #endif
  return work()
}

/** What the server is told: only `web` gets its refresh token as a cookie. */
function clientKind(): string {
  // #ifdef H5
  return 'web'
  // #endif
  // #ifndef H5
  return 'mp-weixin'
  // #endif
}
