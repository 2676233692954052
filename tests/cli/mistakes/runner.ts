import { runCommand } from '#cli/run-command.ts'

/** A command to run, in a folder and an environment. */
export interface Order {
  readonly words: readonly string[]
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  /** How far the clock is set wrong. */
  readonly clockMs: number
}

/** What it said, and the exit code of a process that had run it. */
export interface Said {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const realNow = Date.now
const write = { stdout: process.stdout.write, stderr: process.stderr.write }

/** Runs commands one after the other as a process of their own would: what they load is loaded once. */
process.on('message', async (order: Order) => {
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    process[stream].write = (text: string | Uint8Array) => {
      said[stream] += text
      return true
    }
  }
  process.chdir(order.folder)
  Object.assign(process.env, order.environment)
  Date.now = () => realNow() + order.clockMs
  process.exitCode = undefined
  const ended = await runCommand(order.words)
  const code = ended ?? Number(process.exitCode ?? 0)
  process.exitCode = undefined
  Date.now = realNow
  for (const stream of ['stdout', 'stderr'] as const) process[stream].write = write[stream]
  process.send?.({ code, ...said } satisfies Said)
})
process.on('disconnect', () => process.exit(0))
