import { describe, expect, it } from 'vitest'

import { fieldText, readable, versionText, withoutCodes } from '@/format/reading'

describe('what the API writes, as a person reads it', () => {
  it('writes days and sums of a sentence out', () => {
    expect(readable('成立于 2009-04-16')).toBe('成立于2009年4月16日')
    expect(readable('比值 1.3013（本期 1192000 元，上年同期 916000.50元）')).toBe(
      '比值 1.3013（本期 1,192,000 元，上年同期 916,000.50元）',
    )
  })

  it('leaves codes, small figures and counts alone', () => {
    const code = '91320281MA0RQ00015'
    expect(readable(code)).toBe(code)
    expect(readable('2025 年度第 38 名，共 41200 家，欠 9000 元')).toBe(
      '2025 年度第 38 名，共 41200 家，欠 9000 元',
    )
  })

  it('separates the thousands of a field in yuan only', () => {
    expect(fieldText('近一年增值税实际缴税金额(元)', '2100000')).toBe('2,100,000')
    expect(fieldText('欠缴金额（元）', '-12345.6')).toBe('-12,345.6')
    expect(fieldText('登记编号', '2100000')).toBe('2100000')
    expect(fieldText('最近一次正常缴税日期', '2026-10-15')).toBe('2026年10月15日')
  })

  it('names categories without their codes', () => {
    expect(withoutCodes('JS-31 水费信息、JS-14 电费信息')).toBe('水费信息、电费信息')
    expect(withoutCodes('LOCAL-POLICY-CLASS 产业政策类别')).toBe('产业政策类别')
    expect(withoutCodes('市场主体登记信息')).toBe('市场主体登记信息')
  })

  it('says the month of a text, and leaves what names none', () => {
    expect(versionText('jiangyin-personal-credit-2026-11')).toBe('2026年11月版')
    expect(versionText('x-2026-02.3')).toBe('2026年2月版（第3次修订）')
    expect(versionText('v1')).toBe('v1')
  })
})
