import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'

import { execute } from '@/api/client'
import { asFailure, type Failure } from '@/api/failure'
import type { TypedDocumentString } from '@/generated/graphql'

import { whenAnotherPerson } from './when-another-person'

const PAGE_SIZE = 20

export interface Connection<Node> {
  edges: { node: Node }[]
  pageInfo: { hasNextPage: boolean; endCursor?: string | null }
}

export interface Pages<Node> {
  items: ShallowRef<Node[]>
  failure: ShallowRef<Failure | null>
  loading: Ref<boolean>
  loadingMore: Ref<boolean>
  hasMore: Ref<boolean>
  /** Read the first page anew. */
  load(): Promise<void>
  /** Read the next page; nothing when there is none or one is on its way. */
  more(): Promise<void>
}

/** A list that is read page by page. `variables` null asks nothing, an absent connection is empty. */
export function usePages<Data, Variables extends { first?: unknown; after?: unknown }, Node>(
  document: TypedDocumentString<Data, Variables>,
  variables: () => Omit<Variables, 'first' | 'after'> | null,
  connectionIn: (data: Data) => Connection<Node> | null | undefined,
  size: number = PAGE_SIZE,
): Pages<Node> {
  const items = shallowRef<Node[]>([])
  const failure = shallowRef<Failure | null>(null)
  const loading = ref(true)
  const loadingMore = ref(false)
  const hasMore = ref(false)
  let cursor: string | null = null
  let run = 0

  function forget(): void {
    run += 1
    items.value = []
    failure.value = null
    loading.value = loadingMore.value = hasMore.value = false
  }
  whenAnotherPerson(forget)

  /** What was read before stays only where reading on failed: a first page may be of other filters. */
  function fail(why: Failure, first: boolean): void {
    failure.value = why
    if (!first) return
    items.value = []
    hasMore.value = false
  }

  async function read(after: string | null): Promise<void> {
    const asked = variables()
    if (asked === null) return forget()
    const mine = ++run
    failure.value = null
    try {
      const data = await execute(document, { ...asked, first: size, after } as Variables)
      if (mine !== run) return
      const page = connectionIn(data)
      const nodes = page?.edges.map(({ node }) => node) ?? []
      items.value = after === null ? nodes : [...items.value, ...nodes]
      cursor = page?.pageInfo.endCursor ?? null
      hasMore.value = page?.pageInfo.hasNextPage ?? false
    } catch (thrown) {
      if (mine === run) fail(asFailure(thrown), after === null)
    } finally {
      if (mine === run) loading.value = loadingMore.value = false
    }
  }

  async function load(): Promise<void> {
    loading.value = items.value.length === 0
    await read(null)
  }

  async function more(): Promise<void> {
    if (!hasMore.value || loadingMore.value || loading.value) return
    loadingMore.value = true
    await read(cursor)
  }

  return { items, failure, loading, loadingMore, hasMore, load, more }
}
