import { describe, expect, it } from 'vitest'

import ConditionList from '@/components/ConditionList.vue'
import GradePaths from '@/components/enterprise/GradePaths.vue'
import IndicatorRow from '@/components/enterprise/IndicatorRow.vue'
import PathCard from '@/components/enterprise/PathCard.vue'
import PeerLine from '@/components/enterprise/PeerLine.vue'
import GradeBadge from '@/components/GradeBadge.vue'
import type { PathFieldsFragment } from '@/generated/graphql'

import { heard, press, seen, show } from '../doubles/page'
import { aCondition, aGroup, anIndicator } from '../records'

describe('the conditions of a product', () => {
  it('are told one by one: what is asked, what is there, what is missing', () => {
    const conditions = [
      aCondition(),
      aCondition({
        code: 'AGE',
        verdict: 'NEAR_MISS',
        required: '成立满1年',
        actual: '10个月',
        distance: '须等到2026-04-01',
        explanation: '成立时间接近要求',
      }),
      aCondition({
        code: 'TAGS',
        verdict: 'UNKNOWN',
        required: '近12月有纳税',
        actual: null,
        distance: null,
        explanation: '暂无纳税信息',
      }),
    ]
    const wrapper = show(ConditionList, { conditions })
    expect(wrapper.findAll('.condition-text').map(seen)).toEqual([
      '信用等级符合要求',
      '成立时间接近要求',
      '暂无纳税信息',
    ])
    expect(wrapper.findAll('.condition-detail').map(seen)).toEqual([
      '要求：一级及以上；本企业：高级',
      '要求：成立满1年；本企业：10个月；须等到2026-04-01',
      '要求：近12月有纳税',
    ])
  })

  it.each([
    ['PASS', '符合：', 'icon-check'],
    ['FAIL', '不符合：', 'icon-cross'],
    ['NEAR_MISS', '接近：', 'icon-near'],
    ['UNKNOWN', '待确认：', 'icon-unknown'],
  ] as const)('%s is told by a word and a shape, not by colour alone', (verdict, word, icon) => {
    const wrapper = show(ConditionList, { conditions: [aCondition({ verdict })] })
    expect(heard(wrapper.get('.condition-mark'))).toBe(word)
    expect(wrapper.get('.icon').classes()).toContain(icon)
  })
})

describe('a grade', () => {
  it.each([
    ['ADVANCED', '高级'],
    ['FIRST', '一级'],
    ['CANDIDATE', '备选'],
    ['NOT_CERTIFIED', '不予认证'],
    ['UNRATED', '未评级'],
  ] as const)('%s is told in a word', (level, word) => {
    expect(heard(show(GradeBadge, { level }))).toBe(word)
  })
})

describe('an indicator', () => {
  it('tells its letter, and opened why it has it and where the value is from', async () => {
    const wrapper = show(IndicatorRow, { indicator: anIndicator() })
    expect(heard(wrapper.get('.letter'))).toBe('B')
    expect(seen(wrapper.get('.indicator-name'))).toBe('3. 纳税信用')
    expect(wrapper.find('.indicator-why').exists()).toBe(false)
    await wrapper.get('button').trigger('click')
    expect(wrapper.get('button').attributes('aria-expanded')).toBe('true')
    expect(seen(wrapper.get('.indicator-why'))).toBe('处于同行业中间水平')
    expect(wrapper.findAll('.fact').map(seen)).toEqual([
      '取值 8.2%',
      '来源 税务部门',
      '数据日期 2026年10月31日',
    ])
  })

  it('that is not classified says so, and claims no value', async () => {
    const indicator = anIndicator({ letter: 'NOT_CLASSIFIED', value: null, source: null, sourceDate: null })
    const wrapper = show(IndicatorRow, { indicator })
    expect(seen(wrapper.get('.letter'))).toBe('–')
    expect(heard(wrapper.get('.letter'))).toContain('未分类')
    await wrapper.get('button').trigger('click')
    expect(wrapper.find('.facts .fact').exists()).toBe(false)
  })

  it('that no consent covers is marked in a word, and said not to count against anybody', async () => {
    const wrapper = show(IndicatorRow, {
      indicator: anIndicator({ letter: 'NOT_CLASSIFIED', withheld: true, explanation: '—' }),
    })
    expect(seen(wrapper.get('.tag'))).toBe('未授权')
    await wrapper.get('button').trigger('click')
    expect(seen(wrapper.get('.indicator-why'))).toContain('不会因此变成 C')
  })

  it('compares with its peers by the two cuts, and says what is missing to the next', async () => {
    const wrapper = show(IndicatorRow, { indicator: anIndicator({ group: aGroup() }) })
    await wrapper.get('button').trigger('click')
    expect(seen(wrapper.get('.peers-place'))).toBe('在“C34 通用设备制造业”的 15 家企业中，本企业排第 5。')
    expect(wrapper.findAll('.cut').map(seen)).toEqual([
      'A 线（前 20%） ≥ 1.2200',
      'B 线（前 50%） ≥ 1.0400',
      '本企业 1.1200',
    ])
    expect(seen(wrapper.get('.peers-distance'))).toBe('距离 A 线还差 0.1000。')
    expect(wrapper.get('.line').attributes('aria-hidden')).toBe('true')
  })

  it.each([
    ['1.0000', '距离 B 线还差 0.0400。'],
    ['1.2200', '已达到 A 线。'],
  ])('with a ratio of %s says: %s', (ratio, sentence) => {
    const wrapper = show(PeerLine, { group: aGroup({ ratio }) })
    expect(seen(wrapper.get('.peers-distance'))).toBe(sentence)
  })

  it('of a widened group says that its peers are of a larger one', () => {
    expect(show(PeerLine, { group: aGroup({ widened: true }) }).text()).toContain('上一级行业')
    expect(show(PeerLine, { group: aGroup() }).text()).not.toContain('上一级行业')
  })
})

describe('a way to the next grade', () => {
  const step = (own: Partial<PathFieldsFragment['steps'][number]> = {}) => ({
    indicator: 1,
    name: '纳税',
    from: 'B' as const,
    to: 'A' as const,
    control: 'CONTROLLABLE' as const,
    availableOn: null,
    explanation: 'A 线是 ≥ 1.2200，您是 1.1200。',
    ...own,
  })
  const path = (...steps: ReturnType<typeof step>[]): PathFieldsFragment => ({
    level: 'ADVANCED',
    control: 'WAITING',
    earliestOn: '2027-03-01',
    summary: '改变一项即可。',
    steps,
  })

  it('names each step, its letters, and in whose hands it lies: by a word and a shape', () => {
    const wrapper = show(PathCard, {
      number: 1,
      path: path(
        step(),
        step({ indicator: 5, name: '年限', control: 'WAITING' as never, availableOn: '2027-03-01' as never }),
        step({ indicator: 8, name: '环评', control: 'NOT_CONTROLLABLE' as never }),
      ),
    })
    expect(wrapper.findAll('.step-control').map(seen)).toEqual([
      '可以做到',
      '等到2027年3月1日',
      '无法自行改变',
    ])
    const icons = wrapper.findAll('.step-control .icon').map((icon) => icon.classes().pop())
    expect(new Set(icons).size).toBe(3)
    expect(heard(wrapper.findAll('.step-letters')[0]!)).toBe('现在 B 需要 A')
    expect(seen(wrapper.get('.tag'))).toBe('等到2027年3月1日')
  })

  it('of one step is not marked twice', () => {
    expect(show(PathCard, { number: 1, path: path(step()) }).find('.tag').exists()).toBe(false)
  })

  it('is said to be needed no more at the highest level, and unknown otherwise', () => {
    expect(show(GradePaths, { level: 'ADVANCED', paths: [] }).text()).toContain('已经是最高等级')
    expect(show(GradePaths, { level: 'FIRST', paths: [] }).text()).toContain('目前没有找到能升级的走法')
    const some = show(GradePaths, { level: 'FIRST', paths: [path(step()), path(step())] })
    expect(seen(some.get('h2'))).toBe('怎样升到“高级”')
    expect(some.findAll('.path-title').map(seen)).toEqual(['走法 1：改变 1 项', '走法 2：改变 1 项'])
  })

  it('of many steps stands alone until the others are asked for', async () => {
    const long = path(step(), step(), step())
    const some = show(GradePaths, { level: 'CANDIDATE', paths: [long, long, path(step())] })
    expect(some.findAll('.path')).toHaveLength(1)
    await press(some, '看其他 2 种走法')
    expect(some.findAll('.path')).toHaveLength(3)
  })
})
