import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Authority, joined } from '../authority.ts'
import { kafkaFolder } from './installed.ts'

/** The users of the brokers, and the certificates. */
export interface KafkaSecurity {
  readonly authority: Authority
  /** Names and passwords, for both SCRAM mechanisms. */
  readonly users: Readonly<Record<string, string>>
}

/**
 * Listeners in addition to the plain one: TLS, SCRAM over TLS, TLS with a client certificate, and TLS with
 * a certificate for another host.
 */
export const securedListeners = ['tls', 'scram', 'mutual', 'misnamed'] as const
export type SecuredListener = (typeof securedListeners)[number]

const isSasl = (name: SecuredListener): boolean => name === 'scram'

/** Settings with which a broker offers these listeners. */
export function securitySettings(
  { authority }: KafkaSecurity,
  ports: Readonly<Record<SecuredListener, number>>,
  folder: string
): { readonly listeners: readonly string[]; readonly settings: Readonly<Record<string, string>> } {
  const server = joined(authority.issue('broker', 'IP:127.0.0.1,DNS:localhost'), join(folder, 'broker.pem'))
  const other = joined(authority.issue('elsewhere', 'DNS:elsewhere.example.vn'), join(folder, 'other.pem'))
  const login = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
  const protocols = securedListeners.map(
    (name) => `${name.toUpperCase()}:${isSasl(name) ? 'SASL_SSL' : 'SSL'}`
  )
  return {
    listeners: securedListeners.map((name) => `${name.toUpperCase()}://127.0.0.1:${ports[name]}`),
    settings: {
      'listener.security.protocol.map': ['CONTROLLER:PLAINTEXT', 'PLAINTEXT:PLAINTEXT', ...protocols].join(
        ','
      ),
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': server,
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': authority.caFile,
      'listener.name.mutual.ssl.client.auth': 'required',
      'listener.name.misnamed.ssl.keystore.type': 'PEM',
      'listener.name.misnamed.ssl.keystore.location': other,
      'listener.name.scram.sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512',
      'listener.name.scram.scram-sha-256.sasl.jaas.config': login,
      'listener.name.scram.scram-sha-512.sasl.jaas.config': login
    }
  }
}

/** The first file of a formatted broker's data, if users must be known from the start. */
export function checkpointWithUsers({ users }: KafkaSecurity, folder: string): string {
  const data = join(folder, 'formatted')
  const properties = join(folder, 'format.properties')
  mkdirSync(folder, { recursive: true })
  const lines = [
    'process.roles=broker,controller',
    'node.id=1',
    'controller.quorum.voters=1@127.0.0.1:1',
    'listeners=PLAINTEXT://127.0.0.1:2,CONTROLLER://127.0.0.1:1',
    'controller.listener.names=CONTROLLER',
    `log.dirs=${data}`
  ]
  writeFileSync(properties, lines.join('\n'))
  const scram = Object.entries(users).flatMap(([name, password]) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${name},password=${password}]`
    ])
  )
  const words = ['format', '--cluster-id=AAAAAAAAAAAAAAAAAAAAAQ', '--config', properties, ...scram]
  const java = ['-XX:TieredStopAtLevel=1', '-cp', join(kafkaFolder, 'libs', '*'), 'kafka.tools.StorageTool']
  execFileSync('java', [...java, ...words], { stdio: ['ignore', 'ignore', 'pipe'] })
  return join(data, 'bootstrap.checkpoint')
}
