import { flushPromises } from '@vue/test-utils'
import { defineComponent, h } from 'vue'
import { describe, expect, it } from 'vitest'

import PagedList from '@/components/PagedList.vue'
import { usePages } from '@/composables/use-pages'
import { PublicBatchesDocument } from '@/generated/graphql'

import { press, seen, show } from '../doubles/page'
import { answer, data, lastVariables, later } from '../doubles/uni'

const page = (names: string[], hasNextPage = false) =>
  data({
    publicBatches: {
      edges: names.map((id) => ({ node: { id } })),
      pageInfo: { hasNextPage, endCursor: 'cursor_1' },
    },
  })

const List = defineComponent({
  setup() {
    const pages = usePages(PublicBatchesDocument, () => ({}), (found) => found.publicBatches)
    void pages.load()
    return () =>
      h(
        PagedList,
        { pages, title: '还没有', text: '之后会有', action: '去做' },
        { default: () => pages.items.value.map(({ id }) => h('p', { class: 'one' }, id)) },
      )
  },
})

describe('a list that is read page by page', () => {
  it('says that it comes, then shows what came', async () => {
    const slow = later()
    answer('PublicBatches', slow.answer)
    const list = show(List)
    expect(list.find('[aria-busy="true"]').exists()).toBe(true)
    expect(list.find('.face').exists()).toBe(false)
    slow.come(page(['甲', '乙']))
    await flushPromises()
    expect(list.find('[aria-busy="true"]').exists()).toBe(false)
    expect(list.findAll('.one').map(seen)).toEqual(['甲', '乙'])
    expect(list.find('.face').exists()).toBe(false)
  })

  it('where there is nothing says so, and what to do', async () => {
    answer('PublicBatches', page([]))
    const list = show(List)
    await flushPromises()
    expect(seen(list.get('.face'))).toBe('还没有 之后会有 去做')
    await press(list, '去做')
    expect(list.getComponent(PagedList).emitted('action')).toHaveLength(1)
  })

  it('says why nothing came, and comes when it is asked again', async () => {
    answer('PublicBatches', 'network', page(['甲']))
    const list = show(List)
    await flushPromises()
    expect(list.get('.face').attributes('role')).toBe('alert')
    await press(list, '重试')
    expect(list.findAll('.one')).toHaveLength(1)
  })

  it('keeps what was read where reading on fails', async () => {
    answer('PublicBatches', page(['甲'], true), 'network', page(['乙']))
    const list = show(List)
    await flushPromises()
    await press(list, '加载更多')
    expect(list.findAll('.one').map(seen)).toEqual(['甲'])
    expect(list.get('.face').attributes('role')).toBe('alert')
    await press(list, '重试')
    expect(lastVariables('PublicBatches')).toMatchObject({ after: 'cursor_1' })
    expect(list.findAll('.one').map(seen)).toEqual(['甲', '乙'])
    expect(list.find('.face').exists()).toBe(false)
  })
})
