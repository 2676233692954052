import type { Client } from '#client/client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import type { Language } from '#protocol/errors/faults.ts'
import { agencyOf } from '#protocol/events/event.ts'
import { instantMs } from '#protocol/events/instant.ts'
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
  | 'key.strange'
  | 'system.active'
  | 'system.stopped'
  | 'rights.some'
  | 'rights.none'

/** Clocks that differ by more are set wrong, although tokens may still be accepted. */
const maxClockMs = 10_000

/** Looks at a gateway as a system would use it: what answers, clock, audience, key, status, rights. */
export async function examineGateway(
  gateway: string,
  { client, kid, language }: { readonly client: Client; readonly kid: string; readonly language: Language }
): Promise<readonly Observation[]> {
  const met = await meetGateway(gateway, language)
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
  const here = new Date(instantMs(time) + aheadMs).toISOString()
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
    const accepted = { check: 'key', ok: true, says: 'key.accepted', values } as const
    const strange = { check: 'key', ok: false, says: 'key.strange', values } as const
    if (isOfBus(client.system)) {
      const page = await client.get<{ readonly items?: unknown } | null>('/v1/systems?limit=1')
      return [Array.isArray(page?.items) ? accepted : strange]
    }
    const found = await client.get<{ readonly status?: unknown } | null>(`/v1/systems${client.system}`)
    const types = await rightsOf(client)
    if (typeof found?.status !== 'string' || types === undefined) return [strange]
    const { status } = found
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

interface RightsPage {
  readonly items?: readonly ({ readonly resource?: unknown; readonly type?: unknown } | null)[]
  readonly next?: unknown
}

/** The types that a system may publish; undefined if the answers are not those of a gateway. */
async function rightsOf(client: Client): Promise<readonly string[] | undefined> {
  const types: string[] = []
  for (let after = ''; ; ) {
    const query = new URLSearchParams({ agency: agencyOf(client.system), limit: '500' })
    if (after !== '') query.set('after', after)
    const page = await client.get<RightsPage | null>(`/v1/rights?${query}`)
    if (!Array.isArray(page?.items)) return undefined
    const { items, next } = page as RightsPage
    for (const right of items ?? []) if (right?.resource === client.system) types.push(String(right.type))
    if (typeof next !== 'string' || next === after) return types
    after = next
  }
}
