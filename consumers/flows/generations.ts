import type { StoreTransaction, Tables } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { FlowTables } from './flow-tables.ts'

export type Generation = FlowTables['flowGenerations']

/** The lane of all transactions that write the view's tables. */
export const lane = 'flows'

/** Increased when the rows of a release mean something else: the view is then made again. */
export const viewVersion = 1

export function generationsIn(db: Tables<FlowTables>): Promise<readonly Generation[]> {
  return db.selectFrom('flowGenerations').selectAll().orderBy('generation').execute()
}

/** Before the view is begun. */
const nothingYet = { generation: 0, position: 0 }

/** The generation that is searched. */
export async function liveIn(db: Tables<FlowTables>): Promise<Pick<Generation, 'generation' | 'position'>> {
  const all = await generationsIn(db)
  return all.find(({ state }) => state === 'live') ?? nothingYet
}

/** Moves a position by compare-and-set: of two that both made the same batch, one rolls back. */
export async function moveGeneration(
  transaction: StoreTransaction,
  { generation, position }: Generation,
  to: number
): Promise<void> {
  const { numUpdatedRows } = await transaction
    .tables<FlowTables>()
    .updateTable('flowGenerations')
    .set({ position: to })
    .where('generation', '=', generation)
    .where('position', '=', position)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows !== 1n) throw new BusError('BUS_CONTROL_STALE', 'position-moved-elsewhere')
}

/** Begins a first generation, which is live at once, or one that is made beside it. */
export async function beginGeneration(transaction: StoreTransaction): Promise<void> {
  const db = transaction.tables<FlowTables>()
  const all = await generationsIn(db)
  const isFirst = !all.some(({ state }) => state === 'live')
  await db.updateTable('flowGenerations').set({ state: 'ending' }).where('state', '=', 'building').execute() // It was made for an earlier request.
  const generation = Math.max(0, ...all.map((one) => one.generation)) + 1
  const state = isFirst ? 'live' : 'building'
  await db
    .insertInto('flowGenerations')
    .values({ generation, version: viewVersion, state, position: 0 })
    .execute()
}

/** Lets a generation that has caught up take the place of the live one, unless another was begun meanwhile. */
export async function switchTo(transaction: StoreTransaction, { generation }: Generation): Promise<void> {
  const db = transaction.tables<FlowTables>()
  const current = await generationsIn(db)
  if (current.find((one) => one.generation === generation)?.state !== 'building') return
  await db.updateTable('flowGenerations').set({ state: 'ending' }).where('state', '=', 'live').execute()
  await db
    .updateTable('flowGenerations')
    .set({ state: 'live' })
    .where('generation', '=', generation)
    .execute()
}

/** Rows that are removed in one transaction. */
const removedAtOnce = 2000

/** Removes a slice of a generation; the last slice removes the generation itself. */
export async function removeSome(transaction: StoreTransaction, { generation }: Generation): Promise<void> {
  const db = transaction.tables<FlowTables>()
  for (const [table, key] of [
    ['flowSteps', 'number'],
    ['flowTerms', 'term'],
    ['flowExpected', 'id']
  ] as const) {
    const rows = db.selectFrom(table).where('generation', '=', generation)
    const last = await rows
      .select(key as never)
      .orderBy(key as never)
      .offset(removedAtOnce)
      .limit(1)
      .executeTakeFirst()
    const some = db.deleteFrom(table).where('generation', '=', generation)
    const upTo = (last as Record<string, string | number> | undefined)?.[key]
    const { numDeletedRows } = await (upTo === undefined
      ? some
      : some.where(key as never, '<=', upTo as never)
    ).executeTakeFirstOrThrow()
    if (numDeletedRows > 0n) return
  }
  await db.deleteFrom('flowGenerations').where('generation', '=', generation).execute()
}
