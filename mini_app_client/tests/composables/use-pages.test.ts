import { flushPromises } from '@vue/test-utils'
import { nextTick, ref } from 'vue'
import { describe, expect, it } from 'vitest'

import { usePages } from '@/composables/use-pages'
import { NoticesDocument, type NoticesQuery } from '@/generated/graphql'
import { useSession } from '@/stores/session'

import { answer, asked, data, later, type Asked } from '../doubles/uni'
import { aSession, aViewer } from '../records'

function page(ids: string[], endCursor: string | null) {
  const edges = ids.map((id) => ({ node: { id } }))
  const pageInfo = { hasNextPage: endCursor !== null, endCursor }
  return data({ viewer: { notices: { edges, pageInfo } } })
}

/** Three pages: a b | c d | e. */
function inPages({ variables }: Asked) {
  const after = variables['after'] as string | null
  if (after === null) return page(['a', 'b'], 'b')
  return after === 'b' ? page(['c', 'd'], 'd') : page(['e'], null)
}

const list = () =>
  usePages(
    NoticesDocument,
    () => ({ unreadOnly: true }),
    (answered: NoticesQuery) => answered.viewer?.notices,
  )
const ids = (pages: ReturnType<typeof list>) => pages.items.value.map(({ id }) => id)

describe('a list', () => {
  it('is read page by page, each after the last, to its end', async () => {
    answer('Notices', inPages)
    const pages = list()
    await pages.load()
    expect(ids(pages)).toEqual(['a', 'b'])
    expect(pages.hasMore.value).toBe(true)
    await pages.more()
    await pages.more()
    expect(ids(pages)).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(pages.hasMore.value).toBe(false)
    await pages.more()
    expect(asked.map(({ variables }) => variables)).toEqual([
      { unreadOnly: true, first: 20, after: null },
      { unreadOnly: true, first: 20, after: 'b' },
      { unreadOnly: true, first: 20, after: 'd' },
    ])
  })

  it('reads a page once however often it is asked for', async () => {
    answer('Notices', inPages)
    const pages = list()
    await pages.more()
    expect(asked).toHaveLength(0)
    await pages.load()
    await Promise.all([pages.more(), pages.more()])
    expect(asked).toHaveLength(2)
    expect(ids(pages)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('read anew begins at its first page', async () => {
    answer('Notices', inPages)
    const pages = list()
    await pages.load()
    await pages.more()
    await pages.load()
    expect(ids(pages)).toEqual(['a', 'b'])
    await pages.more()
    expect(ids(pages)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('read anew while its next page is on its way drops that page', async () => {
    const next = later()
    answer('Notices', page(['a'], 'a'), next.answer, page(['z'], 'z'))
    const pages = list()
    await pages.load()
    const more = pages.more()
    await pages.load()
    next.come(page(['b'], null))
    await more
    expect(ids(pages)).toEqual(['z'])
    expect(pages.hasMore.value).toBe(true)
    expect(pages.loadingMore.value).toBe(false)
  })

  it('shows that it is loading only while there is nothing to show', async () => {
    const again = later()
    answer('Notices', page(['a'], null), again.answer)
    const pages = list()
    expect(pages.loading.value).toBe(true)
    await pages.load()
    expect(pages.loading.value).toBe(false)
    const loading = pages.load()
    expect(pages.loading.value).toBe(false)
    expect(ids(pages)).toEqual(['a'])
    again.come(page(['b'], null))
    await loading
    expect(ids(pages)).toEqual(['b'])
  })

  it('whose next page fails keeps what it has, says why, and goes on from the same place', async () => {
    answer('Notices', page(['a'], 'a'), 'network', page(['b'], null))
    const pages = list()
    await pages.load()
    await pages.more()
    expect(ids(pages)).toEqual(['a'])
    expect(pages.failure.value?.kind).toBe('network')
    await pages.more()
    expect(pages.failure.value).toBeNull()
    expect(ids(pages)).toEqual(['a', 'b'])
    expect(asked[2]!.variables['after']).toBe('a')
  })

  it('whose first page fails when it is read anew shows nothing of what was asked before', async () => {
    answer('Notices', page(['a'], 'a'), 'network')
    const pages = list()
    await pages.load()
    await pages.load()
    expect(ids(pages)).toEqual([])
    expect(pages.hasMore.value).toBe(false)
    expect(pages.failure.value?.kind).toBe('network')
  })

  it('that is absent is empty', async () => {
    answer('Notices', data({ viewer: null }))
    const pages = list()
    await pages.load()
    expect(ids(pages)).toEqual([])
    expect(pages.hasMore.value).toBe(false)
    expect(pages.failure.value).toBeNull()
  })

  it('without variables asks nothing and shows nothing', async () => {
    answer('Notices', inPages)
    const on = ref(true)
    const pages = usePages(
      NoticesDocument,
      () => (on.value ? { unreadOnly: true } : null),
      (answered: NoticesQuery) => answered.viewer?.notices,
    )
    await pages.load()
    on.value = false
    await pages.load()
    expect(asked).toHaveLength(1)
    expect(pages.items.value).toEqual([])
    expect(pages.hasMore.value).toBe(false)
    expect(pages.loading.value).toBe(false)
  })

  it('of one person is not shown to the next, and does not come late', async () => {
    const session = useSession()
    session.open(aSession())
    const late = later()
    answer('Notices', page(['a'], 'a'), late.answer)
    const pages = list()
    await pages.load()
    const more = pages.more()
    session.open(aSession({ viewer: aViewer({ id: 'person_2' }) }))
    await nextTick()
    expect(pages.items.value).toEqual([])
    late.come(page(['b'], null))
    await more
    await flushPromises()
    expect(pages.items.value).toEqual([])
    expect(pages.loadingMore.value).toBe(false)
  })
})
