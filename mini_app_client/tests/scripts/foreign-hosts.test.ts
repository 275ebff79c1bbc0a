import { expect, it } from 'vitest'

import { ownHostOnly } from '../../scripts/foreign-hosts'

const own =
  '@font-face{font-family:a;src:url(./a.ttf)}.b{background:url("data:image/svg+xml,%3Csvg/%3E")}'

it.each([
  ['@font-face{font-family:c;src:url("https://host.example/c.woff2")}', ''],
  ["@font-face{font-family:c;src:url('//host.example/c.ttf') format('truetype')}", ''],
  ['.d{background-image:url(//host.example/d.png)}', '.d{background-image:none}'],
  ['.d{background:#fff url( "http://host.example/d.png" )}', '.d{background:#fff none}'],
])('takes %s out of a style sheet and nothing else', (foreign, left) => {
  expect(ownHostOnly(own + foreign + own)).toBe(own + left + own)
})
