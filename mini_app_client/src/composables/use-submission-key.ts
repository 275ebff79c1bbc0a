import { newKey } from '@/format/key'

/**
 * The idempotency key of a form: the same while the same content is sent again (a second tap, a
 * retry after a time-out), another one as soon as the content differs or was accepted.
 */
export function useSubmissionKey() {
  let key = newKey()
  let content = ''

  return {
    keyFor(input: unknown): string {
      const next = JSON.stringify(input)
      if (next !== content) {
        content = next
        key = newKey()
      }
      return key
    },
    accepted(): void {
      content = ''
    },
  }
}
