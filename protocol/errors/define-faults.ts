import { BusError, type BusErrorOptions, type KindFault } from './bus-error.ts'
import type { ErrorCode } from './catalogue.ts'
import type { Language } from './faults.ts'

/** What a fault of a kind means to the host, and so what the host does. */
const codes = {
  /** The item can never become an event: it is quarantined, the others go on. */
  unusable: 'BUS_ITEM_INVALID',
  /** The outside will never take the event: the delivery is not tried again. */
  refused: 'BUS_PEER_REFUSED',
  /** The outside answered, but did not take it: tried again by the schedule. */
  later: 'BUS_PEER_FAILED',
  /** No answer: tried again, and not counted as an attempt. */
  unreachable: 'BUS_PEER_UNREACHABLE',
  /** The outside does not accept the credentials: the instance is paused. */
  credentials: 'BUS_PEER_CREDENTIALS'
} as const satisfies Readonly<Record<string, ErrorCode>>

export type Meaning = keyof typeof codes

/** A fault of a kind. `{name}` in a text is replaced by one of the error's values. */
export interface KindFaultDefinition extends Readonly<Record<Language, string>> {
  readonly means: Meaning
}

export type KindFaults<T> = { readonly [K in keyof T]: (options?: BusErrorOptions) => BusError }

/**
 * Defines the faults of a kind of connector: each becomes a function that makes the error. Codes are fixed,
 * the texts are the kind's own, for clerks (Vietnamese) and operators (English).
 */
export function defineFaults<const T extends Readonly<Record<string, KindFaultDefinition>>>(
  kind: string,
  faults: T
): KindFaults<T> {
  const makers = Object.entries(faults).map(([name, { means, vi, en }]) => {
    const key: KindFault = `${kind}:${name}`
    return [name, (options?: BusErrorOptions) => new BusError(codes[means], { key, vi, en }, options)]
  })
  return Object.fromEntries(makers) as KindFaults<T>
}
