import { config } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, vi } from 'vitest'

import { forgetSession, whenSessionLost } from '@/api/session'

import { clearScreen } from './doubles/page'
import { newPhone, uniDouble } from './doubles/uni'
import { forgetPages } from './doubles/uni-app'

Object.assign(globalThis, { uni: uniDouble, getCurrentPages: () => [{}, {}] })

beforeEach(() => {
  forgetPages()
  newPhone()
  forgetSession()
  whenSessionLost(() => {})
  const pinia = createPinia()
  setActivePinia(pinia)
  config.global.plugins = [pinia]
  // A warning of Vue's is a fault of ours: a missing prop, a component that is not known.
  vi.spyOn(console, 'warn').mockImplementation((...words) => {
    throw new Error(words.map(String).join(' '))
  })
})

afterEach(() => {
  clearScreen()
  vi.useRealTimers()
})
