import { afterEach, describe, expect, it } from 'vitest'

import { exchangeEntryToken } from '@/api/entry-app'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { answer, asked, data } from '../doubles/uni'
import { aSession, CITIES } from '../records'

function openedBy(city: string): void {
  window.rongqiaoEntry = { city, token: () => Promise.resolve('one-time-token') }
}

afterEach(() => {
  delete window.rongqiaoEntry
})

describe('the token of a city app', () => {
  it('is not looked for where no city app opened us', async () => {
    expect(await exchangeEntryToken()).toBe(false)
    expect(asked).toEqual([])
  })

  it('opens a session in its own city', async () => {
    openedBy('JIANGYIN')
    answer('Cities', data({ cities: CITIES }))
    answer('SessionExchange', data({ sessionExchange: aSession() }))
    expect(await exchangeEntryToken()).toBe(true)
    expect(asked[1]!.variables).toEqual({ input: { city: 'JIANGYIN', token: 'one-time-token' } })
    expect(useSession().viewer?.id).toBe('person_1')
    expect(useCity().code).toBe('JIANGYIN')
  })

  it('of a city that is not ours is sent nowhere', async () => {
    openedBy('ATLANTIS')
    answer('Cities', data({ cities: CITIES }))
    expect(await exchangeEntryToken()).toBe(false)
    expect(asked.map(({ operation }) => operation)).toEqual(['Cities'])
  })

  it('that is refused leaves nobody signed in', async () => {
    openedBy('JIANGYIN')
    answer('Cities', data({ cities: CITIES }))
    answer(
      'SessionExchange',
      data({ sessionExchange: { __typename: 'TokenRefused', code: 'TOKEN_REFUSED', message: '' } }),
    )
    expect(await exchangeEntryToken()).toBe(false)
    expect(useSession().signedIn).toBe(false)
  })
})
