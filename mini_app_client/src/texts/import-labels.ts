import type { ImportState } from '@/generated/graphql'

/** The Chinese word for every state of a batch. */
export const importLabels: Record<ImportState, string> = {
  RECEIVED: '已收到',
  READING: '检查中',
  FINISHED: '已完成',
  REFUSED: '未受理',
}

export const importTones: Record<ImportState, 'city' | 'good' | 'bad'> = {
  RECEIVED: 'city',
  READING: 'city',
  FINISHED: 'good',
  REFUSED: 'bad',
}
