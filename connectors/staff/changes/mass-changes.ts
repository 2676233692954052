import type { ConnectorIo, Marks } from '../../connector.ts'
import { type Change, isClosing } from './changes-of.ts'

/** Changes that are rarely right where they are many: those that lock accounts, and those of names and units. */
export const massKinds = ['locks', 'moves'] as const
export type MassKind = (typeof massKinds)[number]

export function isOfKind(kind: MassKind, change: Change): boolean {
  const { change: what } = change.data
  return kind === 'locks' ? isClosing(change) || what === 'SUSPENDED' : what === 'RENAMED' || what === 'MOVED'
}

export function countOf(kind: MassKind, changes: readonly Change[]): number {
  return changes.filter((change) => isOfKind(kind, change)).length
}

export interface MassLimits {
  readonly maxClosedShare: number
  readonly maxChangedShare: number
  readonly alwaysClosed: number
}

/** Whether so many changes of a kind, among so many accounts, need a person to say yes. */
export function judgeMany(
  kind: MassKind,
  { count, known }: { readonly count: number; readonly known: number },
  { maxClosedShare, maxChangedShare, alwaysClosed }: MassLimits
): { readonly limit: number; readonly isHeld: boolean } {
  const share = kind === 'locks' ? maxClosedShare : maxChangedShare
  const limit = Math.max(alwaysClosed, Math.floor(known * share))
  return { limit, isHeld: count > limit || (kind === 'locks' && count > 0 && count >= known) }
}

/** How many changes of each kind were published on a day without a person's yes. */
export interface MassCounts {
  readonly today: Readonly<Record<MassKind, number>>
  /** Counts a change that is published. The marks keep the counts. */
  add(change: Change): Marks
}

const keyOf = (kind: MassKind): string => `staff ${kind} today`

export async function loadMassCounts(mark: ConnectorIo['mark'], day: string): Promise<MassCounts> {
  const today = { locks: 0, moves: 0 }
  for (const kind of massKinds) {
    const [countedOn, count = '0'] = ((await mark(keyOf(kind))) ?? '').split(' ')
    if (countedOn === day) today[kind] = Number(count)
  }
  return {
    today,
    add(change) {
      const kind = massKinds.find((one) => isOfKind(one, change))
      if (!kind) return {}
      today[kind] += 1
      return { [keyOf(kind)]: `${day} ${today[kind]}` }
    }
  }
}
