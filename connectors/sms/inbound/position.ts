import type { DoubtfulNotice } from './doubtful.ts'
import type { HeldReport } from './held-report.ts'

/** A part of a long message of a person, until the others come. */
export interface HeldPart {
  readonly from: string
  readonly reference: number
  readonly total: number
  readonly number: number
  readonly text: string
  readonly at: number
}

/**
 * The cursor: what was taken from the centre, which forgets it, and is no item yet. All of it stands behind a line
 * break, since it has words and telephone numbers of people: the host does not show that.
 */
export interface Position {
  /** The batch of messages that is stored with this position. */
  readonly batch?: string
  readonly reports: readonly HeldReport[]
  readonly parts: readonly HeldPart[]
  readonly doubtful: readonly DoubtfulNotice[]
}

const none: Position = { reports: [], parts: [], doubtful: [] }

/** What a position keeps at most of each: the oldest is let go. */
export const maxHeld = 500

export function readPosition(cursor: string | undefined): Position {
  if (cursor === undefined) return none
  try {
    return { ...none, ...(JSON.parse(cursor) as Partial<Position>) }
  } catch {
    return none // An operator may reset it to anything.
  }
}

export function writePosition(position: Position): string {
  return `\n${JSON.stringify(position)}`
}

/** How much a position keeps: polls only take away from it, or add to it. */
export function sizeOf({ reports, parts, doubtful }: Position): number {
  return reports.length + parts.length + doubtful.length
}
