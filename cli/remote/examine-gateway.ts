import type { Client } from '#client/client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import { type About, type MetFault, meetGateway } from './meet-gateway.ts'

/** What was looked at, and what was found: its text, and the values in it. */
export interface Observation {
  readonly check: 'gateway' | 'clock' | 'audience' | 'limits' | 'key' | 'system' | 'rights'
  readonly ok: boolean
  readonly says: ObservedText
  readonly values: Readonly<Record<string, string | number>>
}

export type ObservedText =
  | `gateway.${MetFault | 'answers'}`
  | 'clock.same'
  | 'clock.ahead'
  | 'clock.behind'
  | 'audience.same'
  | 'audience.differs'
  | 'limits'
  | 'key.accepted'
  | 'key.unknown'
  | 'key.unchecked'
  | 'key.problem'
  | 'system.active'
  | 'system.stopped'
  | 'rights.some'
  | 'rights.none'

/** Clocks that differ by more are set wrong, although tokens may still be accepted. */
const maxClockMs = 10_000

/** Looks at a gateway as a system would use it: what answers, clock, audience, key, status, rights. */
export async function examineGateway(
  gateway: string,
  { client, kid }: { readonly client: Client; readonly kid: string }
): Promise<readonly Observation[]> {
  const met = await meetGateway(gateway)
  if ('fault' in met) {
    return [{ check: 'gateway', ok: false, says: `gateway.${met.fault}`, values: { gateway, ...met.values } }]
  }
  const { about, clockAheadMs } = met
  const clock = clockOf(about, clockAheadMs)
  const audience = audienceOf(about, gateway)
  const key =
    clock.ok && audience.ok
      ? await examineKey(client, kid)
      : [{ check: 'key', ok: false, says: 'key.unchecked', values: {} } as const]
  return [
    { check: 'gateway', ok: true, says: 'gateway.answers', values: { gateway } },
    clock,
    audience,
    limitsOf(about),
    ...key
  ]
}

function clockOf({ time, token }: About, aheadMs: number): Observation {
  const here = new Date(Date.parse(time) + aheadMs).toISOString()
  const seconds = Math.round(Math.abs(aheadMs) / 1000)
  const values = { here, there: time, seconds, tolerance: token.clockToleranceSeconds }
  if (Math.abs(aheadMs) <= maxClockMs) return { check: 'clock', ok: true, says: 'clock.same', values }
  return { check: 'clock', ok: false, says: aheadMs > 0 ? 'clock.ahead' : 'clock.behind', values }
}

function audienceOf({ audience }: About, gateway: string): Observation {
  const values = { gateway, audience }
  return audience === gateway
    ? { check: 'audience', ok: true, says: 'audience.same', values }
    : { check: 'audience', ok: false, says: 'audience.differs', values }
}

function limitsOf({ limits, token }: About): Observation {
  const { eventsPerRequest: events, bodyBytes, attachmentBytes, inboxWaitSeconds: wait } = limits
  const mebibytes = (bytes: number): number => Math.round((bytes / 1_048_576) * 10) / 10
  const values = {
    ...{ events, body: mebibytes(bodyBytes), attachment: mebibytes(attachmentBytes), wait },
    lifetime: token.lifetimeSeconds
  }
  return { check: 'limits', ok: true, says: 'limits', values }
}

/** A system of the bus itself, which publishes nothing. */
function isOfBus(system: string): boolean {
  return system.startsWith('/bus/')
}

/** With the clock and the audience right, a token that is refused has a wrong key. */
async function examineKey(client: Client, kid: string): Promise<readonly Observation[]> {
  const values = { system: client.system, kid }
  try {
    const { status } = await client.get<{ status: string }>(`/v1/systems${client.system}`)
    const { items } = await client.get<{ items: readonly { resource: string; type: string }[] }>(
      '/v1/rights?limit=500'
    )
    const accepted = { check: 'key', ok: true, says: 'key.accepted', values } as const
    if (isOfBus(client.system)) return [accepted]
    const types = items.filter(({ resource }) => resource === client.system).map(({ type }) => type)
    const isActive = status === 'active'
    const may = types.length > 0
    return [
      accepted,
      {
        check: 'system',
        ok: isActive,
        says: isActive ? 'system.active' : 'system.stopped',
        values: { status }
      },
      {
        check: 'rights',
        ok: may,
        says: may ? 'rights.some' : 'rights.none',
        values: { types: types.join(', ') }
      }
    ]
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    const says = error.code === 'BUS_TOKEN_INVALID' ? 'key.unknown' : 'key.problem'
    return [{ check: 'key', ok: false, says, values: { ...values, problem: error.message } }]
  }
}
