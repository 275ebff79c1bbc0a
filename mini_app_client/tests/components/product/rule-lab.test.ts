import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'

import RuleLab from '@/components/product/RuleLab.vue'
import type { LabFieldsFragment } from '@/generated/graphql'

import { fill, press, seen, show } from '../../doubles/page'
import { answer, data, lastVariables, later, timesAsked } from '../../doubles/uni'

const aLab = (own: Partial<LabFieldsFragment> = {}) =>
  data({
    ruleLab: {
      __typename: 'RuleLab',
      asOf: '2026-11-22',
      firms: 120,
      fitting: 30,
      near: 10,
      byGrade: [
        { key: 'ADVANCED', name: '高级', firms: 40, fitting: 30 },
        { key: 'FIRST', name: '一级', firms: 0, fitting: 0 },
      ],
      byDistrict: [{ key: '320281', name: '澄江街道', firms: 80, fitting: 20 }],
      byIndustry: [],
      barriers: [
        { code: 'grade', name: '信用等级', firms: 70, alone: 50, text: '约 70 家不符合信用等级' },
        { code: 'age', name: '成立时间', firms: 0, alone: 0, text: '没有企业' },
      ],
      ...own,
    },
  })

describe('the rule lab', () => {
  it('asks nothing by itself, and shows what came of it in numbers beside bars', async () => {
    answer('RuleLab', aLab())
    const page = show(RuleLab, { productId: 'product_1' })
    await flushPromises()
    expect(timesAsked('RuleLab')).toBe(0)
    await press(page, '开始试算')
    expect(lastVariables('RuleLab')).toEqual({ productId: 'product_1' })
    expect(seen(page.get('.lab-now'))).toBe('约 120 家企业中， 30 家符合准入条件')
    expect(page.findAll('.bar-row').map((row) => seen(row))).toEqual(['高级 30 / 40 家'])
    expect(page.get('.bar-part').attributes('style')).toContain('75%')
    expect(page.findAll('.lab-barrier').map((one) => seen(one))).toEqual([
      '信用等级 约 70 家不符合信用等级',
    ])
    await fill(page, '按地区')
    expect(page.findAll('.bar-row').map((row) => seen(row))).toEqual(['澄江街道 20 / 80 家'])
    await fill(page, '按行业')
    expect(page.text()).toContain('企业太少，不分组显示')
  })

  it('says where there are too few firms to try anything on', async () => {
    answer('RuleLab', aLab({ asOf: null, firms: 0, fitting: 0, near: 0, barriers: [] }))
    const page = show(RuleLab, { productId: 'product_1' })
    await press(page, '开始试算')
    expect(seen(page.get('.lab-none'))).toContain('暂时不能试算')
    expect(page.find('.lab-figure').exists()).toBe(false)
  })

  it('tries what is typed, and lets go of it once something else is', async () => {
    answer('RuleLab', aLab())
    const page = show(RuleLab, { productId: 'product_1', changes: { name: '甲' } })
    await press(page, '开始试算')
    expect(lastVariables('RuleLab')!.changes).toEqual({ name: '甲' })
    await page.setProps({ changes: { name: '乙' } })
    expect(page.find('.lab-now').exists()).toBe(false)
  })

  it('drops an answer about a sheet that was changed meanwhile', async () => {
    const slow = later()
    answer('RuleLab', slow.answer)
    const page = show(RuleLab, { productId: 'product_1', changes: { name: '甲' } })
    await press(page, '开始试算')
    await page.setProps({ changes: { name: '乙' } })
    slow.come(aLab())
    await flushPromises()
    expect(page.find('.lab-now').exists()).toBe(false)
  })

  it('with gaps in the form asks nothing and says why', async () => {
    const page = show(RuleLab, { productId: 'product_1', changes: null })
    await press(page, '开始试算')
    expect(timesAsked('RuleLab')).toBe(0)
    expect(page.text()).toContain('请先补全标出的内容，再试算')
    expect(page.emitted('gaps')).toHaveLength(1)
  })

  it('tries a whole sheet that was never saved', async () => {
    answer('RuleLab', aLab())
    const page = show(RuleLab, { changes: { name: '甲' } })
    await press(page, '开始试算')
    expect(lastVariables('RuleLab')).toEqual({ changes: { name: '甲' } })
    expect(page.emitted('gaps')).toBeUndefined()
    expect(page.find('.lab-now').exists()).toBe(true)
  })

  it('says what the rules cannot mean in the words of their fields', async () => {
    const sentence = '营业收入的上限低于下限，没有企业能满足'
    const refused = {
      __typename: 'ValidationFailed',
      code: 'VALIDATION_FAILED',
      message: '有几处需要修改',
      fieldErrors: [{ field: 'figures.maxAnnualRevenue', message: sentence }],
    }
    answer('RuleLab', data({ ruleLab: refused }))
    const page = show(RuleLab, { productId: 'product_1' })
    await press(page, '开始试算')
    expect(page.text()).toContain(sentence)
    expect(page.text()).not.toContain('有几处需要修改')
  })

  it('says the server’s sentence when it refuses', async () => {
    const refused = { __typename: 'NotFound', code: 'NOT_FOUND', message: '产品不存在' }
    answer('RuleLab', data({ ruleLab: refused }))
    const page = show(RuleLab, { productId: 'product_1' })
    await press(page, '开始试算')
    expect(page.text()).toContain('产品不存在')
  })
})
