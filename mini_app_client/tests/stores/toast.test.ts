import { expect, it, vi } from 'vitest'

import { useToast } from '@/stores/toast'

it('goes by itself, and the last sentence stays its whole time', () => {
  vi.useFakeTimers()
  const toast = useToast()
  toast.say('需求已发布')
  vi.advanceTimersByTime(2_000)
  toast.say('报价已发送')
  vi.advanceTimersByTime(2_599)
  expect(toast.text).toBe('报价已发送')
  vi.advanceTimersByTime(1)
  expect(toast.text).toBe('')
})
