import { failureTexts } from '@/texts/failures'

import type { Answer } from './transport'

/** Why an operation gave no data; each kind has a sentence in texts/failures. */
export type FailureKind =
  | 'network'
  | 'timeout'
  | 'signedOut'
  | 'forbidden'
  | 'badInput'
  | 'tooMany'
  | 'server'

const kindOfCode: Record<string, FailureKind> = {
  UNAUTHENTICATED: 'signedOut',
  FORBIDDEN: 'forbidden',
  BAD_USER_INPUT: 'badInput',
  RATE_LIMITED: 'tooMany',
}

/** An operation that gave no data. `message` is the sentence to show. */
export class Failure extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string = failureTexts[kind],
  ) {
    super(message)
    this.name = 'Failure'
  }
}

/** The failure inside an answer, or null when it carries data. */
export function failureIn({ status, body }: Answer): Failure | null {
  const first = body?.errors?.[0]
  if (first) {
    const kind = kindOfCode[first.extensions?.code ?? ''] ?? 'server'
    // The server writes these two for people; others speak of tokens or of a programme's fault.
    return kind === 'forbidden' || kind === 'tooMany'
      ? new Failure(kind, first.message)
      : new Failure(kind)
  }
  if (body?.data) return null
  if (status === 401) return new Failure('signedOut')
  if (status === 429) return new Failure('tooMany')
  return new Failure('server')
}

/** Anything that was thrown, as a Failure. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown
  if (thrown === 'timeout' || thrown === 'network') return new Failure(thrown)
  return new Failure('server')
}
