import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { repository } from './demo-bus.ts'
import { pythonPath } from './servers/installed.ts'

const run = promisify(execFile)
const script = join(repository, 'tests', 'gateway', 'registry', 'registry_client.py')

/** Runs Confluent's Python client; returns everything that it printed as one object. */
export async function pythonRegistry(
  addresses: { readonly write: string; readonly read: string },
  ...what: readonly string[]
): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = await run('python3', [script, addresses.write, addresses.read, ...what], {
    env: { ...process.env, PYTHONPATH: pythonPath },
    timeout: 60_000
  })
  return Object.assign(
    {},
    ...stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
  )
}
