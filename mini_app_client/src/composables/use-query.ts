import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'

import { execute } from '@/api/client'
import { asFailure, type Failure } from '@/api/failure'
import type { TypedDocumentString } from '@/generated/graphql'

import { whenAnotherPerson } from './when-another-person'

export interface Query<Data> {
  data: ShallowRef<Data | null>
  failure: ShallowRef<Failure | null>
  /** A first answer is awaited; what is on screen is not yet this query's. */
  loading: Ref<boolean>
  /** Ask (again). What was shown stays until the answer is here. */
  load(): Promise<void>
}

/** A query whose late answers never overwrite newer ones. `variables` null asks nothing. */
export function useQuery<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: () => Variables | null,
): Query<Data> {
  const data = shallowRef<Data | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const loading = ref(true)
  let run = 0

  function forget(): void {
    run += 1
    data.value = failure.value = null
  }
  whenAnotherPerson(forget)

  async function load(): Promise<void> {
    const asked = variables()
    if (asked === null) {
      forget()
      loading.value = false
      return
    }
    const mine = ++run
    loading.value = data.value === null
    failure.value = null
    try {
      const answer = await execute(document, asked)
      if (mine === run) data.value = answer
    } catch (thrown) {
      if (mine === run) failure.value = asFailure(thrown)
    } finally {
      if (mine === run) loading.value = false
    }
  }

  return { data, failure, loading, load }
}
