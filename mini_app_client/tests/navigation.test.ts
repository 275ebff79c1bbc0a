import { describe, expect, it, vi } from 'vitest'

import { address, back, go, replace } from '@/navigation'
import { pageOfNotice } from '@/notice-pages'

import { uniDouble } from './doubles/uni'
import { aNotice } from './records'

describe('a page', () => {
  it('is opened on top, a tab in its place', () => {
    go('/pages/demand/detail?id=demand_1')
    go('/pages/products/index?from=home')
    expect(uniDouble.navigateTo.mock.calls).toEqual([[{ url: '/pages/demand/detail?id=demand_1' }]])
    expect(uniDouble.switchTab.mock.calls).toEqual([[{ url: '/pages/products/index' }]])
  })

  it('takes the place of a finished form', () => {
    replace('/pages/demand/matches?id=demand_1')
    replace('/pages/home/index')
    expect(uniDouble.redirectTo.mock.calls).toEqual([[{ url: '/pages/demand/matches?id=demand_1' }]])
    expect(uniDouble.switchTab.mock.calls).toEqual([[{ url: '/pages/home/index' }]])
    expect(uniDouble.navigateTo).not.toHaveBeenCalled()
  })

  it('goes back where there is something to go back to, else home', () => {
    back()
    expect(uniDouble.navigateBack).toHaveBeenCalledTimes(1)
    vi.stubGlobal('getCurrentPages', () => [{}])
    back()
    expect(uniDouble.switchTab.mock.calls).toEqual([[{ url: '/pages/home/index' }]])
    expect(uniDouble.navigateBack).toHaveBeenCalledTimes(1)
  })

  it('has an address whose values cannot break out of it', () => {
    expect(address('/p', { id: 'a&b=c#d', name: '示例' })).toBe(
      '/p?id=a%26b%3Dc%23d&name=%E7%A4%BA%E4%BE%8B',
    )
  })
})

describe('a notice leads to what it speaks of:', () => {
  it.each([
    ['PRODUCT_MATCHED', { __typename: 'Demand', id: 'demand_1' }, '/pages/demand/matches?id=demand_1'],
    ['DEMAND_MATCHED', { __typename: 'Demand', id: 'demand_1' }, '/pages/demand/detail?id=demand_1'],
    [
      'OFFER_RECEIVED',
      { __typename: 'Offer', id: 'offer_1', demand: { id: 'demand_2' } },
      '/pages/demand/detail?id=demand_2',
    ],
    ['SYSTEM', { __typename: 'Product', id: 'product_1' }, '/pages/product/detail?id=product_1'],
    ['GRADE_CHANGED', { __typename: 'Enterprise', id: 'enterprise_1' }, '/pages/enterprise/grade'],
    ['SYSTEM', null, '/pages/inbox/index'],
  ] as const)('%s about %j', (kind, subject, page) => {
    expect(pageOfNotice(aNotice({ kind, subject } as never))).toBe(page)
  })
})
