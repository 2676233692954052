import type { DatabaseSync } from 'node:sqlite'
import { readNote, writeNote } from '#engines/store/meta.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { version } from './version.ts'

/**
 * The form of what the bus keeps, the newest that this release reads. It is raised by a release whose data an older one
 * would misread; tables and columns that are only added leave it, so that a bus can go back to an older release.
 * 2: on one machine the log is in the store, and has no events that are in the archive; paths of proofs are places
 * among the nodes of their token, and bodies places in a block; hashes are unique by keys, not by a constraint.
 */
export const dataFormat = 2

/** That of a new bus whose log is in Kafka; a migrated one keeps that of its source. */
export const sharedDataFormat = 1

/** What a store says of its form: `release` is the first that wrote it. */
export interface FormatNote {
  readonly format: number
  readonly release: string
}

export const formatName = 'format'

/** What a store says of its form; undefined if it is new. */
export function readFormat(store: Store): Promise<FormatNote | undefined> {
  return store.transaction((transaction) => readNote<FormatNote>(transaction, formatName), starts)
}

/** The same of a file that no bus uses; undefined if it says nothing. */
export function formatIn(store: DatabaseSync): FormatNote | undefined {
  const note = store.prepare('SELECT value FROM "storeMeta" WHERE name = ?').get(formatName)
  return note && (JSON.parse(String(note.value)) as FormatNote)
}

/** Throws `BUS_CONFIG_INVALID`, and writes nothing, if a newer release has changed the form of a store. */
export async function refuseNewerFormat(store: Store): Promise<void> {
  const noted = await readFormat(store)
  if (noted) refuseNewerNote(noted)
}

/** The same, of what a store or its copy says. */
export function refuseNewerNote(noted: FormatNote): void {
  if (noted.format <= dataFormat) return
  throw new BusError('BUS_CONFIG_INVALID', 'data-of-newer-release', {
    values: { release: noted.release, format: noted.format, own: version, known: dataFormat }
  })
}

/** Notes a form in a store that is new or of an older one. */
export async function noteFormat(store: Store, format = dataFormat): Promise<void> {
  await store.transaction(async (transaction) => {
    const noted = await readNote<FormatNote>(transaction, formatName)
    if (noted && noted.format >= format) return
    await writeFormat(transaction, format)
  }, starts)
}

export function writeFormat(transaction: StoreTransaction, format = dataFormat): Promise<void> {
  return writeNote(transaction, formatName, { format, release: version } satisfies FormatNote)
}

/** The bus starts on a full disk too. */
export const starts = { usesReserve: true } as const
