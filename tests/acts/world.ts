import { createHash } from 'node:crypto'
import type { StoredAct } from '#bus/control/act-journal.ts'
import { type Control, openControl, type RecordedAct } from '#bus/control/control.ts'
import { operatorSystem } from '#bus/control/control-state.ts'
import { type ControlTables, lastNumber } from '#bus/control/control-tables.ts'
import { createSchemaChecks } from '#bus/registry/schema-checks.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { kidsOf, type Signers } from './signers.ts'
import { at, type Body, bodyOf, type Draft, firstBodies, signerOf } from './turns.ts'

/** A process of the bus, as far as acts go: its own control, clock and connection to the store. */
interface Process {
  control: Control
  readonly store: Store
  clockMs: number
  losesAnswer: boolean
}

/** What became of what was tried. */
export type Outcome = { readonly recorded: RecordedAct } | { readonly code: string }

const logger = createLogger({ level: 'silent' })
const schemaChecks = createSchemaChecks({ domains: new Set() })
const journal = { missing: async () => [], write: () => {} }
export const beginAt = Date.parse('2026-11-24T00:00:00Z')

/** Processes over one store, each with a store of its own onto the same database. */
export class World {
  readonly #signers: Signers
  readonly #processes: Process[] = []
  /** A stranger's own connection, and that of who looks at it all. */
  readonly #outside: Store
  /** Rows a stranger wrote. */
  readonly strange = new Set<number>()
  #at = beginAt

  private constructor(signers: Signers, outside: Store) {
    this.#signers = signers
    this.#outside = outside
  }

  static async open(signers: Signers, stores: readonly [Store, ...Store[]]): Promise<World> {
    const world = new World(signers, stores[0])
    await stores[0].transaction((transaction) =>
      transaction.tables<ControlTables>().deleteFrom('controlActs').execute()
    )
    for (const store of stores) await world.#add(store)
    for (const body of firstBodies(signers.publicJwk)) await world.#first(body)
    await world.sync()
    return world
  }

  get controls(): readonly [Control, ...Control[]] {
    const [first, ...others] = this.#processes.map(({ control }) => control)
    if (!first) throw new TypeError('a world without processes')
    return [first, ...others]
  }

  async #add(store: Store): Promise<void> {
    const process: Process = {
      control: undefined as never,
      clockMs: 0,
      losesAnswer: false,
      store: {
        ...store,
        reader: () => store.reader(),
        transaction: async (work, options) => {
          const result = await store.transaction(work, options)
          const { losesAnswer } = process
          process.losesAnswer = false
          if (losesAnswer) throw new BusError('BUS_STORE_UNAVAILABLE', 'database-away')
          return result
        }
      }
    }
    process.control = await this.#open(process)
    this.#processes.push(process)
  }

  #open(process: Process): Promise<Control> {
    const { operatorKeys } = this.#signers
    const now = (): number => this.#at + process.clockMs
    return openControl({ store: process.store, operatorKeys, schemaChecks, journal, logger, now })
  }

  async #first(body: Body): Promise<void> {
    const [process] = this.#processes
    if (!process) throw new TypeError('a world without processes')
    const previous = process.control.state.lastOn.get(body.resource) ?? null
    const bytes = Buffer.from(JSON.stringify({ ...body, previous }))
    const token = await this.#signers.sign({ system: operatorSystem, kid: 'operator-1', body: bytes })
    await process.control.append({ body: bytes, token }, { line: operatorSystem })
  }

  /** Tries acts, all sent at once. */
  async tryActs(drafts: readonly Draft[]): Promise<readonly Outcome[]> {
    this.#at += 1000
    const sent = new Map<string, string>()
    const signed = []
    for (const draft of drafts) {
      const process = at(this.#processes, draft.process)
      process.clockMs = draft.clockMs
      process.losesAnswer ||= draft.losesAnswer
      const { lastOn, systems } = process.control.state
      const registered = (of: string) => (systems.get(of)?.keys ?? []).map(({ kid }) => kid)
      const system = signerOf(draft)
      const body = bodyOf(draft, { keyOf: this.#signers.publicJwk, registered, beginAt })
      const last = lastOn.get(body.resource) ?? null
      const previous = draft.chained ? (sent.get(body.resource) ?? last) : last
      const bytes = Buffer.from(JSON.stringify({ ...body, previous }))
      sent.set(body.resource, createHash('sha256').update(bytes).digest('hex'))
      const kid = at(kidsOf(system, registered(system)), draft.key)
      signed.push({ process, body: bytes, token: await this.#signers.sign({ system, kid, body: bytes }) })
    }
    return Promise.all(
      signed.map(({ process, body, token }) =>
        process.control.append({ body, token }, { line: 'acts' }).then(
          (recorded) => ({ recorded }),
          (error: Partial<BusError>) => ({ code: error.code ?? String(error) })
        )
      )
    )
  }

  /** Ends a process and starts it again. Gives its state before. */
  async restart(index: number): Promise<{ readonly before: Control; readonly after: Control }> {
    const process = at(this.#processes, index)
    const before = process.control
    await before.sync()
    process.control = await this.#open(process)
    return { before, after: process.control }
  }

  /** One more process, which has seen nothing yet. */
  replay(): Promise<Control> {
    return this.#open(at(this.#processes, 0))
  }

  /** Somebody who may write to the table writes an act again that was recorded before, or something that is none. */
  async strangerWrites(row: number, isJunk: boolean): Promise<void> {
    const copied = at(await this.rows(), row)
    await this.#outside.transaction(async (transaction) => {
      const db = transaction.tables<ControlTables>()
      const number = (await lastNumber(db)) + 1
      const body = isJunk ? at(['', '{', '[]', '{"act":"system.revoked"}', '{"act":1}'], row) : copied.body
      await db
        .insertInto('controlActs')
        .values({ ...copied, body, number })
        .execute()
      this.strange.add(number)
    })
  }

  async rows(): Promise<readonly StoredAct[]> {
    return this.#outside
      .reader<ControlTables>()
      .selectFrom('controlActs')
      .selectAll()
      .orderBy('number')
      .execute()
  }

  async sync(): Promise<void> {
    for (const { control } of this.#processes) await control.sync()
  }
}
