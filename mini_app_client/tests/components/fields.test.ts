import { describe, expect, it } from 'vitest'

import ChoiceGroup from '@/components/base/ChoiceGroup.vue'
import SelectField from '@/components/base/SelectField.vue'
import SwitchRow from '@/components/base/SwitchRow.vue'
import TextField from '@/components/base/TextField.vue'
import ConsentBox from '@/components/ConsentBox.vue'

import { complaintOf, control, fill, seen, show } from '../doubles/page'

const choices = [
  { value: 'all', text: '所有匹配的机构', note: '仅限有产品的机构' },
  { value: 'some', text: '仅我选定的机构' },
]

describe('a group of choices', () => {
  const group = (own: Record<string, unknown> = {}) =>
    show(ChoiceGroup, { label: '可见范围', choices, chosen: [], ...own })

  it('is a named group of radio buttons, none of which is preset', () => {
    const wrapper = group()
    expect(wrapper.element.tagName).toBe('FIELDSET')
    expect(seen(wrapper.get('legend'))).toBe('可见范围')
    const inputs = wrapper.findAll('input')
    expect(inputs.map((one) => one.attributes('type'))).toEqual(['radio', 'radio'])
    expect(new Set(inputs.map((one) => one.attributes('name'))).size).toBe(1)
    expect(inputs.map(({ element }) => element.checked)).toEqual([false, false])
    expect(wrapper.findAll('label').map(seen)).toEqual([
      '所有匹配的机构 仅限有产品的机构',
      '仅我选定的机构',
    ])
  })

  it('of several is one of check boxes', () => {
    const inputs = group({ many: true }).findAll('input')
    expect(inputs.map((one) => one.attributes('type'))).toEqual(['checkbox', 'checkbox'])
    expect(inputs.map(({ element }) => element.checked)).toEqual([false, false])
  })

  it('shows what is chosen by the control and a mark', () => {
    const wrapper = group({ chosen: ['some'] })
    expect(wrapper.findAll('input').map(({ element }) => element.checked)).toEqual([false, true])
    expect(wrapper.findAll('.icon-check')).toHaveLength(1)
  })

  it('hands on the one that was chosen instead of the former', async () => {
    const wrapper = group({ chosen: ['all'] })
    await fill(wrapper, '仅我选定的机构')
    expect(wrapper.emitted('change')).toEqual([[['some']]])
  })

  it('of several adds and takes away', async () => {
    const wrapper = group({ many: true, chosen: ['all'] })
    await fill(wrapper, '仅我选定的机构')
    await fill(wrapper, '所有匹配的机构')
    expect(wrapper.emitted('change')).toEqual([[['all', 'some']], [[]]])
  })

  it('is described by its complaint, and by nothing when there is none', async () => {
    const wrapper = group({ problem: '请选择哪些机构可以看到' })
    expect(complaintOf(wrapper, '仅我选定的机构')).toBe('请选择哪些机构可以看到')
    expect(wrapper.get('[role="alert"]').text()).toBe('请选择哪些机构可以看到')
    await wrapper.setProps({ problem: '' })
    expect(wrapper.attributes('aria-describedby')).toBeUndefined()
    expect(wrapper.find('[role="alert"]').exists()).toBe(false)
  })

  it('says that it may be left out', () => {
    expect(seen(group({ optional: true }).get('legend'))).toBe('可见范围 （选填）')
  })

  it('whose name is hidden still has one', () => {
    const legend = group({ hideLabel: true }).get('legend')
    expect(legend.classes()).toContain('visually-hidden')
    expect(legend.text()).toBe('可见范围')
  })
})

describe('a field to choose from', () => {
  const field = (own: Record<string, unknown> = {}) =>
    show(SelectField, { label: '报价产品', choices, chosen: '', ...own })

  it('is named, and nothing is preset', () => {
    const wrapper = field()
    const select = control(wrapper, '报价产品') as unknown as HTMLSelectElement
    expect(select.tagName).toBe('SELECT')
    expect(select.value).toBe('')
    expect(wrapper.findAll('option').map((one) => one.text())).toEqual([
      '请选择',
      '所有匹配的机构',
      '仅我选定的机构',
    ])
  })

  it('shows what is chosen and hands on what is chosen next', async () => {
    const wrapper = field({ chosen: 'all' })
    expect(control(wrapper, '报价产品').value).toBe('all')
    await fill(wrapper, '报价产品', 'some')
    await fill(wrapper, '报价产品', '')
    expect(wrapper.emitted('change')).toEqual([['some'], ['']])
  })

  it('is invalid and described while there is a complaint', async () => {
    const wrapper = field({ problem: '请选择' })
    expect(complaintOf(wrapper, '报价产品')).toBe('请选择')
    expect(control(wrapper, '报价产品').getAttribute('aria-invalid')).toBe('true')
    await wrapper.setProps({ problem: '' })
    expect(control(wrapper, '报价产品').hasAttribute('aria-invalid')).toBe(false)
    expect(control(wrapper, '报价产品').hasAttribute('aria-describedby')).toBe(false)
  })
})

describe('a field to type in', () => {
  const field = (own: Record<string, unknown> = {}) =>
    show(TextField, { label: '融资金额', value: '50', ...own })

  it('is named, shows its value and its unit, and takes the right keyboard', () => {
    const wrapper = field({ unit: '万元', keyboard: 'decimal', maxlength: 12 })
    const input = control(wrapper, '融资金额')
    expect(input.value).toBe('50')
    expect(input.getAttribute('inputmode')).toBe('decimal')
    expect(input.getAttribute('maxlength')).toBe('12')
    expect(input.getAttribute('type')).toBe('text')
    expect(seen(wrapper.get('.field-unit'))).toBe('万元')
  })

  it('hands on what is typed, and Enter', async () => {
    const wrapper = field()
    await fill(wrapper, '融资金额', '12.5')
    await wrapper.get('input').trigger('keydown.enter')
    expect(wrapper.emitted('change')).toEqual([['12.5']])
    expect(wrapper.emitted('confirm')).toHaveLength(1)
  })

  it('is described by its hint and by its complaint', () => {
    const wrapper = field({ hint: '不含利息', problem: '请填写数字' })
    const described = control(wrapper, '融资金额').getAttribute('aria-describedby')!.split(' ')
    expect(described.map((id) => wrapper.get(`[id="${id}"]`).text())).toEqual(['不含利息', '请填写数字'])
    expect(control(wrapper, '融资金额').getAttribute('aria-invalid')).toBe('true')
  })

  it('without complaint is described by nothing and not invalid', () => {
    const input = control(field(), '融资金额')
    expect(input.hasAttribute('aria-describedby')).toBe(false)
    expect(input.hasAttribute('aria-invalid')).toBe(false)
  })

  it('for a secret shows none of it', () => {
    expect(control(field({ secret: true }), '融资金额').getAttribute('type')).toBe('password')
  })

  it('of several lines counts what is typed', () => {
    const wrapper = field({ multiline: true, value: '采购原材料' })
    expect(control(wrapper, '融资金额').tagName).toBe('TEXTAREA')
    expect(wrapper.text()).toContain('5/200')
  })
})

describe('a consent', () => {
  const consent = (own: Record<string, unknown> = {}) =>
    show(ConsentBox, {
      text: { purpose: 'PUBLISH_DEMAND', version: '2026-01', text: '同意向匹配的机构展示本需求。' },
      title: '授权确认',
      agreement: '我已阅读并同意以上授权',
      agreed: false,
      ...own,
    })

  it('shows its whole text and its version beside a box that is not ticked', () => {
    const wrapper = consent()
    expect(seen(wrapper.get('.consent-text'))).toBe('同意向匹配的机构展示本需求。')
    expect(wrapper.text()).toContain('文本：2026年1月版')
    const box = control(wrapper, '我已阅读并同意以上授权')
    expect(box.type).toBe('checkbox')
    expect(box.checked).toBe(false)
  })

  it('is given and taken back by the person alone', async () => {
    const wrapper = consent()
    await fill(wrapper, '我已阅读并同意以上授权')
    await wrapper.setProps({ agreed: true })
    expect(control(wrapper, '我已阅读并同意以上授权').checked).toBe(true)
    await fill(wrapper, '我已阅读并同意以上授权')
    expect(wrapper.emitted('change')).toEqual([[true], [false]])
  })

  it('that is missing is asked for at its box', () => {
    const wrapper = consent({ problem: '请阅读并同意授权后再发布' })
    expect(complaintOf(wrapper, '我已阅读并同意以上授权')).toBe('请阅读并同意授权后再发布')
  })
})

describe('a switch', () => {
  it.each([
    [true, '开'],
    [false, '关'],
  ])('that is %s says so to the ear and in a word', async (on, word) => {
    const wrapper = show(SwitchRow, { icon: 'eye', text: '长辈模式', note: '文字和按钮更大', on })
    const button = wrapper.get('[role="switch"]')
    expect(button.attributes('aria-checked')).toBe(String(on))
    expect(seen(button)).toContain(word)
    await button.trigger('click')
    expect(wrapper.emitted('change')).toEqual([[!on]])
  })
})
