import { describe, expect, it } from 'vitest'

import PickList from '@/components/base/PickList.vue'
import {
  emptyConditions,
  writtenConditions,
  type TypedConditions,
} from '@/components/product/edit/conditions'
import EditFigures from '@/components/product/edit/EditFigures.vue'
import EditTags from '@/components/product/edit/EditTags.vue'
import { emptyProduct } from '@/components/product/edit/form'
import { problemUnder } from '@/components/product/edit/problems'

import { complaintOf, control, fill, press, seen, show } from '../../doubles/page'

function write(own: Partial<TypedConditions>) {
  const gaps: Record<string, string> = {}
  return { content: writtenConditions({ ...emptyConditions(), ...own }, gaps), gaps }
}

const product = (own: Partial<TypedConditions>) => ({
  ...emptyProduct(),
  conditions: { ...emptyConditions(), ...own },
})

const INDUSTRIES = ['A 农、林、牧、渔业', 'C 制造业', 'C34 通用设备制造业', 'C39 电子设备制造业']
const choices = [
  ...INDUSTRIES,
  ...Array.from({ length: 12 }, (_, number) => `Z${number} 示例行业${number}`),
].map((text) => ({ value: text.split(' ')[0]!, text }))

describe('whom a product asks for', () => {
  it('turns sums in 万元 and counts into bounds; what is empty bounds nothing', () => {
    const { content, gaps } = write({ minRevenue: '500', minTax: '1.5', maxRecords: '0', minAge: '24' })
    expect(gaps).toEqual({})
    expect(content.minAgeMonths).toBe(24)
    expect(content.figures).toEqual({
      minAnnualRevenue: '5000000',
      maxAnnualRevenue: null,
      minAnnualTax: '15000',
      minEmployees: null,
      maxEmployees: null,
      maxPublicRecords: 0,
      maxBadLoans: null,
    })
  })

  it.each([
    [{ minRevenue: '五百' }, 'figures.minAnnualRevenue'],
    [{ maxEmployees: '3.5' }, 'figures.maxEmployees'],
    [{ minAge: '-1' }, 'minAgeMonths'],
  ])('names the field of %j as a gap', (typed, field) => {
    expect(write(typed).gaps).toEqual({ [field]: '请填写数字' })
  })

  it('puts what was picked and what was written into one group, each once', () => {
    const tagGroups = [{ picked: ['专精特新'], others: '龙头企业、 专精特新，有订单;' }]
    expect(write({ tagGroups }).content.tagGroups).toEqual([['专精特新', '龙头企业', '有订单']])
  })

  it('shows what the server found at its own field', () => {
    const page = show(EditFigures, {
      typed: product({ minRevenue: '900', maxRevenue: '100' }),
      problems: { 'figures.maxAnnualRevenue': '营业收入的上限低于下限，没有企业能满足' },
    })
    expect(complaintOf(page, '上年营业收入至多')).toBe('营业收入的上限低于下限，没有企业能满足')
    expect(complaintOf(page, '上年营业收入至少')).toBe('')
  })

  it('finds the sentence about a field and about what lies in it', () => {
    const problems = { 'tagGroups.1.0': '资质名称过长', industriesOther: 'x' }
    expect(problemUnder(problems, 'tagGroups')).toBe('资质名称过长')
    expect(problemUnder(problems, 'industries')).toBe('')
  })
})

describe('qualifications in groups', () => {
  const page = (tagGroups: TypedConditions['tagGroups']) =>
    show(EditTags, {
      typed: product({ tagGroups }),
      problems: {},
      qualifications: ['专精特新', '高新技术企业'],
    })

  it('are added, picked, written and taken away', async () => {
    const none = page([])
    expect(none.text()).toContain('没有资质要求')
    await press(none, '添加一组资质')
    const some = page([{ picked: ['龙头企业'], others: '' }])
    expect(seen(some.get('.pick-sum'))).toBe('龙头企业')
    await some.get('.pick button').trigger('click')
    expect(control(some, '龙头企业').checked).toBe(true)
    await fill(some, '专精特新')
    await press(some, '删除这一组')
    const sent = [...(none.emitted('change') ?? []), ...(some.emitted('change') ?? [])].map(
      ([part]) => (part as { conditions: TypedConditions }).conditions.tagGroups,
    )
    expect(sent).toEqual([
      [{ picked: [], others: '' }],
      [{ picked: ['龙头企业', '专精特新'], others: '' }],
      [],
    ])
  })
})

describe('some of many', () => {
  const list = (chosen: string[]) =>
    show(PickList, {
      label: '适用行业',
      choices,
      chosen,
      none: '不限',
      featured: ({ value }: { value: string }) => value.length === 1,
    })

  it('says in one line what is chosen', () => {
    expect(seen(list([]).get('.pick-sum'))).toBe('不限')
    expect(seen(list(['C34', 'C3411']).get('.pick-sum'))).toBe('C34 通用设备制造业、C3411')
    expect(seen(list(['A', 'C', 'C34', 'C39']).get('.pick-sum'))).toBe('已选 4 项')
  })

  it('shows the main ones and what is chosen, and finds the others', async () => {
    const page = list(['C39'])
    await page.get('button').trigger('click')
    const texts = () => page.findAll('.choice-text').map((one) => seen(one))
    expect(texts()).toEqual(['A 农、林、牧、渔业', 'C 制造业', 'C39 电子设备制造业'])
    await fill(page, '查找适用行业', 'c34')
    expect(texts()).toEqual(['C34 通用设备制造业', 'C39 电子设备制造业'])
    await fill(page, 'C34 通用设备制造业')
    expect(page.emitted('change')).toEqual([[['C39', 'C34']]])
  })
})
