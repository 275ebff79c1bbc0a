import { describe, expect, it } from 'vitest'

import ProductCard from '@/components/ProductCard.vue'

import { seen, show } from '../doubles/page'
import { uniDouble } from '../doubles/uni'
import { aProduct } from '../records'

describe('a product of the shelf', () => {
  it('tells name, bank, rate, amount, term, guarantees, grade and cost', () => {
    const wrapper = show(ProductCard, { product: aProduct() })
    expect(seen(wrapper.get('h3'))).toBe('示例信用贷')
    expect(seen(wrapper.get('.product-bank'))).toBe('示例银行')
    expect(wrapper.findAll('.figure').map(seen)).toEqual([
      '年利率 3.45–4.35%',
      '额度 1万–300万元',
      '期限 1个月–3年',
    ])
    expect(wrapper.findAll('.tag').map(seen)).toEqual(['信用', '保证', '一级及以上'])
    expect(seen(wrapper.get('.product-cost'))).toBe('参考综合成本 3.50%')
  })

  it('leads to its sheet, or where it is told', async () => {
    await show(ProductCard, { product: aProduct() }).get('a').trigger('click')
    expect(uniDouble.navigateTo).toHaveBeenLastCalledWith({
      url: '/pages/product/detail?id=product_1',
    })
    const to = '/pages/product/edit?id=product_1'
    await show(ProductCard, { product: aProduct(), to }).get('a').trigger('click')
    expect(uniDouble.navigateTo).toHaveBeenLastCalledWith({ url: to })
  })

  it('of an illustrative bank is marked 示例产品', () => {
    const wrapper = show(ProductCard, { product: aProduct({ isExample: true }) })
    expect(seen(wrapper.get('.product-head'))).toBe('示例信用贷 示例产品')
    expect(show(ProductCard, { product: aProduct() }).text()).not.toContain('示例产品')
  })

  it.each([
    ['maxAnnualRate', 0],
    ['minAmount', 1],
    ['maxTermMonths', 2],
  ])('marks the figure from %s as 示例, and no other', (field, place) => {
    const provenance = [{ field, provenance: 'ILLUSTRATIVE' as const }]
    const wrapper = show(ProductCard, { product: aProduct({ provenance }) })
    const marked = wrapper.findAll('.figure').map((figure) => seen(figure).includes(' 示例 '))
    expect(marked).toEqual([0, 1, 2].map((at) => at === place))
  })

  it('without a computed cost claims none', () => {
    const wrapper = show(ProductCard, { product: aProduct({ referenceCost: null }) })
    expect(wrapper.text()).not.toContain('综合成本')
  })

  it.each([
    ['DRAFT', '草稿'],
    ['IN_REVIEW', '审核中'],
    ['PUBLISHED', '已上架'],
    ['RETIRED', '已下架'],
  ] as const)('tells its bank that it is %s in a word', (status, word) => {
    const product = aProduct({ status })
    expect(seen(show(ProductCard, { product, showStatus: true }).findAll('.tag')[0]!)).toBe(word)
    expect(show(ProductCard, { product }).text()).not.toContain(word)
  })
})
