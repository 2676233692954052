import type { ActDefinition } from './define-act.ts'
import { agencyActs } from './kinds/agency.ts'
import { agreementActs } from './kinds/agreement.ts'
import { busKeyActs } from './kinds/bus-key.ts'
import { keyActs } from './kinds/key.ts'
import { registryConfigActs } from './kinds/registry-config.ts'
import { rightActs } from './kinds/right.ts'
import { schemaActs } from './kinds/schema.ts'
import { systemActs } from './kinds/system.ts'

const kinds = {
  ...agencyActs,
  ...systemActs,
  ...keyActs,
  ...rightActs,
  ...agreementActs,
  ...schemaActs,
  ...registryConfigActs,
  ...busKeyActs
}

export type ActKind = keyof typeof kinds

/** All kinds of acts. */
export const actDefinitions: Readonly<Record<ActKind, ActDefinition>> = kinds

/** The kinds that begin with one of these names: `agency` for `agency.added` and so on. */
export function kindsOf(...resources: readonly string[]): readonly string[] {
  return Object.keys(kinds).filter((kind) => resources.includes(kind.slice(0, kind.indexOf('.'))))
}
