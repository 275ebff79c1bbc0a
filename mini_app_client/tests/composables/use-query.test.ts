import { flushPromises } from '@vue/test-utils'
import { nextTick, ref } from 'vue'
import { describe, expect, it } from 'vitest'

import { useQuery } from '@/composables/use-query'
import { ViewerDocument } from '@/generated/graphql'
import { useSession } from '@/stores/session'

import { answer, asked, data, later } from '../doubles/uni'
import { aMembership, aSession, aViewer } from '../records'

const named = (name: string) => data({ viewer: { name } })
const query = () => useQuery(ViewerDocument, () => ({}))

describe('a query', () => {
  it('is loading until its first answer is here', async () => {
    const reply = later()
    answer('Viewer', reply.answer)
    const viewer = query()
    expect(viewer.loading.value).toBe(true)
    const loading = viewer.load()
    expect(viewer.loading.value).toBe(true)
    reply.come(named('甲'))
    await loading
    expect(viewer.loading.value).toBe(false)
    expect(viewer.data.value).toEqual({ viewer: { name: '甲' } })
    expect(viewer.failure.value).toBeNull()
  })

  it('never lets a late answer overwrite a newer one', async () => {
    const [older, newer] = [later(), later()]
    answer('Viewer', older.answer, newer.answer)
    const viewer = query()
    const loads = [viewer.load(), viewer.load()]
    newer.come(named('newer'))
    await flushPromises()
    older.come(named('older'))
    await Promise.all(loads)
    expect(viewer.data.value).toEqual({ viewer: { name: 'newer' } })
  })

  it('never lets a late failure spoil a newer answer', async () => {
    const [older, newer] = [later(), later()]
    answer('Viewer', older.answer, newer.answer)
    const viewer = query()
    const loads = [viewer.load(), viewer.load()]
    newer.come(named('newer'))
    await flushPromises()
    older.come('network')
    await Promise.all(loads)
    expect(viewer.failure.value).toBeNull()
  })

  it('keeps what it showed when a later look fails, and says why', async () => {
    answer('Viewer', named('甲'), 'timeout')
    const viewer = query()
    await viewer.load()
    await viewer.load()
    expect(viewer.data.value).toEqual({ viewer: { name: '甲' } })
    expect(viewer.failure.value?.kind).toBe('timeout')
    expect(viewer.loading.value).toBe(false)
  })

  it('forgets a failure when it is asked again', async () => {
    answer('Viewer', 'network', named('甲'))
    const viewer = query()
    await viewer.load()
    expect(viewer.failure.value?.kind).toBe('network')
    await viewer.load()
    expect(viewer.failure.value).toBeNull()
  })

  it('asks nothing without variables', async () => {
    const viewer = useQuery(ViewerDocument, () => null)
    await viewer.load()
    expect(asked).toEqual([])
    expect(viewer.loading.value).toBe(false)
    expect(viewer.data.value).toBeNull()
  })

  it('without variables any more shows nothing, and takes no late answer', async () => {
    const reply = later()
    answer('Viewer', named('甲'), reply.answer)
    const on = ref(true)
    const viewer = useQuery(ViewerDocument, () => (on.value ? {} : null))
    await viewer.load()
    const loading = viewer.load()
    on.value = false
    await viewer.load()
    reply.come(named('乙'))
    await loading
    expect(viewer.data.value).toBeNull()
  })
})

describe('what was read for one person', () => {
  it('is not shown to the next, also when their own cannot be read', async () => {
    const session = useSession()
    session.open(aSession())
    answer('Viewer', named('甲'), 'network')
    const viewer = query()
    await viewer.load()
    session.viewer = null
    session.open(aSession({ viewer: aViewer({ id: 'person_2' }) }))
    await nextTick()
    expect(viewer.data.value).toBeNull()
    await viewer.load()
    expect(viewer.data.value).toBeNull()
    expect(viewer.failure.value?.kind).toBe('network')
  })

  it('is not shown when the same person acts for another enterprise', async () => {
    const session = useSession()
    session.open(aSession())
    answer('Viewer', named('甲'))
    const viewer = query()
    await viewer.load()
    session.open(aSession({ viewer: aViewer({ acting: aMembership({ id: 'membership_2' }) }) }))
    await nextTick()
    expect(viewer.data.value).toBeNull()
  })

  it('and comes late is dropped', async () => {
    const session = useSession()
    session.open(aSession())
    const reply = later()
    answer('Viewer', reply.answer)
    const viewer = query()
    const loading = viewer.load()
    session.open(aSession({ viewer: aViewer({ id: 'person_2' }) }))
    await nextTick()
    reply.come(named('甲'))
    await loading
    expect(viewer.data.value).toBeNull()
  })

  it('is not taken from a reader who then signs in', async () => {
    answer('Viewer', named('甲'))
    const viewer = query()
    await viewer.load()
    useSession().open(aSession())
    await nextTick()
    expect(viewer.data.value).toEqual({ viewer: { name: '甲' } })
  })

  it('stays for a person whose session was lost and who signs in again', async () => {
    const session = useSession()
    session.open(aSession())
    answer('Viewer', named('甲'))
    const viewer = query()
    await viewer.load()
    session.viewer = null
    await nextTick()
    session.open(aSession())
    await nextTick()
    expect(viewer.data.value).toEqual({ viewer: { name: '甲' } })
  })
})
