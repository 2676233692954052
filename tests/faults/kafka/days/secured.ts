import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { makeAuthority } from '../../../helpers/authority.ts'
import type { KafkaOptions } from '../../../helpers/servers/kafka.ts'
import type { SecuredListener } from '../../../helpers/servers/kafka-security.ts'
import type { ServersOptions } from '../servers.ts'

const user = { username: 'lienthong', password: 'of-a-bad-day' }

/** Brokers that the bus reaches by another listener than they reach each other. */
export function serversSecured(
  folder: string,
  listener: Extract<SecuredListener, 'tls' | 'scram'>,
  more: Pick<KafkaOptions, 'settings' | 'logs'> = {}
): ServersOptions {
  const place = join(folder, 'authority')
  mkdirSync(place)
  const authority = makeAuthority(place, 'ca')
  return {
    kafka: { security: { authority, users: { [user.username]: user.password } }, ...more },
    accessTo: ({ brokers }) => ({
      brokers: brokers.map(({ secured }) => secured[listener]),
      tls: { caFile: authority.caFile },
      ...(listener === 'scram' ? { sasl: { mechanism: 'scram-sha-512', ...user } } : {})
    })
  }
}
