import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { temporaryFolder } from './temporary-folder.ts'

export const repository = join(import.meta.dirname, '..', '..')
export const cli = join(repository, 'cli', 'main.ts')

/** The demo province as `npm start` runs it, in a separate process on free ports. */
export interface DemoBus {
  readonly gateway: string
  readonly folder: string
  readonly keys: string
  /** The link that it prints last: it logs an operator in to the console, once, within a minute. */
  readonly link: string
  readonly child: ChildProcess
}

/** Starts the demo and waits until its scenario has ended, it keeps running and has said how to go on. */
export async function startDemo(t: Pick<TestContext, 'after'>): Promise<DemoBus> {
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  })
  const folder = temporaryFolder(t) // Removed after the process that writes into it.
  const child = spawn(
    process.execPath,
    [cli, 'demo', '--lang', 'en', '--data', folder, '--port', '0', '--management-port', '0'],
    {
      stdio: ['ignore', 'pipe', 'inherit']
    }
  )
  let gateway = ''
  for await (const line of createInterface({ input: child.stdout })) {
    gateway ||= / runs at (http:\S+) /.exec(line)?.[1] ?? ''
    const [link] = /http\S+#login=\S+/.exec(line) ?? []
    if (link !== undefined) return { gateway, folder, keys: join(folder, 'keys'), link, child }
  }
  throw new TypeError('the demo ended before it was ready')
}
