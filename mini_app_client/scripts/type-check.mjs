// vue-tsc also reads the sources that wot-design-uni ships and that we cannot mend: its findings
// in our own files fail, those in node_modules do not.
import { spawnSync } from 'node:child_process'

const { stdout, stderr, error } = spawnSync(
  process.execPath,
  ['node_modules/vue-tsc/bin/vue-tsc.js', '--noEmit', '--pretty', 'false'],
  { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
)
if (error) throw error

const findings = stdout.split('\n').filter((line) => /\(\d+,\d+\): error TS/.test(line))
const ours = findings.filter((line) => !line.startsWith('node_modules/'))
const unplaced = stdout.split('\n').filter((line) => /^error TS/.test(line))
for (const line of [...ours, ...unplaced]) console.error(line)
if (stderr) console.error(stderr)
console.log(`type check: ${ours.length + unplaced.length} in our files`)
process.exitCode = ours.length + unplaced.length > 0 || stderr ? 1 : 0
