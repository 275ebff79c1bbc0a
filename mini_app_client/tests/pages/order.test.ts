import { flushPromises } from '@vue/test-utils'
import { expect, it } from 'vitest'

import OrderPage from '@/pages/match/order.vue'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, data } from '../doubles/uni'
import { aSession, CITIES } from '../records'

it('the order of matches is what the server publishes, in its order', async () => {
  answer('Cities', data({ cities: CITIES }))
  const factors = [
    { code: 'full', place: 1, name: '能否足额', first: '能贷足的在前', points: 50 },
    { code: 'id', place: 2, name: '产品编号', first: '编号小的在前', points: 0 },
  ]
  answer('MatchFactors', 'network', data({ matchFactors: factors }))
  useSession().open(aSession())
  await useCity().load()
  const page = show(OrderPage)
  pageLife('show')
  await flushPromises()
  await press(page, '重试')
  expect(page.text()).toContain('没有任何付费排名')
  expect(page.findAll('.factor').map((one) => seen(one))).toEqual([
    '1 能否足额 最多 50 分 能贷足的在前',
    '2 产品编号 编号小的在前',
  ])
})
