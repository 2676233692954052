import type { ProjectorTables } from '#consumers/projector/projector-tables.ts'
import { recordLog } from '#engines/event-log/kafka/known-log.ts'
import { type MetaTables, noteMigration } from '#engines/store/meta.ts'
import type { Store } from '#engines/store/store.ts'
import { passIdentities } from './identities.ts'

export interface LastStep {
  readonly id: string
  readonly meta: readonly MetaTables['storeMeta'][]
  /** The log that the state belongs to from now on. */
  readonly log: string
  /** The end of each shard; everything before it is projected. */
  readonly ends: ReadonlyMap<string, number>
}

/** The last step, after which a bus may start: sets epoch, cursor key, log and positions. */
export async function finishIn(store: Store, { id, meta, log: logId, ends }: LastStep): Promise<void> {
  await store.transaction(async (transaction) => {
    await passIdentities(transaction)
    const db = transaction.tables<ProjectorTables & MetaTables>()
    await db.insertInto('storeMeta').values(meta).execute() // With the format: the rows are copied in its form.
    const positions = [...ends].map(([log, position]) => ({ log, position }))
    if (positions.length > 0) await db.insertInto('projectorPositions').values(positions).execute()
    await recordLog(transaction, logId)
    await noteMigration(transaction, { id, isFinished: true })
  })
}
