import { expect, it } from 'vitest'

import { themeStyle } from '@/format/theme'

it('mixes the soft shades of a city from its primary colour', () => {
  expect(themeStyle({ primary: '#0050B3', primaryDark: '#003A8C', accent: '#FA8C16' })).toBe(
    '--primary:#0050B3;--primary-dark:#003A8C;--primary-soft:rgb(235,241,249);' +
      '--primary-line:rgb(184,206,234);--accent:#FA8C16',
  )
})

it.each([null, undefined, { primary: 'blue', primaryDark: '#000000', accent: '#000000' }])(
  'leaves the style sheet in force for %j',
  (theme) => {
    expect(themeStyle(theme)).toBe('')
  },
)
