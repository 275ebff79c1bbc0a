import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'

import DeclarePage from '@/pages/enterprise/declare.vue'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { complaintOf, control, fill, press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, data, lastVariables, timesAsked, uniDouble } from '../doubles/uni'
import { aSession, CITIES } from '../records'

const AGREEMENT = '我承诺填报内容真实，愿承担不实的后果'
const fields = ['统一社会信用代码', '数据截止日期', '从业人员（人）'].map((name) => ({ name }))
const form = (commitment: unknown = { version: 'commitment-1', text: '所填内容真实。' }) =>
  data({
    city: { commitment },
    sharingCategories: [
      { code: 'JS-1', name: '纳税信息', selfDeclared: false, fields },
      { code: 'LOCAL-DECLARED-SIZE', name: '自愿填报：规模', selfDeclared: true, fields },
    ],
  })

async function opened() {
  const page = show(DeclarePage)
  pageLife('show')
  await flushPromises()
  return page
}

const declared = (...nodes: unknown[]) =>
  data({
    declarations: {
      edges: nodes.map((node) => ({ node })),
      pageInfo: { hasNextPage: false, endCursor: null },
    },
  })

beforeEach(async () => {
  answer('Declarations', declared())
  answer('Cities', data({ cities: CITIES }))
  await useCity().load()
  useSession().open(aSession())
})

describe('an owner’s own statement', () => {
  it('stays to be read with its receipt once it was filed', async () => {
    answer('DeclareForm', form())
    answer(
      'Declarations',
      declared({
        id: 'declaration_1',
        category: { code: 'LOCAL-DECLARED-SIZE', name: '自愿填报：规模' },
        values: [{ field: '上年营业收入（元）', value: '3200000' }],
        filedAt: '2026-11-20T02:00:00Z',
        receipt: 'a.b.c',
      }),
    )
    const page = await opened()
    expect(lastVariables('Declarations')).toMatchObject({ enterpriseId: 'enterprise_1' })
    expect(page.text()).toContain('2026年11月20日填报')
    expect(page.findAll('.fact').map(seen)).toEqual(['上年营业收入（元） 3,200,000'])
    await press(page, '填报回执')
    expect(seen(page.get('.receipt'))).toBe('a.b.c')
  })

  it('has no heading before anything was filed', async () => {
    answer('DeclareForm', form())
    expect((await opened()).text()).not.toContain('已填报的信息')
  })

  it('is offered for what may be declared, without the code that is known', async () => {
    answer('DeclareForm', form())
    const page = await opened()
    expect(page.findAll('option').map(seen)).toEqual(['请选择', '自愿填报：规模'])
    await fill(page, '填报哪类信息', 'LOCAL-DECLARED-SIZE')
    expect(page.findAll('.field-label').map(seen)).toEqual([
      '填报哪类信息',
      '数据截止日期',
      '从业人员（人）',
    ])
    expect(page.text()).toContain('所填内容真实。')
    expect(control(page, AGREEMENT).checked).toBe(false)
  })

  it('is sent with what was filled in and the commitment that was read, and gives a receipt', async () => {
    answer('DeclareForm', form())
    answer('DeclarationFile', data({ declarationFile: { __typename: 'Declaration', id: 'declaration_1', receipt: 'a.b.c' } }))
    const page = await opened()
    await fill(page, '填报哪类信息', 'LOCAL-DECLARED-SIZE')
    await press(page, '提交填报')
    expect(page.text()).toContain('请至少填写一个字段')
    expect(complaintOf(page, AGREEMENT)).toBe('请阅读并作出承诺后再提交')
    expect(timesAsked('DeclarationFile')).toBe(0)
    await fill(page, '从业人员（人）', ' 28 ')
    await fill(page, AGREEMENT)
    await press(page, '提交填报')
    expect(lastVariables('DeclarationFile')).toEqual({
      input: {
        enterpriseId: 'enterprise_1',
        category: 'LOCAL-DECLARED-SIZE',
        values: [{ field: '从业人员（人）', value: '28' }],
        commitmentVersion: 'commitment-1',
        idempotencyKey: expect.any(String),
      },
    })
    await press(page, '填报回执')
    expect(seen(page.get('.receipt'))).toBe('a.b.c')
    await press(page, '我的全部数据')
    expect(uniDouble.redirectTo).toHaveBeenCalledWith({ url: '/pages/enterprise/data' })
  })

  it('shows what the server found beside its field', async () => {
    answer('DeclareForm', form())
    answer(
      'DeclarationFile',
      data({
        declarationFile: {
          __typename: 'ValidationFailed',
          code: 'VALIDATION_FAILED',
          message: '请修改后再提交',
          fieldErrors: [{ field: 'values.1.value', message: '从业人员（人）：请填写整数' }],
        },
      }),
    )
    const page = await opened()
    await fill(page, '填报哪类信息', 'LOCAL-DECLARED-SIZE')
    await fill(page, '数据截止日期', '2026-10-31')
    await fill(page, '从业人员（人）', '二十八')
    await fill(page, AGREEMENT)
    await press(page, '提交填报')
    expect(complaintOf(page, '从业人员（人）')).toBe('从业人员（人）：请填写整数')
    expect(complaintOf(page, '数据截止日期')).toBe('')
  })

  it('is not taken where the city has no commitment for it', async () => {
    answer('DeclareForm', form(null))
    expect(seen((await opened()).get('.face-title'))).toBe('本城市尚未开放自愿填报')
  })
})
