import { describe, expect, it } from 'vitest'

import { useSubmissionKey } from '@/composables/use-submission-key'

describe('the key of a submission', () => {
  it('stays while the same content is sent again', () => {
    const submission = useSubmissionKey()
    const keys = [1, 2, 3].map(() => submission.keyFor({ amount: '500000', kinds: ['CREDIT'] }))
    expect(new Set(keys).size).toBe(1)
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/)
  })

  it.each([
    [{ amount: '1' }, { amount: '2' }],
    [{ kinds: ['CREDIT'] }, { kinds: ['CREDIT', 'PLEDGED'] }],
    [{ maxAnnualRate: null }, { maxAnnualRate: '4' }],
  ])('differs between %j and %j', (one, other) => {
    const submission = useSubmissionKey()
    expect(submission.keyFor(one)).not.toBe(submission.keyFor(other))
  })

  it('is another one after it was accepted, also for the same content', () => {
    const submission = useSubmissionKey()
    const first = submission.keyFor({ amount: '1' })
    submission.accepted()
    const second = submission.keyFor({ amount: '1' })
    expect(second).not.toBe(first)
    expect(submission.keyFor({ amount: '1' })).toBe(second)
  })

  it('differs between two forms with the same content', () => {
    expect(useSubmissionKey().keyFor({})).not.toBe(useSubmissionKey().keyFor({}))
  })
})
