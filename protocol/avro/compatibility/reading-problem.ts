import type { Fault } from '../../errors/faults.ts'
import type { AvroType } from '../model.ts'

/** Why what is written with one schema cannot be read with another. */
export interface ReadingProblem {
  readonly fault: ReadingFault
  /** Where, as the reader names it: `address.lines[]`, `prices{}`; `/` is the whole. */
  readonly field: string
  /** What is written there. */
  readonly written: string
  /** What is expected there. */
  readonly expected: string
}

export type ReadingFault = Extract<Fault, `unreadable-${string}`>

/** A judgement on two types, before it is known where in their schemas they stand. */
export type Objection = Omit<ReadingProblem, 'field'> & {
  /** What comes after the path of the types themselves. */
  readonly step: string
}

const shownMembers = 5

/** A type in few words: `int`, `record gov.vn.Dossier`, `union of null, string`. */
export function describe(type: AvroType): string {
  if (type.kind === 'union') return `union of ${joinNames(type.branches.map(short))}`
  return 'fullName' in type ? `${type.kind} ${type.fullName}` : type.kind
}

/** The first few, and how many more there are. */
export function joinNames(names: readonly string[]): string {
  const rest = names.length - shownMembers
  return names.slice(0, shownMembers).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

function short(type: AvroType): string {
  return 'fullName' in type ? type.fullName : type.kind
}
