import type { Fault } from '../../errors/faults.ts'
import type { AvroType } from '../model.ts'

/** Why data written with one schema cannot be read with another. */
export interface ReadingProblem {
  readonly fault: ReadingFault
  /** The place, as the reader names it: `address.lines[]`, `prices{}`; `/` is the whole schema. */
  readonly field: string
  /** What the writer has there. */
  readonly written: string
  /** What the reader expects there. */
  readonly expected: string
}

export type ReadingFault = Extract<Fault, `unreadable-${string}`>

/** A problem of two types whose place in their schemas is not known yet. */
export type Objection = Omit<ReadingProblem, 'field'> & {
  /** What is added to the path of the pair. */
  readonly step: string
}

const shownMembers = 5

/** A short description of a type: `int`, `record gov.vn.Dossier`, `union of null, string`. */
export function describe(type: AvroType): string {
  if (type.kind === 'union') return `union of ${joinNames(type.branches.map(short))}`
  return 'fullName' in type ? `${type.kind} ${type.fullName}` : type.kind
}

/** The first few names, and how many more there are. */
export function joinNames(names: readonly string[]): string {
  const rest = names.length - shownMembers
  return names.slice(0, shownMembers).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

function short(type: AvroType): string {
  return 'fullName' in type ? type.fullName : type.kind
}
