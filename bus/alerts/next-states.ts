import type { AlertCondition } from './alert-condition.ts'
import type { AlertTables } from './alert-tables.ts'
import type { ActiveAlert } from './evaluate.ts'

export type AlertState = AlertTables['alertStates']

/** What is to be told of alerts. */
export interface AlertChanges {
  readonly begun: readonly AlertState[]
  /** Still so, after the time for reminders. */
  readonly lasting: readonly AlertState[]
  /** Told before, and over. */
  readonly ended: readonly AlertState[]
}

export interface NextStates {
  /** The rows as they are from now on. */
  readonly states: readonly AlertState[]
  /** Rows to be deleted: over, or never long enough to be reported. */
  readonly gone: readonly AlertState[]
  readonly changes: AlertChanges
}

/** What was told is over when it was not found for so long, so that a figure that comes and goes is told once. */
const quietMs = 300_000

export interface NextStatesOptions {
  readonly conditions: readonly AlertCondition[]
  readonly now: number
  readonly remindMs: number
  /**
   * What was not told yet is over when it was not found for so long: 0 if one process finds everything, more if
   * several processes look, each at its own times.
   */
  readonly unseenMs: number
  /** How long this process has looked: what is measured slowly is not found at once after a start. */
  readonly upMs: number
}

/** What becomes of the stored alerts, given those found now. */
export function nextStates(
  stored: readonly AlertState[],
  found: readonly ActiveAlert[],
  { conditions, now, remindMs, unseenMs, upMs }: NextStatesOptions
): NextStates {
  const rows = new Map(stored.map((row) => [keyOf(row.alert, row.labels), notLaterThan(now, row)]))
  for (const { condition, labels, value } of found) {
    const alert = condition.name
    const text = JSON.stringify(labels)
    const key = keyOf(alert, text)
    const { since = now, reportedAt = null } = rows.get(key) ?? {}
    rows.set(key, { alert, labels: text, value, since, seenAt: now, reportedAt })
  }
  const byName = new Map(conditions.map((condition) => [condition.name, condition]))
  const isOver = ({ alert, seenAt, reportedAt }: AlertState): boolean =>
    !byName.has(alert) ||
    (reportedAt === null ? now - seenAt > unseenMs : Math.min(now - seenAt, upMs) > quietMs)
  const all = [...rows.values()]
  const gone = all.filter(isOver)
  const kept = all.filter((row) => !isOver(row))
  const isLongEnough = ({ alert, since }: AlertState): boolean =>
    now - since >= (byName.get(alert)?.forMinutes ?? 0) * 60_000
  // What was not found now is told only once it is found again: it may be over.
  const isNow = ({ seenAt }: AlertState): boolean => now - seenAt <= unseenMs
  const begun = kept.filter((row) => row.reportedAt === null && isNow(row) && isLongEnough(row))
  const lasting = kept.filter(
    (row) => row.reportedAt !== null && isNow(row) && remindMs > 0 && now - row.reportedAt >= remindMs
  )
  const reported = new Set([...begun, ...lasting])
  return {
    states: kept.map((row) => (reported.has(row) ? { ...row, reportedAt: now } : row)),
    gone,
    changes: { begun, lasting, ended: gone.filter(({ reportedAt }) => reportedAt !== null) }
  }
}

/** Times stored while the clock was ahead count as now: otherwise the alert would wait until they have passed. */
function notLaterThan(now: number, { since, seenAt, reportedAt, ...row }: AlertState): AlertState {
  return {
    ...row,
    since: Math.min(since, now),
    seenAt: Math.min(seenAt, now),
    reportedAt: reportedAt === null ? null : Math.min(reportedAt, now)
  }
}

function keyOf(alert: string, labels: string): string {
  return `${alert} ${labels}`
}
