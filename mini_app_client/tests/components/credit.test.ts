import { describe, expect, it } from 'vitest'

import ConditionList from '@/components/ConditionList.vue'
import IndicatorRow from '@/components/enterprise/IndicatorRow.vue'
import GradeBadge from '@/components/GradeBadge.vue'

import { heard, seen, show } from '../doubles/page'
import { aCondition } from '../records'

describe('the conditions of a product', () => {
  it('are told one by one: what is asked, what is there, what is missing', () => {
    const conditions = [
      aCondition(),
      aCondition({
        code: 'AGE',
        verdict: 'NEAR_MISS',
        required: '成立满1年',
        actual: '10个月',
        distance: '还差2个月',
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
      '要求：成立满1年；本企业：10个月；差距：还差2个月',
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
  const indicator = {
    number: 3,
    name: '纳税信用',
    letter: 'B' as const,
    value: '8.2%',
    source: '税务部门',
    explanation: '处于同行业中间水平',
  }

  it('tells its letter, why it has it, and where the value is from', () => {
    const wrapper = show(IndicatorRow, { indicator })
    expect(heard(wrapper.get('.letter'))).toBe('B')
    expect(seen(wrapper.get('h3'))).toBe('3. 纳税信用')
    expect(seen(wrapper.get('.indicator-why'))).toBe('处于同行业中间水平')
    expect(seen(wrapper.get('.indicator-source'))).toBe('取值 8.2% · 来源 税务部门')
  })

  it('that is not classified says so, and claims no value', () => {
    const wrapper = show(IndicatorRow, {
      indicator: { ...indicator, letter: 'NOT_CLASSIFIED', value: null, source: null },
    })
    expect(seen(wrapper.get('.letter'))).toBe('–')
    expect(heard(wrapper.get('.letter'))).toContain('未分类')
    expect(wrapper.find('.indicator-source').exists()).toBe(false)
  })

  it('with a value but no source names none', () => {
    const wrapper = show(IndicatorRow, { indicator: { ...indicator, source: null } })
    expect(seen(wrapper.get('.indicator-source'))).toBe('取值 8.2%')
  })
})
