import type { Problem } from '#engines/telemetry/problem-log.ts'
import type { Paused } from './authorization.ts'
import type { OutsideFacts } from './outside.ts'

/** State of an instance. `connecting`: its outside was not reached yet, nor did that fail. */
export type InstanceState = 'connecting' | 'running' | 'failing' | 'paused' | 'misconfigured'

export interface InstanceStatus {
  readonly name: string
  readonly kind: string
  readonly state: InstanceState
  /** RFC 3339. */
  readonly since: string
  /** Why it is not running, or delivers nothing, as text for an operator. */
  readonly reason?: string | undefined
  /** Who paused it. */
  readonly by?: string | undefined
  /** When the bus tries again: RFC 3339. */
  readonly nextTry?: string | undefined
}

/** What is known of an instance. Instants are in milliseconds since the epoch. */
export interface InstanceFacts {
  readonly startedAt: number
  readonly misconfigured?: string | undefined
  readonly paused?: Paused | undefined
  readonly outside?: OutsideFacts | undefined
  /** Problems of its halves. */
  readonly problems?: readonly (Problem | undefined)[] | undefined
  readonly retryAt?: number | undefined
  /** Until when the outside asked not to be given anything. */
  readonly heldUntil?: number | undefined
}

/** The state of an instance: what an operator can fix comes first. */
export function statusOf(facts: InstanceFacts): Omit<InstanceStatus, 'name' | 'kind'> {
  const { startedAt, misconfigured, paused, outside, problems = [], retryAt, heldUntil } = facts
  const nextTry = retryAt === undefined ? {} : { nextTry: toInstant(retryAt) }
  if (misconfigured !== undefined) {
    return { state: 'misconfigured', since: toInstant(startedAt), reason: misconfigured }
  }
  if (paused) {
    const { since, reason, by } = paused
    return { state: 'paused', since, reason, ...(by === undefined ? {} : { by }) }
  }
  const found = [outside?.failing, ...problems].filter((one) => one !== undefined)
  const [oldest] = found.toSorted((a, b) => a.since - b.since)
  if (oldest) {
    const reason = (outside?.failing ?? oldest).reason
    return { state: 'failing', since: toInstant(oldest.since), reason, ...nextTry }
  }
  if (outside?.reachedAt === undefined) return { state: 'connecting', since: toInstant(startedAt) }
  const running = { state: 'running', since: toInstant(outside.reachedAt) } as const
  if (heldUntil === undefined) return running
  return { ...running, reason: heldReason, nextTry: toInstant(heldUntil) }
}

const heldReason =
  'the outside system asked to be given nothing before nextTry (Retry-After); resume or restart the connector to try it now'

function toInstant(at: number): string {
  return new Date(at).toISOString()
}
