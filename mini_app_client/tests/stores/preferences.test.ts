import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'

import { usePreferences } from '@/stores/preferences'

it('长辈模式 is off until somebody turns it on', () => {
  expect(usePreferences().largeType).toBe(false)
})

it.each([true, false])('长辈模式 %s is kept on the device', (on) => {
  usePreferences().setLargeType(!on)
  usePreferences().setLargeType(on)
  setActivePinia(createPinia())
  expect(usePreferences().largeType).toBe(on)
})
