import Type, { type Static } from 'typebox'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Act } from './acts.ts'
import type { ControlState } from './control-state.ts'
import type { RecordedContext } from './define-act.ts'

/** `acts:` in lienthong.yaml. Nothing in the control state is ever deleted, so agencies may add to it only so fast. */
export const ActLimits = Type.Object(
  {
    maxPerHour: Type.Integer({
      default: 500,
      minimum: 1,
      description: 'Acts that the systems of one agency may record in an hour. Operators have no limit.'
    }),
    maxDrafts: Type.Integer({
      default: 100,
      minimum: 1,
      description:
        'Agreements that one agency has drafted and that are neither signed nor ended. Operators have no limit.'
    }),
    maxKeysPerSystem: Type.Integer({
      default: 200,
      minimum: 1,
      description:
        'Keys that a system may have if it adds one itself, including past ones. Operators have no limit.'
    })
  },
  { additionalProperties: false }
)
export type ActLimits = Static<typeof ActLimits>

/** Limits of what agencies may record. They are checked only when an act is recorded, never when it is replayed. */
export interface ActQuotas {
  /**
   * Throws `BUS_TOO_MANY_REQUESTS` if the actor's agency has recorded too many acts within an hour, and
   * `BUS_ACT_CONFLICT` if the act would add too many drafts or keys.
   */
  check(state: ControlState, act: Act, context: RecordedContext): void
  /** Counts an act that was applied. */
  count(context: RecordedContext): void
}

export const noActQuotas: ActQuotas = { check: () => {}, count: () => {} }

const hourMs = 3_600_000

export function createActQuotas({ maxPerHour, maxDrafts, maxKeysPerSystem }: ActLimits): ActQuotas {
  /** Times of the acts of each agency within the last hour, in milliseconds since the epoch, oldest first. */
  const recent = new Map<string, number[]>()

  const since = (agency: string, at: number): number[] => {
    const times = recent.get(agency)?.filter((time) => time > at - hourMs) ?? []
    recent.set(agency, times)
    return times
  }

  return {
    check(state, act, { actor, recordedAt }) {
      if (actor.operator) return
      const times = since(actor.agency, recordedAt)
      const oldest = times.at(-maxPerHour)
      if (oldest !== undefined) {
        throw new BusError('BUS_TOO_MANY_REQUESTS', 'acts-too-many', {
          waitMs: oldest + hourMs - recordedAt,
          values: { agency: actor.agency, limit: maxPerHour }
        })
      }
      if (act.act === 'agreement.drafted' && draftsOf(state, actor.agency) >= maxDrafts) {
        throw new BusError('BUS_ACT_CONFLICT', 'drafts-too-many', {
          values: { agency: actor.agency, limit: maxDrafts }
        })
      }
      const keys = state.systems.get(act.resource)?.keys.length ?? 0
      if (act.act === 'key.added' && keys >= maxKeysPerSystem) {
        throw new BusError('BUS_ACT_CONFLICT', 'keys-too-many', {
          values: { system: act.resource, limit: maxKeysPerSystem }
        })
      }
    },

    count({ actor, recordedAt }) {
      if (!actor.operator) since(actor.agency, recordedAt).push(recordedAt)
    }
  }
}

/** Agreements that an agency has drafted and that wait to be signed or ended. */
function draftsOf({ agreements }: ControlState, agency: string): number {
  let count = 0
  for (const { draftedBy, signed, ended } of agreements.values()) {
    if (draftedBy === agency && signed === undefined && ended === undefined) count += 1
  }
  return count
}
