import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { repository } from '../helpers/demo-bus.ts'
import { type Folder, mustPrint } from './folder.ts'

/** The demo of the installed bus, running. */
export interface InstalledDemo {
  readonly gateway: string
  /** The folder of its keys. */
  readonly keys: string
  stop(): Promise<void>
}

export async function startInstalledDemo(folder: Folder): Promise<InstalledDemo> {
  const command = join(folder.path, 'node_modules', '.bin', 'lienthong')
  const child = spawn(
    command,
    ['demo', '--lang', 'en', '--port', '0', '--management-port', '0', '--data', 'demo'],
    {
      cwd: folder.path,
      stdio: ['ignore', 'pipe', 'inherit']
    }
  )
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  let gateway = ''
  for await (const line of createInterface({ input: child.stdout })) {
    gateway ||= / runs at (http:\S+) /.exec(line)?.[1] ?? ''
    if (line.startsWith('Ready')) return { gateway, keys: join(folder.path, 'demo', 'keys'), stop }
  }
  throw new TypeError('the installed demo ended before it was ready')
}

/** The first program of client/README.md, as a reader outside the repository writes it. */
export async function runFirstProgram(folder: Folder, { gateway, keys }: InstalledDemo): Promise<void> {
  const page = readFileSync(join(repository, 'client', 'README.md'), 'utf8')
  const [, code = ''] = /^```ts example\n([\s\S]*?)^```$/m.exec(page) ?? []
  const program = code
    .replaceAll(/'#client\/(.*)\.ts'/g, "'lienthong/client/$1'")
    .replaceAll(/'#schemas\/generated\/(.*)\.ts'/g, "'lienthong/schemas/$1'")
  folder.write('first.ts', program)
  mustPrint(
    'first.ts',
    code,
    await folder.run(process.execPath, ['first.ts'], { GATEWAY: gateway, KEYS: keys })
  )
}
