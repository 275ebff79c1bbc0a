import { describe, expect, it } from 'vitest'

import { dateText, dayAfterMonths, daysLeft, momentText, monthsBack, monthText } from '@/format/time'

const now = new Date('2026-11-22T14:05:00+08:00')

describe('a date', () => {
  it.each([
    ['2026-11-22', '2026年11月22日'],
    ['2026-11-22T15:59:59Z', '2026年11月22日'],
    ['2026-11-22T16:00:00Z', '2026年11月23日'],
    ['2026-12-31T16:00:00+00:00', '2027年1月1日'],
    ['2024-02-29', '2024年2月29日'],
    ['no moment', ''],
  ])('%s is %s in China', (moment, text) => {
    expect(dateText(moment)).toBe(text)
  })
})

describe('a moment', () => {
  it.each([
    ['2026-11-22T14:05:00+08:00', '刚刚'],
    ['2026-11-22T14:04:01+08:00', '刚刚'],
    ['2026-11-22T14:06:00+08:00', '刚刚'],
    ['2026-11-22T14:04:00+08:00', '1分钟前'],
    ['2026-11-22T13:05:01+08:00', '59分钟前'],
    ['2026-11-22T13:05:00+08:00', '今天 13:05'],
    ['2026-11-22T00:00:00+08:00', '今天 00:00'],
    ['2026-11-21T23:59:59+08:00', '11月21日 23:59'],
    ['2026-01-01T00:00:00+08:00', '1月1日 00:00'],
    ['2025-12-31T23:59:00+08:00', '2025年12月31日 23:59'],
    ['no moment', ''],
  ])('%s is %s at 14:05', (moment, text) => {
    expect(momentText(moment, now)).toBe(text)
  })

  it('within the last hour of yesterday is told in minutes', () => {
    const past = new Date('2026-11-22T00:10:00+08:00')
    expect(momentText('2026-11-21T23:50:00+08:00', past)).toBe('20分钟前')
  })
})

describe('days left', () => {
  it.each([
    ['2026-11-22T14:05:00+08:00', 0],
    ['2026-11-21T14:05:00+08:00', 0],
    ['2026-11-22T14:05:01+08:00', 1],
    ['2026-11-23T14:05:00+08:00', 1],
    ['2026-11-23T14:05:01+08:00', 2],
    ['2026-12-22T14:05:00+08:00', 30],
  ])('until %s are %i', (moment, days) => {
    expect(daysLeft(moment, now)).toBe(days)
  })
})

describe('a day some months on', () => {
  it.each([
    ['2026-11-25T04:00:00Z', 3, '2027-02-25'],
    ['2026-11-30T04:00:00Z', 3, '2027-02-28'],
    ['2026-12-31T20:00:00Z', 1, '2027-02-01'],
    ['2027-12-31T10:00:00Z', 2, '2028-02-29'],
  ])('from %s, %i months: %s', (now, months, day) => {
    expect(dayAfterMonths(months, new Date(now))).toBe(day)
  })
})

describe('months', () => {
  it('go back over the turn of a year, by the calendar of China', () => {
    expect(monthsBack(3, new Date('2027-01-31T20:00:00Z'))).toEqual(['2027-02', '2027-01', '2026-12'])
  })

  it('are read as a person says them', () => {
    expect(monthText('2026-09')).toBe('2026年9月')
  })
})
