import type { StoreTransaction, Tables } from '#engines/store/store.ts'
import type { ArchiveTables } from './archive-tables.ts'
import type { ArchivedEvent } from './archived-event.ts'
import { addKeys, eventsOfKeys, hashKey } from './key-runs.ts'
import type { KeyTables } from './key-tables.ts'
import type { KeepOptions } from './stored-proofs.ts'

/** How events are stored and found. It depends on who uses the store; all that do must use the same form. */
export interface ArchiveForm extends KeepOptions {
  readonly index: ArchiveIndex
}

export interface ArchiveIndex {
  /** The events that have one of these hashes, as a query. */
  readonly ofHashes: typeof byColumn
  /** Makes events found that this transaction appends. */
  readonly add: (
    transaction: StoreTransaction,
    events: readonly Pick<ArchivedEvent, 'number' | 'hash' | 'source' | 'id'>[]
  ) => Promise<void>
}

/** With Kafka, where processes of release 0.1 may read and write the same store. Needs nothing but the archive's tables. */
export const sharedForm: ArchiveForm = {
  areWrittenOut: true,
  index: { ofHashes: byColumn, add: async () => {} } // The column of hashes is unique.
}

/** On one machine, where no other release uses the store: needs the tables of its log. */
export const ownForm: ArchiveForm = {
  areWrittenOut: false,
  index: { ofHashes: byKeys, add: addKeys }
}

function byColumn(db: Tables<ArchiveTables>, some: readonly string[]) {
  return db.selectFrom('archiveEvents').where('hash', 'in', some)
}

function byKeys(db: Tables<ArchiveTables>, some: readonly string[]) {
  return byColumn(db, some).where('number', 'in', eventsOfKeys(db.withTables<KeyTables>(), some.map(hashKey)))
}
