import { describe, expect, it } from 'vitest'

import { fieldCount, scopeInput, withFields } from '@/format/scope'

describe('a scope', () => {
  const scope = { 'JS-1': ['税额'], 'JS-13': ['缴存人数', '月缴存额'] }

  it('counts its fields and is written as the API takes it', () => {
    expect(fieldCount(scope)).toBe(3)
    expect(scopeInput(scope)).toEqual([
      { category: 'JS-1', fields: ['税额'] },
      { category: 'JS-13', fields: ['缴存人数', '月缴存额'] },
    ])
  })

  it('leaves a category out as soon as none of its fields is ticked', () => {
    expect(withFields(scope, 'JS-1', [])).toEqual({ 'JS-13': ['缴存人数', '月缴存额'] })
    expect(withFields(scope, 'JS-2', ['欠税'])['JS-2']).toEqual(['欠税'])
    expect(scope['JS-1']).toEqual(['税额'])
  })
})
