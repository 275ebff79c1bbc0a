import { createPinia, setActivePinia } from 'pinia'
import { describe, expect, it } from 'vitest'

import { useCity } from '@/stores/city'

import { answer, data, timesAsked } from '../doubles/uni'
import { CITIES } from '../records'

describe('the city', () => {
  it('is none before the cities are known, then the first', async () => {
    answer('Cities', data({ cities: CITIES }))
    const city = useCity()
    expect(city.code).toBeNull()
    await city.load()
    expect(city.code).toBe('CHANGZHOU')
    expect(city.city?.entryApp).toBe('我的常州')
  })

  it('that was chosen is kept on the device', async () => {
    answer('Cities', data({ cities: CITIES }))
    useCity().choose('JIANGYIN')
    setActivePinia(createPinia())
    const city = useCity()
    await city.load()
    expect(city.code).toBe('JIANGYIN')
  })

  it('that does not exist is the first', async () => {
    answer('Cities', data({ cities: CITIES }))
    const city = useCity()
    city.choose('ATLANTIS')
    await city.load()
    expect(city.code).toBe('CHANGZHOU')
  })

  it('list is read once', async () => {
    answer('Cities', data({ cities: CITIES }))
    const city = useCity()
    await city.load()
    await city.load()
    expect(timesAsked('Cities')).toBe(1)
  })

  it('list that could not be read says why, and is read at the next try', async () => {
    answer('Cities', 'network', data({ cities: CITIES }))
    const city = useCity()
    await city.load()
    expect(city.failure?.kind).toBe('network')
    expect(city.city).toBeNull()
    await city.load()
    expect(city.failure).toBeNull()
    expect(city.code).toBe('CHANGZHOU')
  })
})
