import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { type ServerProcess, serverFolder, startServerProcess } from '#deploy/servers/server-process.ts'
import { versitygwBinary } from './installed.ts'
import { mustBeInstalled } from './needs.ts'

export interface VersityGateway extends ServerProcess {
  /** `http://127.0.0.1:<port>`. */
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** A bucket is a folder. */
  makeBucket(name: string): void
  /** The folder of its objects, `<bucket>/<key>`. */
  readonly folder: string
  /** Starts it again with its data, after `kill`. */
  start(): Promise<void>
}

const accessKeyId = 'tests'
const secretAccessKey = 'known to everyone'

/** Starts an S3 server without buckets, for a suite or one test; stopped and removed after it. */
export async function startVersityGateway(
  t: Cleanup,
  options: { readonly readOnly?: boolean } = {}
): Promise<VersityGateway> {
  mustBeInstalled('versitygw')
  let running: ServerProcess | undefined
  const kill = async (): Promise<void> => {
    await running?.kill()
    running = undefined
  }
  const alive = (): ServerProcess => {
    if (!running) throw new TypeError('versitygw is not running')
    return running
  }
  const folder = serverFolder(t, kill)
  const objects = join(folder, 'objects')
  mkdirSync(objects)
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  const readOnly = options.readOnly ? ['--readonly'] : []
  const start = async (): Promise<void> => {
    running = await startServerProcess({
      command: [versitygwBinary, '--port', `127.0.0.1:${port}`, ...readOnly, 'posix', objects],
      environment: { ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
      folder,
      log: join(folder, 'versitygw.log'),
      isReady: async (signal) => (await fetch(endpoint, { signal })).status === 403
    })
  }
  await start()
  return {
    endpoint,
    region: 'us-east-1',
    accessKeyId,
    secretAccessKey,
    makeBucket: (name) => mkdirSync(join(objects, name)),
    folder: objects,
    get pid() {
      return alive().pid
    },
    freeze: () => alive().freeze(),
    thaw: () => alive().thaw(),
    kill,
    start
  }
}
