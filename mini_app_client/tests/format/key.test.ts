import { expect, it, vi } from 'vitest'

import { newKey } from '@/format/key'

it('is a random UUID where the platform makes them', () => {
  expect(newKey()).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
})

it('differs each time on a page without TLS, and has one length', () => {
  vi.stubGlobal('crypto', {})
  const keys = Array.from({ length: 500 }, newKey)
  expect(new Set(keys).size).toBe(500)
  expect(new Set(keys.map(({ length }) => length)).size).toBe(1)
})
