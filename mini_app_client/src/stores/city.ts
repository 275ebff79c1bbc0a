import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { execute } from '@/api/client'
import { asFailure, type Failure } from '@/api/failure'
import { CitiesDocument, type CitiesQuery, type CityCode } from '@/generated/graphql'

const CITY_KEY = 'rq.city'

export type CityView = CitiesQuery['cities'][number]

/** The city whose products, districts, texts and colours are on show. */
export const useCity = defineStore('city', () => {
  const cities = ref<CityView[]>([])
  const failure = shallowRef<Failure | null>(null)
  const chosen = ref<string>(uni.getStorageSync(CITY_KEY) || '')

  const city = computed<CityView | null>(
    () => cities.value.find(({ code }) => code === chosen.value) ?? cities.value[0] ?? null,
  )
  const code = computed<CityCode | null>(() => city.value?.code ?? null)

  /** Read the cities once; a failure is kept for the page to show. */
  async function load(): Promise<void> {
    if (cities.value.length > 0) return
    failure.value = null
    try {
      cities.value = (await execute(CitiesDocument, {})).cities
    } catch (thrown) {
      failure.value = asFailure(thrown)
    }
  }

  /** Show another city until the next visit; a code that is none shows the first. */
  function wear(next: string): void {
    chosen.value = next
  }

  /** Show another city from now on. */
  function choose(next: string): void {
    wear(next)
    uni.setStorageSync(CITY_KEY, next)
  }

  return { cities, city, code, failure, load, wear, choose }
})
