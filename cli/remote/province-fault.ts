import type { BusError } from '#protocol/errors/bus-error.ts'

/** Names and indexes that lead to a place in a file. */
export type Path = readonly (string | number)[]

/** What can be wrong with a province file. */
export type ProvinceFault =
  | 'yaml'
  | 'setting.unknown'
  | 'setting.missing'
  | 'setting.type'
  | 'setting.choice'
  | 'setting.empty'
  | 'setting.long'
  | 'setting.many'
  | 'grammar.code'
  | 'grammar.system'
  | 'grammar.agreement'
  | 'grammar.kid'
  | 'grammar.date'
  | 'grammar.date-time'
  | 'twice.agency'
  | 'twice.system'
  | 'twice.key'
  | 'twice.right'
  | 'twice.agreement'
  | 'twice.value'
  | 'key.private'
  | 'key.invalid'
  | 'key.taken'
  | 'key.held'
  | 'key.changed'
  | 'right.wide'
  | 'type.unknown'
  | 'agency.unknown'
  | 'agency.closed'
  | 'agency.circle'
  | 'agreement.terms'
  | 'prune.needed'
  | 'prune.self'

/** A fault in a province file. */
export interface FaultInFile {
  readonly fault: ProvinceFault
  readonly path: Path
  readonly values?: Readonly<Record<string, string | number>>
  /** An earlier place in the file that has the same. */
  readonly first?: Path
  /** An error of the bus's own rules, which says it in words. */
  readonly error?: BusError
}
