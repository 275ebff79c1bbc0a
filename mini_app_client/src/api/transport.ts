/** The one place that speaks HTTP: a GraphQL document goes out, a parsed answer comes back. */

/** Where the API lives. H5 is served by the API itself; a mini program has no origin of its own. */
export function apiOrigin(): string {
  // #ifdef H5
  return ''
  // #endif
  // #ifndef H5
  return import.meta.env.VITE_API_ORIGIN ?? ''
  // #endif
}

/** Milliseconds that a person waits before we say that the network is slow. */
const TIMEOUT_MS = 15_000

export interface GraphQLFailure {
  message: string
  extensions?: { code?: string }
}

export interface Answer {
  status: number
  body: { data?: unknown; errors?: GraphQLFailure[] } | null
}

/** Post a document. Rejects with `'timeout'` or `'network'` when no answer came. */
export function post(
  query: string,
  variables: unknown,
  headers: Record<string, string>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    uni.request({
      url: `${apiOrigin()}/graphql`,
      method: 'POST',
      timeout: TIMEOUT_MS,
      header: {
        'Content-Type': 'application/json',
        Accept: 'application/graphql-response+json, application/json',
        ...headers,
      },
      data: JSON.stringify({ query, variables }),
      success: ({ statusCode, data }) => resolve({ status: statusCode, body: bodyOf(data) }),
      fail: ({ errMsg }) => reject(/time\s?out/i.test(errMsg) ? 'timeout' : 'network'),
    })
  })
}

function bodyOf(data: unknown): Answer['body'] {
  if (typeof data === 'string') {
    try {
      return bodyOf(JSON.parse(data))
    } catch {
      return null
    }
  }
  return data !== null && typeof data === 'object' ? (data as Answer['body']) : null
}
