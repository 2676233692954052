import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { startServerProcess } from '#deploy/servers/server-process.ts'
import { images, usedServersVariable } from '../helpers/servers/place.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { podman, podmanEnvironment, repository, run } from './podman.ts'

/**
 * `npm run test:containers`, as root on Debian: runs suites of engines, or the files that are named, with testcontainers
 * and podman. Fails if a suite is skipped, or used a server that is not a container.
 */
const usual = [
  'tests/helpers/servers/container.test.ts',
  'tests/engines/event-log/kafka-event-log.test.ts',
  'tests/engines/store/postgres-store.test.ts',
  'tests/engines/store/postgres-store-faults.test.ts',
  'tests/engines/blobs/s3-blob-store.test.ts'
]
const { positionals } = parseArgs({ allowPositionals: true })
const cleanups = collectCleanups()
try {
  await run('bash', join(import.meta.dirname, 'engine.sh'))
  const folder = temporaryFolder(cleanups)
  const [used, counts] = [join(folder, 'used'), join(folder, 'counts.tap')]
  const engine = await startEngine(folder)
  const status = runSuites(positionals.length > 0 ? positionals : usual, counts, {
    DOCKER_HOST: engine,
    TESTCONTAINERS_RYUK_DISABLED: 'true', // Its image is not among those that engine.sh makes.
    TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1',
    [usedServersVariable]: used
  })
  const servers = existsSync(used) ? readFileSync(used, 'utf8').trim().split('\n') : []
  const faults = [
    ...(status === 0 ? [] : [`the suites ended with ${status}`]),
    ...(await serverFaults(servers)),
    ...(countOf(counts, 'skipped') === 0 ? [] : [`${countOf(counts, 'skipped')} tests were skipped`])
  ]
  const kinds = Object.entries(images).map(([name, image]) => {
    return `${servers.filter((line) => line.startsWith(`${name} container`)).length} of ${image}`
  })
  process.stdout.write(`${countOf(counts, 'pass')} tests passed; containers: ${kinds.join(', ')}\n`)
  for (const fault of faults) process.stderr.write(`FAULT: ${fault}\n`)
  process.exitCode = faults.length === 0 ? 0 : 1
} finally {
  await cleanups.end()
}

/** The engine's service, at a socket of this run; gives the address for `DOCKER_HOST`. */
async function startEngine(folder: string): Promise<string> {
  const socket = join(folder, 'podman.sock')
  const engine = await startServerProcess({
    command: ['podman', 'system', 'service', '--time=0', `unix://${socket}`],
    environment: podmanEnvironment,
    folder,
    log: join(folder, 'podman.log'),
    isReady: async () => (await run('podman', '--url', `unix://${socket}`, 'info')) !== ''
  })
  cleanups.after(() => engine.kill())
  return `unix://${socket}`
}

function runSuites(
  files: readonly string[],
  counts: string,
  environment: Readonly<Record<string, string>>
): number | null {
  const reports = ['spec', 'tap'].flatMap((name, index) => [
    `--test-reporter=${name}`,
    `--test-reporter-destination=${index === 0 ? 'stdout' : counts}`
  ])
  const words = ['--test', '--test-timeout=600000', '--test-concurrency=3', ...reports, ...files]
  const env = { ...process.env, ...environment }
  return spawnSync(process.execPath, words, { cwd: repository, env, stdio: 'inherit' }).status
}

/** What the suites say of their servers, held against what the engine says. */
async function serverFaults(servers: readonly string[]): Promise<readonly string[]> {
  const ids = servers.flatMap((line) => line.split(' ')[2] ?? [])
  const started = await podman('events', '--stream=false', '--filter', 'event=start', '--format', '{{.ID}}')
  const remaining = (await podman('ps', '--all', '--quiet', '--no-trunc')).split('\n')
  const left = ids.filter((id) => remaining.includes(id))
  if (left.length > 0) await podman('rm', '--force', ...left)
  return [
    ...servers.filter((line) => line.endsWith(' process')).map((line) => `not in a container: ${line}`),
    ...ids.filter((id) => !started.includes(id)).map((id) => `the engine started no container ${id}`),
    ...left.map((id) => `left behind: container ${id}`),
    ...(servers.length > 0 ? [] : ['no suite started a server'])
  ]
}

function countOf(tap: string, what: string): number {
  return Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(readFileSync(tap, 'utf8'))?.[1])
}
