import { SessionExchangeDocument } from '@/generated/graphql'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { execute } from './client'

/**
 * What a city app puts into its web view before our page loads: the city's code, and a way to ask
 * for a fresh one-time token. A token in the address would end up in logs and histories.
 */
export interface EntryAppBridge {
  city: string
  token(): Promise<string>
}

declare global {
  interface Window {
    rongqiaoEntry?: EntryAppBridge
  }
}

/** Sign in with the city app's token where a city app opened us. False when none did. */
export async function exchangeEntryToken(): Promise<boolean> {
  const bridge = typeof window === 'undefined' ? undefined : window.rongqiaoEntry
  if (!bridge) return false
  const cities = useCity()
  await cities.load()
  const city = cities.cities.find(({ code }) => code === bridge.city)
  if (!city) return false
  cities.choose(city.code)
  const { sessionExchange } = await execute(SessionExchangeDocument, {
    input: { city: city.code, token: await bridge.token() },
  })
  if (sessionExchange.__typename !== 'Session') return false
  useSession().open(sessionExchange)
  return true
}
