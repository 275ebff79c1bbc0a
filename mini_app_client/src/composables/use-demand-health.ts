import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

import { execute } from '@/api/client'
import {
  DemandHealthDocument,
  type DemandHealthInput,
  type HealthFieldsFragment,
} from '@/generated/graphql'

import { whenAnotherPerson } from './when-another-person'

/** Somebody who types is not asked after each sign; each question leaves a line in the ledger. */
export const PAUSE_MS = 400

export interface DemandHealth {
  health: ShallowRef<HealthFieldsFragment | null>
  /** What is shown is not yet about what is written. */
  stale: Ref<boolean>
}

/**
 * The health of a demand that is being written, `written` null while there is nothing to ask.
 * It helps and decides nothing: where it cannot be had, nothing is shown and nothing complains.
 */
export function useDemandHealth(written: () => DemandHealthInput | null): DemandHealth {
  const health = shallowRef<HealthFieldsFragment | null>(null)
  const stale = ref(false)
  let pause: ReturnType<typeof setTimeout> | undefined
  let run = 0

  function forget(): void {
    run += 1
    clearTimeout(pause)
    health.value = null
    stale.value = false
  }

  async function ask(input: DemandHealthInput): Promise<void> {
    const mine = ++run
    let found: HealthFieldsFragment | null = null
    try {
      const { demandHealth } = await execute(DemandHealthDocument, { input })
      if (demandHealth.__typename === 'DemandHealth') found = demandHealth
    } catch {
      // The form says what is wrong with it when it is sent.
    }
    if (mine !== run) return
    health.value = found
    stale.value = false
  }

  watch(
    () => JSON.stringify(written()),
    () => {
      const input = written()
      if (!input) return forget()
      run += 1
      clearTimeout(pause)
      stale.value = health.value !== null
      pause = setTimeout(() => void ask(input), PAUSE_MS)
    },
    { immediate: true },
  )
  whenAnotherPerson(forget)
  onScopeDispose(forget)

  return { health, stale }
}
