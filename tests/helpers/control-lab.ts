import type { StoredAct } from '#bus/control/act-journal.ts'
import type { ActLimits } from '#bus/control/act-quotas.ts'
import { type Control, openControl, type RecordedAct } from '#bus/control/control.ts'
import { operatorSystem } from '#bus/control/control-state.ts'
import { type ControlTables, controlTables } from '#bus/control/control-tables.ts'
import { createSchemaChecks } from '#bus/registry/schema-checks.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { domainsOf } from '#runtime/topics.ts'
import { createSigners, type Signers } from '../acts/signers.ts'

/** An act's body, but for `previous`. */
export type ActBody = { readonly act: string; readonly resource: string; readonly [member: string]: unknown }

/** Who signs: the operator, unless told otherwise. */
export interface SignedBy {
  readonly system: string
  readonly kid: string
}

export const lab = {
  parts: [controlTables],
  agency: '/agencies/000.00.91.H03',
  /** Plain, with the key `k0`; of another agency, with `k1`; with the role operator, with `k2`. */
  system: '/agencies/000.00.91.H03/systems/qlvb',
  other: '/agencies/000.00.92.H03/systems/qlvb',
  operatorRole: '/agencies/000.00.91.H03/systems/ops',
  own: { system: '/agencies/000.00.91.H03/systems/qlvb', kid: 'k0' },
  ofOther: { system: '/agencies/000.00.92.H03/systems/qlvb', kid: 'k1' },
  byRole: { system: '/agencies/000.00.91.H03/systems/ops', kid: 'k2' },
  root: { system: operatorSystem, kid: 'operator-1' }
} as const

export interface ControlLab {
  readonly control: Control
  readonly signers: Signers
  /** Milliseconds since the epoch, as the process's clock says. */
  clock: number
  /** Numbers of the acts that were written to the log. */
  readonly journaled: readonly number[]
  /** Does an act, following the last one on its resource. */
  act(body: ActBody, by?: SignedBy): Promise<RecordedAct>
  /** The same, giving the code it was refused with or `recorded`. */
  tried(body: ActBody, by?: SignedBy): Promise<string>
  /** Signs a body whole. */
  signed(body: object, by?: SignedBy): Promise<{ readonly body: Buffer; readonly token: string }>
  /** Writes an act into the table as who may write to it could, and has it read. */
  plant(
    body: object | string,
    options?: { readonly by?: SignedBy; readonly recordedAt?: string }
  ): Promise<void>
  /** What a process that starts now makes of the table. */
  replay(): Promise<Control>
}

/** Control over a store, with two agencies and three systems, on a clock of the test's own. */
export async function openControlLab(
  store: Store,
  more: { readonly limits?: ActLimits } = {}
): Promise<ControlLab> {
  const signers = await createSigners()
  const { operatorKeys } = signers
  const journaled: number[] = []
  const journal = { missing: async () => [], write: ({ number }: StoredAct) => void journaled.push(number) }
  const logger = createLogger({ level: 'silent' })
  const schemaChecks = createSchemaChecks({ domains: domainsOf() })
  const open = () =>
    openControl({ store, operatorKeys, schemaChecks, journal, logger, now: () => made.clock, ...more })
  const signed: ControlLab['signed'] = async (body, by = lab.root) => {
    const bytes = Buffer.from(JSON.stringify(body))
    return { body: bytes, token: await signers.sign({ ...by, body: bytes }) }
  }
  const act: ControlLab['act'] = async (body, by) => {
    const previous = made.control.state.lastOn.get(body.resource) ?? null
    return made.control.append(await signed({ ...body, previous }, by), {
      line: by?.system ?? lab.root.system
    })
  }
  const made: ControlLab = {
    control: undefined as never,
    signers,
    journaled,
    clock: Date.parse('2026-11-24T00:00:00Z'),
    act,
    signed,
    replay: open,
    tried: (body, by) =>
      act(body, by).then(
        () => 'recorded',
        ({ code }: { readonly code: string }) => code
      ),
    async plant(body, { by = lab.root, recordedAt = new Date(made.clock).toISOString() } = {}) {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const token = await signers.sign({ ...by, body: Buffer.from(text) })
      const row = { number: made.control.state.lastAct + 1, body: text, token, recordedAt }
      await store.transaction((transaction) =>
        transaction.tables<ControlTables>().insertInto('controlActs').values(row).execute()
      )
      await made.control.sync()
    }
  }
  Object.assign(made, { control: await open() })
  for (const code of ['000.00.91.H03', '000.00.92.H03']) {
    await act({ act: 'agency.added', resource: `/agencies/${code}`, name: code })
  }
  for (const [n, resource] of [lab.system, lab.other, lab.operatorRole].entries()) {
    const roles = resource === lab.operatorRole ? { roles: ['operator'] } : {}
    await act({ act: 'system.added', resource, ...roles })
    await act({ act: 'key.added', resource, key: signers.publicJwk(`k${n}`) })
  }
  return made
}
