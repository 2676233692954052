import { inChunks } from '#engines/store/chunks.ts'
import type { Tables } from '#engines/store/store.ts'
import type { ProjectorTables } from '../projector/projector-tables.ts'

/** A recipient whose inbox refused an event. */
export interface LeftOut {
  /** Hash of the event. */
  readonly event: string
  readonly agency: string
}

const before = 'inbox of '

/** Where the quarantine has an event that this agency's inbox refused. */
export function refusingInbox(agency: string): string {
  return `${before}${agency}`
}

/** The recipients whose inboxes lack these events (by hash), since the store refused the entry. */
export async function leftOutOf(
  db: Tables<ProjectorTables>,
  hashes: readonly string[]
): Promise<readonly LeftOut[]> {
  const rows = await inChunks(hashes, (some) =>
    db.selectFrom('projectorQuarantine').select(['shard', 'hash']).where('hash', 'in', some).execute()
  )
  return rows.flatMap(({ shard, hash }) =>
    hash !== null && shard.startsWith(before) ? [{ event: hash, agency: shard.slice(before.length) }] : []
  )
}
