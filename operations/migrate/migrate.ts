import { join } from 'node:path'
import { openDirectoryBlobStore } from '#engines/blobs/directory/directory-blob-store.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import type { Language } from '#protocol/errors/faults.ts'
import type { Config } from '#runtime/config.ts'
import { markerIn, newMarker, refuseMoved, writeMarker } from '#runtime/moved-marker.ts'
import type { Output } from '#runtime/output.ts'
import { check } from './check.ts'
import { checkLog, checkSource, checkState } from './check-source.ts'
import { copyAttachments } from './copy-attachments.ts'
import { copyTable } from './copy-tables.ts'
import { finishIn } from './finish.ts'
import { finishProjection, notProjected, toNewestShape } from './finish-projection.ts'
import { migrateTextsIn } from './migrate-texts.ts'
import { openSource, type Source } from './source.ts'
import { beginIn, openTarget, type Target } from './target.ts'

export interface MigrateOptions {
  /** The data folder to migrate from. */
  readonly folder: string
  /** The folder of its attachments, if not in the data folder. */
  readonly attachments: string | undefined
  /** Configuration of the bus to migrate to. */
  readonly config: Config
  readonly output: Output
  /** Of what is printed. */
  readonly lang: Language
  readonly logger: Logger
}

/**
 * Migrates a bus from one machine to Kafka and PostgreSQL: projects the rest of its log, copies and
 * compares store, log and attachments, and makes the target a bus. Run again after an interruption, it
 * continues. Until it has finished, a bus starts on neither side.
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { folder, config, output, lang, logger } = options
  await checkSource(folder, config)
  const target = await openTarget(config, logger)
  try {
    if (markerIn(folder)) await toNewestShape(folder)
    else await finishProjection({ folder, config, logger })
    const source = openSource(folder)
    try {
      await move(source, target, options)
    } finally {
      source.close()
    }
  } finally {
    await target.close()
  }
  output.line(migrateTextsIn(lang)('finished', { folder }), { migrated: true })
}

async function move(source: Source, target: Target, options: MigrateOptions): Promise<void> {
  const { folder, config, output, lang } = options
  const t = migrateTextsIn(lang)
  const { busKeys, codecOf } = await checkState(source, config) // Again: the bus may have taken acts from its log.
  checkLog(source.log, codecOf)
  const left = source.unprojected()
  if (left > 0) throw notProjected(left, 'a bus has used this data folder in the meantime')
  const attachments = await openDirectoryBlobStore({ folder: attachmentsOf(options) })
  const marker = markerIn(folder) ?? newMarker(placeOf(config))
  const { id } = marker
  const tables = source.tables.map(({ name }) => name)
  const mark = async (): Promise<void> => {
    if (marker.isFinished) refuseMoved(folder)
    await writeMarker(folder, marker)
  }
  const state = await beginIn(target, { id, tables, attachments, mark })
  if (state === 'begun') {
    reachFailpoint('migrate.begun')
    for (const table of source.tables) {
      const rows = await copyTable(target.store, table)
      output.line(t('copied', { name: table.name, rows }), { copied: table.name, rows })
    }
    const { ends, records } = await target.topics.fill(source.log.records(codecOf))
    output.line(t('copiedLog', { records }), { copied: 'log', records })
    const { count, bytes, digests } = await copyAttachments(attachments, target.blobs)
    output.line(t('copiedAttachments', { count, bytes }), { copied: 'attachments', count, bytes })
    await check(source, target, { output, lang, digests, busKeys })
    reachFailpoint('migrate.before-finish')
    await finishIn(target.store, { id, meta: source.meta(), log: target.topics.log, ends })
    reachFailpoint('migrate.after-finish')
  }
  await writeMarker(folder, { ...marker, isFinished: true })
}

export function attachmentsOf({
  folder,
  attachments
}: Pick<MigrateOptions, 'folder' | 'attachments'>): string {
  return attachments ?? join(folder, 'attachments')
}

/** The address without user and password. */
function placeOf({ store }: Config): string {
  const { host, pathname } = new URL(store.postgres?.url ?? '')
  return `postgres://${host}${pathname}`
}
