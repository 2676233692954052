import type { BlobStore } from '#engines/blobs/blob-store.ts'
import { type Migration, migrationInto, noteMigration } from '#engines/store/meta.ts'
import { openPostgresStore } from '#engines/store/postgres/postgres-store.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Config } from '#runtime/config.ts'
import { createOpened, openBlobs } from '#runtime/open-engines.ts'
import { checkedTopics } from '#runtime/shared-engines.ts'
import { tablesOfAllParts } from '#runtime/tables.ts'
import { firstStrange } from './copy-attachments.ts'
import { firstFilled } from './copy-tables.ts'
import { openTopicFiller, type TopicFiller } from './fill-topics.ts'

/** The engines to migrate to. */
export interface Target {
  readonly store: Store
  readonly topics: TopicFiller
  readonly blobs: BlobStore
  close(): Promise<void>
}

/** Pages are large, and nobody waits for an answer. */
const timeoutMs = 60_000

/** Opens the configured engines. Rejects with `BUS_CONFIG_INVALID` for a log that is not as the bus needs it. */
export async function openTarget(config: Config, logger: Logger): Promise<Target> {
  const { kafka } = config.eventLog
  const { postgres } = config.store
  if (!kafka || !postgres) throw new BusError('BUS_CONFIG_INVALID', 'migration-needs-shared-engines')
  const checked = await checkedTopics(kafka, logger)
  const opened = createOpened()
  try {
    const own = { config: { ...postgres, timeoutMs }, parts: tablesOfAllParts, logger }
    const store = await openPostgresStore(own)
    opened.add(() => store.close())
    const topics = await openTopicFiller(checked)
    opened.add(() => topics.close())
    const blobs = await openBlobs(config, opened)
    return { store, topics, blobs, close: opened.close }
  } catch (error) {
    await opened.close()
    throw error
  }
}

export interface Begin {
  readonly id: string
  /** Names of the tables to fill. */
  readonly tables: readonly string[]
  /** The attachments of the source. */
  readonly attachments: BlobStore
  /** Records the migration in the source; called first. */
  readonly mark: () => Promise<void>
}

/**
 * Records in the target that this migration has started, so that no bus starts on it before everything has
 * arrived. Returns whether it has arrived already. Rejects with `BUS_CONFIG_INVALID` if the target contains
 * something else.
 */
export async function beginIn(
  { store, topics, blobs }: Target,
  { id, tables, attachments, mark }: Begin
): Promise<'begun' | 'finished'> {
  const [filledShard] = await topics.filled()
  const strange = await firstStrange(blobs, attachments)
  const look = async (transaction: StoreTransaction): Promise<Migration | undefined> => {
    const begun = await migrationInto(transaction)
    if (begun?.id === id) return begun
    const filled = await firstFilled(transaction, [
      'storeMeta',
      'projectorPositions',
      'logIdentity',
      ...tables
    ])
    if (filled !== undefined) notEmpty(`table ${filled}`)
    if (filledShard !== undefined) notEmpty(`topic partition ${filledShard}`)
    if (strange !== undefined) notEmpty(`attachment ${strange}`)
    return undefined
  }
  const begun = await store.transaction(look)
  if (begun?.isFinished) return 'finished'
  await mark()
  await store.transaction(async (transaction) => {
    if (!(await look(transaction))) await noteMigration(transaction, { id, isFinished: false })
  })
  return 'begun'
}

function notEmpty(what: string): never {
  throw new BusError('BUS_CONFIG_INVALID', 'migration-target-not-empty', { values: { what } })
}
