import { BusError } from '#protocol/errors/bus-error.ts'
import { catalogue } from '#protocol/errors/catalogue.ts'
import type { Delivered, Marks } from '../../connector.ts'
import { failureOf } from '../failures.ts'
import type { Delivery, DeliveryValues } from './deliveries.ts'

/** How an attempt, a look-up, or the check before it ended. Times are in milliseconds since the epoch. */
export type Outcome =
  | { readonly kind: 'delivered'; readonly left: Delivered }
  /** It is attempted again. `counted`: the attempt counts towards the schedule. */
  | { readonly kind: 'waiting'; readonly dueAt: number; readonly counted: boolean; readonly error?: unknown }
  | { readonly kind: 'dead'; readonly error: unknown }
  /** The outside may have the event; it is asked at `lookUpAt`, or a person decides. */
  | {
      readonly kind: 'in-doubt'
      readonly lookUpAt?: number
      readonly error?: unknown
      readonly marks?: Marks
    }
  /** The event expired or was recalled before it was delivered. */
  | { readonly kind: 'ended' }

/** What an outcome changes of its delivery. `at`: now, by the wall clock. */
export function valuesOf(
  outcome: Outcome,
  { state, attempts }: Pick<Delivery, 'state' | 'attempts'>,
  at: number
): DeliveryValues {
  switch (outcome.kind) {
    case 'delivered':
      return { state: 'delivered', open: 0, begunAt: null, attempts: attempts + 1, endedAt: at }
    case 'waiting': {
      const { dueAt, counted, error } = outcome
      const counts = counted ? { attempts: attempts + 1 } : {}
      return { state: 'waiting', dueAt, begunAt: null, ...counts, ...failureValues(error, at) }
    }
    case 'dead':
      return { state: 'dead', begunAt: null, attempts: attempts + 1, ...failureValues(outcome.error, at) }
    case 'in-doubt': {
      const { lookUpAt, error } = outcome
      const since = state === 'in-doubt' ? {} : { begunAt: at } // A look-up that failed changes it no more.
      const asked = lookUpAt === undefined ? { begunAt: null } : { ...since, dueAt: lookUpAt }
      return { state: 'in-doubt', ...asked, ...failureValues(error, at) }
    }
    case 'ended':
      return { state: 'ended', open: 0, begunAt: null, endedAt: at }
  }
}

/** The texts of errors of ours are safe to show; of others only the title of their code is. */
function failureValues(error: unknown, at: number): DeliveryValues {
  if (error === undefined) return {}
  const ours = error instanceof BusError
  const code = ours
    ? error.code
    : failureOf(error) === 'unreachable'
      ? 'BUS_PEER_UNREACHABLE'
      : 'BUS_INTERNAL'
  const { title, titleVi } = catalogue[code]
  const texts = ours ? { vi: error.text('vi'), en: error.text('en') } : { vi: titleVi, en: title }
  return { failure: code, failureText: JSON.stringify(texts), failedAt: at }
}
