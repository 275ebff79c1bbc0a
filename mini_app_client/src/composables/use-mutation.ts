import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'

import { execute } from '@/api/client'
import { asFailure } from '@/api/failure'
import type { TypedDocumentString, UserErrorFieldsFragment } from '@/generated/graphql'

type Result = { __typename: string }

/** The members of a result union that are no failure. */
export type Success<R extends Result> = Exclude<R, { code: unknown }>

export interface Mutation<Variables, R extends Result> {
  /** Send; the changed object, or null when it failed or another sending is on its way. */
  run(variables: Variables): Promise<Success<R> | null>
  pending: Ref<boolean>
  /** The sentence to show, or empty. */
  problem: Ref<string>
  /** Sentences beside fields, by the field's path in the input. */
  fieldProblems: ShallowRef<Record<string, string>>
  /** The failure's type, for the few pages that have a face of their own for one. */
  outcome: Ref<string>
  /** Seconds to wait before another try; 0 when there is nothing to wait for. */
  retryAfterSeconds: Ref<number>
  reset(): void
}

/** A mutation whose expected failures become sentences of a form. */
export function useMutation<Data, Variables, R extends Result>(
  document: TypedDocumentString<Data, Variables>,
  resultIn: (data: Data) => R,
): Mutation<Variables, R> {
  const pending = ref(false)
  const problem = ref('')
  const fieldProblems = shallowRef<Record<string, string>>({})
  const outcome = ref('')
  const retryAfterSeconds = ref(0)

  function reset(): void {
    problem.value = outcome.value = ''
    fieldProblems.value = {}
    retryAfterSeconds.value = 0
  }

  async function run(variables: Variables): Promise<Success<R> | null> {
    if (pending.value) return null
    pending.value = true
    reset()
    try {
      const result = resultIn(await execute(document, variables))
      outcome.value = result.__typename
      if (!('code' in result)) return result as Success<R>
      refuse(result as unknown as UserErrorFieldsFragment)
    } catch (thrown) {
      problem.value = asFailure(thrown).message
    } finally {
      pending.value = false
    }
    return null
  }

  function refuse(refusal: UserErrorFieldsFragment): void {
    problem.value = refusal.message
    if ('fieldErrors' in refusal) {
      fieldProblems.value = Object.fromEntries(
        refusal.fieldErrors.map(({ field, message }) => [field, message]),
      )
    }
    if ('retryAfterSeconds' in refusal) retryAfterSeconds.value = refusal.retryAfterSeconds
  }

  return { run, pending, problem, fieldProblems, outcome, retryAfterSeconds, reset }
}

/** The sentence below a short form: none where one of the fields on show says the same already. */
export function sentenceBelow(
  { problem, fieldProblems }: Pick<Mutation<never, Result>, 'problem' | 'fieldProblems'>,
  shown: readonly string[],
): string {
  return shown.some((field) => fieldProblems.value[field] === problem.value) ? '' : problem.value
}
