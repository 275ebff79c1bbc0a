import { watch } from 'vue'

import { useSession } from '@/stores/session'

/**
 * Calls `forget` when somebody else, or the same person for somebody else, is signed in than
 * before: what was read for one must not stand on the other's screen while theirs is read.
 */
export function whenAnotherPerson(forget: () => void): void {
  const session = useSession()
  const person = () =>
    session.viewer ? `${session.viewer.id} ${session.acting?.id ?? ''}` : null
  let last = person()
  watch(person, (next) => {
    if (next === null) return
    if (last !== null && last !== next) forget()
    last = next
  })
}
