import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)
export const repository = join(import.meta.dirname, '..', '..')
export const podmanEnvironment = { CONTAINERS_CONF: join(import.meta.dirname, 'containers.conf') }
const env = { ...process.env, ...podmanEnvironment }

/** Runs a command with the settings of podman that the tests need; gives what it printed. */
export async function run(command: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await execute(command, words, { cwd: repository, env, maxBuffer: 100_000_000 })
  return stdout.trim()
}

export const podman = (...words: readonly string[]): Promise<string> => run('podman', ...words)

export const image = 'localhost/lienthong:test'

/** Makes the image of this checkout. */
export async function buildImage(): Promise<void> {
  const file = join('deploy', 'container', 'Dockerfile')
  await podman(
    'build',
    '--quiet',
    '--format',
    'docker',
    '--network',
    'host',
    '--file',
    file,
    '--tag',
    image,
    '.'
  )
}

/** Waits until a bus answers at this address. */
export async function untilServing(gateway: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const answer = await fetch(`${gateway}/openapi.json`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new TypeError(`nothing answers at ${gateway}`)
}
