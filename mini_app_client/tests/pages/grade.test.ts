import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'

import GradePage from '@/pages/enterprise/grade.vue'
import type { GradeQuery } from '@/generated/graphql'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, data, timesAsked, uniDouble } from '../doubles/uni'
import { aGroup, anIndicator, aSession, CITIES } from '../records'

type Enterprise = NonNullable<NonNullable<GradeQuery['viewer']>['enterprise']>

function aGrade(own: Partial<Enterprise['grade']> = {}): Enterprise['grade'] {
  return {
    scheme: '示例办法',
    level: 'FIRST',
    reason: '评为一级：8 项为 A、没有 C。',
    asOf: '2026-11-20',
    method: 'INDICATORS',
    ruleVersion: 'A2-1',
    applicable: 11,
    withheld: [],
    underObjection: false,
    receipt: 'a.b.c',
    methods: [
      { method: 'INDICATORS', level: 'FIRST', decided: true, explanation: '8 项 A。' },
      { method: 'DIRECT', level: null, decided: false, explanation: null },
    ],
    indicators: [anIndicator({ number: 1, group: aGroup() })],
    path: [],
    ...own,
  } as Enterprise['grade']
}

function answered(grade: Enterprise['grade'], own: Partial<Enterprise> = {}) {
  const enterprise = {
    id: 'enterprise_1',
    name: '示例机械有限公司',
    registration: 'AUTHORISED',
    district: { name: '澄江街道' },
    industry: { name: '通用设备制造业' },
    sizeDetail: { size: 'SMALL', possible: ['SMALL'], missing: [] },
    grade,
    ...own,
  }
  answer('Grade', data({ viewer: { id: 'person_1', enterprise } }))
}

async function opened() {
  await useCity().load()
  const page = show(GradePage)
  pageLife('show')
  await flushPromises()
  return page
}

beforeEach(() => {
  answer('Cities', data({ cities: CITIES }))
  useSession().open(aSession())
})

describe('the grade', () => {
  it('is told with what it rests on and how many letters are behind it', async () => {
    const letters = ['A', 'A', 'B', 'NOT_CLASSIFIED'] as const
    answered(aGrade({ indicators: letters.map((letter, at) => anIndicator({ number: at + 1, letter })) }))
    const page = await opened()
    expect(seen(page.get('.level'))).toBe('一级')
    expect(page.text()).toContain('评为一级：8 项为 A、没有 C。')
    expect(page.findAll('.count-text').map(seen)).toEqual(['2 项', '1 项', '0 项', '1 项'])
  })

  it('says which method decided, and of the others what they gave', async () => {
    answered(aGrade())
    const page = await opened()
    expect(page.findAll('.method').map((one) => seen(one.get('h3')))).toEqual([
      '指标法：一级',
      '直接认定：没有结论',
    ])
    expect(page.findAll('.method .tag').map(seen)).toEqual(['以此为准'])
  })

  it('names what no consent covers, once before the list', async () => {
    answered(aGrade({ indicators: [anIndicator({ number: 12, name: '工业绩效', withheld: true })] }))
    const page = await opened()
    expect(seen(page.get('.withheld'))).toContain('工业绩效：您的授权不包括这些数据')
  })

  it('says so while something that it rests on is disputed', async () => {
    answered(aGrade())
    expect((await opened()).find('.disputed').exists()).toBe(false)
    answered(aGrade({ underObjection: true }))
    expect(seen((await opened()).get('.disputed'))).toContain('正在异议处理')
  })

  it('explains the first fifth in plain words', async () => {
    answered(aGrade())
    const page = await opened()
    await press(page, '“前 20%”是什么意思')
    expect(seen(page.get('.help-text'))).toContain('100 家里排在前 20 名的为 A')
  })

  it('gives its receipt to copy', async () => {
    answered(aGrade())
    const page = await opened()
    await press(page, '等级凭证')
    expect(seen(page.get('.receipt'))).toBe('a.b.c')
    await press(page, '复制凭证')
    expect(uniDouble.setClipboardData).toHaveBeenCalledWith(expect.objectContaining({ data: 'a.b.c' }))
    expect(page.text()).toContain('凭证已复制')
  })

  it('of a size that is not known says what is missing and what it may be', async () => {
    answered(aGrade(), {
      sizeDetail: { size: 'UNKNOWN', possible: ['SMALL', 'MEDIUM'], missing: ['营业收入'] },
    } as Partial<Enterprise>)
    expect((await opened()).text()).toContain(
      '缺少营业收入，暂时不能确定；可能是小型企业或中型企业',
    )
  })

  it('that was never computed shows no way up, and leads to authorising', async () => {
    answered(
      aGrade({ level: 'UNRATED', asOf: null, receipt: null, indicators: [], methods: [], method: null }),
      { registration: 'REAL_NAME_VERIFIED' },
    )
    const page = await opened()
    expect(page.find('.path').exists()).toBe(false)
    expect(page.text()).not.toContain('通往下一等级')
    await press(page, '去授权')
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({ url: '/pages/enterprise/register' })
  })

  it('is asked by nobody who is signed out', async () => {
    useSession().viewer = null
    const page = await opened()
    expect(timesAsked('Grade')).toBe(0)
    await press(page, '去登录')
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({ url: '/pages/session/sign-in' })
  })
})
