import { writeFileSync } from 'node:fs'

/**
 * Loaded before the bus (`--import`): notes how much processor time its main thread takes from one round of the
 * event loop to the next. Unlike delays, this does not grow because other programs use the machine. On SIGWINCH it writes
 * the stretches since the last time, in milliseconds, into the file that the environment names.
 */
const everyMs = 4
const file = process.env.CROWD_STRETCHES ?? ''
let stretches: number[] = []
let before = used()

setInterval(() => {
  const now = used()
  stretches.push(now - before)
  before = now
}, everyMs).unref()

// The bus stops at most other signals.
process.on('SIGWINCH', () => {
  writeFileSync(file, JSON.stringify(stretches))
  stretches = []
})

function used(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
