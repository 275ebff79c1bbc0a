import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'

import SharedData from '@/components/demand/SharedData.vue'
import type { SharedFieldsFragment } from '@/generated/graphql'

import { press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, data, lastVariables, timesAsked } from '../doubles/uni'

function aShared(own: Partial<SharedFieldsFragment> = {}): SharedFieldsFragment {
  return {
    state: 'SHARED',
    explanation: '企业授权用于本需求。',
    category: { code: 'JS-1', name: '纳税信息' },
    consent: { id: 'consent_1', until: '2027-02-25' },
    rows: [],
    answers: [],
    ...own,
  }
}

const portrait = {
  scheme: '示例口径',
  size: 'UNKNOWN',
  possibleSizes: ['SMALL', 'MEDIUM'],
  industry: { name: '通用设备制造业' },
  purpose: '采购原材料',
  traits: [{ name: '成立年限', value: '11 年', source: '登记信息', explanation: '长于多数同行。' }],
}
const shared = (...sharedData: SharedFieldsFragment[]) =>
  data({ demand: { id: 'demand_1', enterprise: { id: 'enterprise_1', name: '示例精工', uscc: '91320281MA0RQ00015', sharedData, portrait } } })

async function read(...all: SharedFieldsFragment[]) {
  answer('SharedData', shared(...all))
  const wrapper = show(SharedData, { demandId: 'demand_1' })
  await press(wrapper, '查看授权信息')
  return wrapper
}

describe('what an enterprise shares with a bank', () => {
  it('is not read, and so leaves no line, before somebody asks for it', async () => {
    answer('SharedData', shared())
    const wrapper = show(SharedData, { demandId: 'demand_1' })
    expect(timesAsked('SharedData')).toBe(0)
    expect(wrapper.text()).toContain('每次查看都会记下')
    await press(wrapper, '查看授权信息')
    expect(lastVariables('SharedData')).toEqual({ demandId: 'demand_1' })
    expect(seen(wrapper.get('.face-title'))).toBe('没有可以查看的信息')
  })

  it('is shown row by row, with a disputed one marked in words', async () => {
    const fields = [
      { name: '企业名称', value: '示例精工', masked: false },
      { name: '应纳税额（元）', value: '1120000', masked: false },
      { name: '经办人', value: '***', masked: true },
    ]
    const row = { receivedOn: '2026-11-10', source: '示例税务局', underObjection: true, fields }
    const wrapper = await read(aShared({ rows: [row] }))
    expect(seen(wrapper.get('.shared-head'))).toBe('纳税信息 企业已授权')
    expect(seen(wrapper.get('.shared-source'))).toBe('示例税务局 · 2026年11月10日收到 异议中')
    expect(wrapper.findAll('.shared-row .fact').map(seen)).toEqual([
      '应纳税额（元） 1,120,000',
      '经办人 ***（已隐藏）',
    ])
  })

  it('goes with the page: who comes back asks again', async () => {
    const wrapper = await read(aShared())
    pageLife('hide')
    await flushPromises()
    expect(wrapper.find('.shared-head').exists()).toBe(false)
    await press(wrapper, '查看授权信息')
    expect(timesAsked('SharedData')).toBe(2)
  })

  it('of a verified category is an answer, never a row', async () => {
    const answers = [{ question: '名下有不动产', answer: '是', askedAt: '2020-11-10T06:00:00Z' }]
    const wrapper = await read(aShared({ answers }))
    expect(wrapper.findAll('.shared-row .fact').map(seen)).toEqual(['名下有不动产 是（2020年11月10日 14:00核验）'])
  })

  it('comes before what is not given, which is named in one line that opens', async () => {
    const wrapper = await read(
      aShared({ state: 'WITHHELD', category: { code: 'JS-2', name: '欠税信息' } }),
      aShared({ state: 'PUBLIC', category: { code: 'JS-5', name: '公告' } }),
      aShared(),
      aShared({ state: 'NOT_RECEIVED', category: { code: 'JS-9', name: '司法信息' } }),
    )
    expect(wrapper.findAll('.shared-name').map(seen)).toEqual(['纳税信息', '公告'])
    await press(wrapper, '另有 2 类没有提供')
    expect(wrapper.findAll('.rest').map(seen)).toEqual([
      '欠税信息 企业未授权',
      '司法信息 尚未收到数据',
    ])
  })

  it('stands beside a portrait, which says that it is no grade', async () => {
    const section = (await read(aShared())).get('.section')
    expect(seen(section)).toContain('不是信用等级，也不影响信用等级')
    expect(seen(section)).toContain('企业规模 可能是小型企业或中型企业')
    expect(seen(section.get('.trait'))).toBe('成立年限 11 年 长于多数同行。 来源：登记信息')
  })
})
