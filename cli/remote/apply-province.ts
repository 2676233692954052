import type { Client } from '#client/client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { retry } from '#protocol/timing/retry.ts'
import { compareProvince } from './compare-province.ts'
import { type Present, readPresent } from './control-present.ts'
import { otherTerms } from './other-terms.ts'
import type { PlannedAct } from './planned-act.ts'
import type { Province } from './province.ts'

/**
 * The acts, in order, after which the control state has all that the file says. Takes nothing away. Rejects
 * with `BUS_ACT_CONFLICT` if an agreement of the file exists with other terms: somebody else drafted it, and
 * it must not be signed.
 */
export async function planProvince(client: Client, province: Province): Promise<readonly PlannedAct[]> {
  const present = await readPresent(client)
  for (const { id, ...wanted } of province.agreements ?? []) {
    const shown = present.agreements.get(`/agreements/${id}`)
    if (shown) refuseOthers(shown.resource, otherTerms(wanted, shown))
  }
  return namingPrevious(compareProvince(province, present).acts, present)
}

function refuseOthers(resource: string, [first, ...others]: ReturnType<typeof otherTerms>): void {
  if (!first) return
  const { term, found, wanted } = first
  throw new BusError('BUS_ACT_CONFLICT', 'agreement-terms-differ', {
    values: {
      resource,
      terms: [term, ...others.map((one) => one.term)].join(', '),
      term,
      found: JSON.stringify(found),
      wanted: JSON.stringify(wanted)
    }
  })
}

/** Binds the plan to the state it was compared with: an act is rejected if its resource was changed since. */
export function namingPrevious(acts: readonly PlannedAct[], present: Present): readonly PlannedAct[] {
  const seen = new Set<string>()
  return acts.map((act) => {
    const { resource } = act.body
    if (seen.has(resource)) return act
    seen.add(resource)
    const { agencies, systems, agreements } = present
    const known = agencies.get(resource) ?? systems.get(resource) ?? agreements.get(resource)
    return { ...act, body: { ...act.body, previous: known?.last ?? null } }
  })
}

/** An act as the bus has recorded it. */
export interface RecordedAct {
  readonly number: number
  readonly hash: string
}

/** How long to go on with an act that a busy gateway asks to send again. */
const patienceMs = 120_000

/** What the gateway asks to wait. After no answer at all the act may be recorded, and is not sent again. */
function askedWaitMs(error: unknown): number | undefined {
  const isAsked = error instanceof GatewayError && [429, 503].includes(error.problem.status)
  return isAsked ? (error.waitMs ?? 1000) : undefined
}

/** Posts the planned acts one after another; each names the last act on its resource. */
export async function applyPlan(
  client: Pick<Client, 'act'>,
  plan: readonly PlannedAct[],
  done: (act: PlannedAct, recorded: RecordedAct) => void
): Promise<void> {
  const last = new Map<string, string>()
  for (const act of plan) {
    const body = { ...act.body, previous: last.get(act.body.resource) ?? act.body.previous }
    const record = () => client.act(act.path, body) as Promise<RecordedAct>
    const recorded = await retry(record, { waitMs: askedWaitMs, longestMs: patienceMs })
    last.set(act.body.resource, recorded.hash)
    done(act, recorded)
  }
}
