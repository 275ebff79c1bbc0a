import type { SharedState, SharingMode } from '@/generated/graphql'

/** The Chinese word for every value of shared data. */

export const sharedStateLabels: Record<SharedState, string> = {
  SHARED: '企业已授权',
  PUBLIC: '公开信息',
  WITHHELD: '企业未授权',
  NOT_RECEIVED: '尚未收到数据',
  UNAVAILABLE: '数据源暂不可用',
}

/** How a category's state is coloured and drawn; the word says the same. */
export const sharedStateFaces: Record<SharedState, { tone: 'good' | 'city' | 'plain' | 'warn'; icon: string }> = {
  SHARED: { tone: 'good', icon: 'check' },
  PUBLIC: { tone: 'city', icon: 'search' },
  WITHHELD: { tone: 'plain', icon: 'lock' },
  NOT_RECEIVED: { tone: 'plain', icon: 'empty' },
  UNAVAILABLE: { tone: 'warn', icon: 'alert' },
}

export const modeLabels: Record<SharingMode, string> = {
  COLLECTED: '定期归集',
  INTERFACE: '实时查询',
  VERIFIED: '只核验',
}
