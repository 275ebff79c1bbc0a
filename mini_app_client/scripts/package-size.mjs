// WeChat refuses a main package over 2 MB; without sub-packages everything that was built is in it.
// `node scripts/package-size.mjs [folder]` says how large it is and fails when it is too large.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const LIMIT_BYTES = 2 * 1024 * 1024

const folder = process.argv[2] ?? 'dist/build/mp-weixin'
const { subPackages = [] } = JSON.parse(readFileSync(join(folder, 'app.json'), 'utf8'))
const outside = subPackages.map(({ root }) => join(folder, root))

function bytesIn(path) {
  if (outside.includes(path)) return 0
  if (!statSync(path).isDirectory()) return statSync(path).size
  return readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0)
}

const bytes = bytesIn(folder)
console.log(`main package: ${(bytes / 1024).toFixed(0)} KiB of ${LIMIT_BYTES / 1024} KiB`)
process.exitCode = bytes > LIMIT_BYTES ? 1 : 0
