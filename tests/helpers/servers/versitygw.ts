import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { type ServerProcess, serverFolder, startServerProcess } from '#deploy/servers/server-process.ts'
import { startContainer } from './container.ts'
import { versitygwBinary } from './installed.ts'
import { mustBeInstalled } from './needs.ts'
import { noteServer, type PlaceOptions, runsInContainer } from './place.ts'

export interface VersityGateway extends Pick<ServerProcess, 'pid' | 'kill'> {
  /** `http://127.0.0.1:<port>`. */
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** A bucket is a folder. */
  makeBucket(name: string): void
  /** The folder of its objects, `<bucket>/<key>`. */
  readonly folder: string
  /** Pauses it: connections stay open and nothing answers. */
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** Starts it again with its data, after `kill`. */
  start(): Promise<void>
}

const accessKeyId = 'tests'
const secretAccessKey = 'known to everyone'

/** Starts an S3 server without buckets, for a suite or one test; stopped and removed after it. */
export async function startVersityGateway(
  t: Cleanup,
  options: PlaceOptions & { readonly readOnly?: boolean } = {}
): Promise<VersityGateway> {
  const isContainer = runsInContainer('versitygw', options)
  if (!isContainer) mustBeInstalled('versitygw')
  let running: Running | undefined
  const folder = serverFolder(t, async () => running?.kill())
  const objects = join(folder, 'objects')
  mkdirSync(objects)
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  const plan: Plan = {
    folder,
    port,
    words: [...(options.readOnly ? ['--readonly'] : []), 'posix', objects],
    environment: { ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
    isReady: async (signal) => (await fetch(endpoint, { signal })).status === 403
  }
  const server = isContainer ? await startAsContainer(t, plan) : await startAsProcess(plan)
  running = server
  return {
    endpoint,
    region: 'us-east-1',
    accessKeyId,
    secretAccessKey,
    makeBucket: (name) => mkdirSync(join(objects, name)),
    folder: objects,
    get pid() {
      return server.pid
    },
    freeze: server.freeze,
    thaw: server.thaw,
    kill: server.kill,
    start: server.start
  }
}

interface Plan {
  readonly folder: string
  readonly port: number
  readonly words: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly isReady: (signal: AbortSignal) => Promise<boolean>
}
type Running = Pick<VersityGateway, 'pid' | 'freeze' | 'thaw' | 'kill' | 'start'>

/** On the same folder, and as the user of the tests, who look into it. */
async function startAsContainer(t: Cleanup, { folder, port, words, ...plan }: Plan): Promise<Running> {
  const container = await startContainer(t, 'versitygw', {
    ...plan,
    ports: { container: port, host: port },
    program: 'versitygw',
    words: ['--port', `:${port}`, ...words],
    folders: [folder],
    user: `${process.getuid?.()}:${process.getgid?.()}`
  })
  return {
    get pid() {
      return container.pid
    },
    freeze: container.freeze,
    thaw: container.thaw,
    kill: () => container.end('SIGKILL'),
    start: container.start
  }
}

async function startAsProcess({ folder, port, words, ...plan }: Plan): Promise<Running> {
  noteServer('versitygw')
  let running: ServerProcess | undefined
  const alive = (): ServerProcess => {
    if (!running) throw new TypeError('versitygw is not running')
    return running
  }
  const start = async (): Promise<void> => {
    running = await startServerProcess({
      ...plan,
      command: [versitygwBinary, '--port', `127.0.0.1:${port}`, ...words],
      folder,
      log: join(folder, 'versitygw.log')
    })
  }
  await start()
  return {
    get pid() {
      return alive().pid
    },
    freeze: async () => alive().freeze(),
    thaw: async () => alive().thaw(),
    async kill() {
      await running?.kill()
      running = undefined
    },
    start
  }
}
