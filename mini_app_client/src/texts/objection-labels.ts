import type { ObjectionState } from '@/generated/graphql'

/** The Chinese word for every value of objections. */

export const objectionLabels: Record<ObjectionState, string> = {
  FILED: '已提交',
  HANDED_OVER: '已转交',
  UPHELD: '异议成立',
  REJECTED: '异议不成立',
}
