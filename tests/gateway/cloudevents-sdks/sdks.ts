import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CloudEvent, HTTP } from 'cloudevents'
import type { BusEvent } from '#protocol/events/event.ts'
import { repository } from '../../helpers/demo-bus.ts'
import { cloudEventsFolders, goProgram, type ServerName, versions } from '../../helpers/servers/installed.ts'

/** An HTTP request as an SDK makes it, in the body's and the headers' own characters. */
export interface SdkRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What an SDK makes of events: each in structured and in binary mode, and one batch of all. */
export interface SdkRequests {
  readonly structured: readonly SdkRequest[]
  readonly binary: readonly SdkRequest[]
  readonly batch: SdkRequest
}

/** An official SDK, called in its own language. */
export interface Sdk {
  /** Language, package and version. */
  readonly name: string
  /** What `npm run servers` installs for it. */
  readonly server?: ServerName
  readonly write: (events: readonly BusEvent[]) => Promise<SdkRequests>
  /** Reads events from JSON, and writes them in JSON again. */
  readonly read: (texts: readonly string[]) => Promise<readonly string[]>
}

const source = (file: string): string => join(import.meta.dirname, file)
const folders = cloudEventsFolders
const { devDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
const offline = {
  GOMODCACHE: join(folders.go, 'modules'),
  GOPROXY: 'off',
  // As in install.sh, whose cache it then uses.
  GOFLAGS: '-mod=readonly -trimpath -gcflags=all=-dwarf=false'
}

export const sdks: readonly Sdk[] = [
  {
    name: `JavaScript, \`cloudevents\` ${devDependencies.cloudevents}`,
    write: async (described) => {
      const events = described.map((event) => new CloudEvent({ ...event }))
      return {
        structured: events.map((event) => HTTP.structured(event) as SdkRequest),
        binary: events.map((event) => HTTP.binary(event) as SdkRequest),
        batch: {
          headers: { 'content-type': 'application/cloudevents-batch+json' },
          body: JSON.stringify(events)
        }
      }
    },
    read: async (texts) => {
      const headers = { 'content-type': 'application/cloudevents+json' }
      return texts.map((body) => JSON.stringify(HTTP.toEvent({ headers, body })))
    }
  },
  inProgram(`Python, \`cloudevents\` ${versions['cloudevents-python']}`, 'cloudevents-python', {
    command: ['python3', source('sdk.py')],
    environment: { PYTHONPATH: folders.python }
  }),
  inProgram(`Go, \`sdk-go\` ${versions['cloudevents-go']}`, 'cloudevents-go', {
    command: [goProgram, 'run', source('sdk.go')],
    folder: folders.go,
    environment: offline
  }),
  inProgram(`Java, \`cloudevents-http-basic\` ${versions['cloudevents-java']}`, 'cloudevents-java', {
    command: ['java', '-XX:TieredStopAtLevel=1', '-cp', `${folders.java}/libs/*`, source('Sdk.java')]
  })
]

interface Program {
  readonly command: readonly string[]
  readonly folder?: string
  readonly environment?: Readonly<Record<string, string>>
}

function inProgram(name: string, server: ServerName, program: Program): Sdk {
  const run = async <T>(what: string, input: object): Promise<T> =>
    JSON.parse(await output(program, what, input)) as T
  return { name, server, write: (events) => run('write', events), read: (texts) => run('read', texts) }
}

async function output(program: Program, what: string, input: object): Promise<string> {
  const [file = '', ...rest] = program.command
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const options = { cwd: program.folder, env: { ...process.env, ...program.environment }, timeout: 120_000 }
  const child = execFile(file, [...rest, what], options, (error, stdout) =>
    error ? reject(error) : resolve(stdout)
  )
  child.stdin?.end(JSON.stringify(input))
  return promise
}
