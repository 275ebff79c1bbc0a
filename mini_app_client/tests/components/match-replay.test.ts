import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'

import MatchReplay from '@/components/match/MatchReplay.vue'

import { press, seen, show } from '../doubles/page'
import { answer, data, lastVariables, timesAsked } from '../doubles/uni'

const aReplay = (own: Record<string, unknown> = {}) =>
  data({
    matchReplay: {
      replayable: true,
      agrees: true,
      rank: 1,
      replayedRank: 1,
      rulesVersion: '3',
      factsDigest: 'ab12',
      computedAt: '2026-11-22T06:00:00Z',
      differences: [],
      changedSince: [],
      ...own,
    },
  })

async function replayed(...replies: Parameters<typeof answer>[1][]) {
  answer('MatchReplay', ...replies)
  const page = show(MatchReplay, { matchId: 'match_1' })
  await flushPromises()
  expect(timesAsked('MatchReplay')).toBe(0)
  await press(page, '复核这次排序')
  return page
}

describe('a match computed again', () => {
  it('agrees, and says by which rules and facts', async () => {
    const page = await replayed(aReplay())
    expect(lastVariables('MatchReplay')).toEqual({ id: 'match_1' })
    expect(seen(page.get('.replay-headline'))).toContain('名次一致')
    expect(page.text()).toContain('规则版本：3')
    expect(page.text()).toContain('数据摘要：ab12')
  })

  it('differs, and says how and what changed since', async () => {
    const page = await replayed(
      aReplay({ agrees: false, differences: ['名次由第1变为第2'], changedSince: ['产品条款已修改'] }),
    )
    expect(seen(page.get('.replay-headline'))).toBe('重新计算的结果与留存的不同')
    expect(page.findAll('.replay-line').map((one) => seen(one))).toEqual([
      '名次由第1变为第2',
      '产品条款已修改',
    ])
  })

  it('cannot be where nothing was kept, or nobody may see it', async () => {
    const page = await replayed(aReplay({ replayable: false, agrees: false }))
    expect(seen(page.get('.replay-headline'))).toContain('没有留存可供复核的数据')
    answer('MatchReplay', data({ matchReplay: null }))
    await press(page, '复核这次排序')
    expect(seen(page.get('.replay-headline'))).toBe('这次排序不存在或不可见')
  })

  it('without network says so and is asked again', async () => {
    const page = await replayed('network', aReplay())
    expect(seen(page.get('.replay-headline'))).toBe('网络连接不上，请检查网络后重试')
    await press(page, '复核这次排序')
    expect(seen(page.get('.replay-headline'))).toContain('名次一致')
  })
})
