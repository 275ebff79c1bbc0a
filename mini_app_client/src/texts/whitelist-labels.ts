import type { WhitelistChange } from '@/generated/graphql'

/** The Chinese word for every change of the whitelist. */
export const changeLabels: Record<WhitelistChange, string> = {
  ADDED: '新增',
  KEPT: '保留',
  REMOVED: '移出',
}

export const changeTones: Record<WhitelistChange, 'good' | 'plain' | 'warn'> = {
  ADDED: 'good',
  KEPT: 'plain',
  REMOVED: 'warn',
}
