import type { StepControl } from '@/generated/graphql'

/** The Chinese word for every value of the path to the next grade. */

export const controlLabels: Record<StepControl, string> = {
  CONTROLLABLE: '可以做到',
  WAITING: '等到期限',
  NOT_CONTROLLABLE: '无法自行改变',
}

export const controlFaces: Record<StepControl, { tone: 'good' | 'warn' | 'plain'; icon: string }> = {
  CONTROLLABLE: { tone: 'good', icon: 'check' },
  WAITING: { tone: 'warn', icon: 'clock' },
  NOT_CONTROLLABLE: { tone: 'plain', icon: 'lock' },
}
