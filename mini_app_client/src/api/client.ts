import type { TypedDocumentString } from '@/generated/graphql'

import { asFailure, Failure, failureIn } from './failure'
import { currentToken, refreshSession, sessionHeaders } from './session'
import { post } from './transport'

/**
 * Run an operation. When the access token has expired, the session is refreshed once for all who
 * wait, and each of them is sent again. Throws Failure.
 */
export async function execute<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const sentWith = currentToken()
  try {
    return await send(document, variables)
  } catch (thrown) {
    const failure = asFailure(thrown)
    if (failure.kind !== 'signedOut' || sentWith === null) throw failure
  }
  if (!(await renewed(sentWith))) throw new Failure('signedOut')
  return send(document, variables).catch((thrown: unknown) => {
    throw asFailure(thrown)
  })
}

/** Whether there is another token than the refused one; another caller may have fetched it. */
async function renewed(refused: string): Promise<boolean> {
  if (currentToken() !== refused) return currentToken() !== null
  try {
    return (await refreshSession()) !== null
  } catch (thrown) {
    throw asFailure(thrown)
  }
}

async function send<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const answer = await post(String(document), variables, sessionHeaders())
  const failure = failureIn(answer)
  if (failure) throw failure
  return answer.body?.data as Data
}
