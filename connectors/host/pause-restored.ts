import { readNote, writeNote } from '#engines/store/meta.ts'
import type { Store } from '#engines/store/store.ts'
import { insertInstance } from './begin-instance.ts'
import type { CheckedInstance } from './check-instances.ts'
import type { ConnectorTables } from './connector-tables.ts'

const epochNote = 'connectorsEpoch'

/**
 * Pauses every instance if a backup was restored since they last ran: what was received or delivered after the
 * backup is not known, and an operator resumes them. Those in the settings that the backup does not know may have run
 * after it was made: they are paused, too.
 */
export async function pauseRestored(
  store: Store,
  instances: readonly CheckedInstance[],
  { epoch, at }: { readonly epoch: number; readonly at: number }
): Promise<void> {
  await store.transaction(async (transaction) => {
    const known = await readNote<{ readonly epoch: number }>(transaction, epochNote)
    if (known?.epoch === epoch) return
    await writeNote(transaction, epochNote, { epoch })
    if (!known) return
    const db = transaction.tables<ConnectorTables>()
    const rows = await db.selectFrom('connectorInstances').select('instance').execute()
    const names = new Set(rows.map(({ instance }) => instance))
    for (const one of instances) {
      if ([one.name, ...one.formerNames].some((name) => names.has(name))) continue
      await insertInstance(transaction, one, { at, rateGroup: null })
    }
    const paused = { desired: 'paused', desiredBy: null, desiredReason: reason, desiredAt: at } as const
    await db
      .updateTable('connectorInstances')
      .set({ ...paused, restoredAt: at })
      .execute()
  })
}

const reason =
  'restored: a backup was restored. `lienthong connectors check` lists what the outside system sent since the backup. Compare what it has received, then resume the connector.'
