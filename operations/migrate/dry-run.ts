import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { checkLog, checkSource, checkState } from './check-source.ts'
import { attachmentsOf, type MigrateOptions } from './migrate.ts'
import { migrateTextsIn } from './migrate-texts.ts'
import { openSource } from './source.ts'

/** Prints what would be copied, and makes the checks on this side. Changes nothing and contacts no server. */
export async function dryRun(options: MigrateOptions): Promise<void> {
  const { folder, config, output, lang } = options
  const t = migrateTextsIn(lang)
  await checkSource(folder, config)
  const source = openSource(folder)
  try {
    const { codecOf } = await checkState(source, config)
    const topics = checkLog(source.log, codecOf)
    for (const { name, count } of source.tables) {
      const rows = count()
      output.line(t('wouldCopy', { name, rows }), { wouldCopy: name, rows })
    }
    for (const [topic, records] of topics) {
      output.line(t('wouldCopyTopic', { topic, records }), { wouldCopy: topic, records })
    }
    const { count, bytes } = await sizeOf(attachmentsOf(options))
    output.line(t('wouldCopyAttachments', { count, bytes }), {
      wouldCopy: 'attachments',
      count,
      bytes
    })
    const events = source.unprojected()
    output.line(t('notProjected', { events }), {
      notProjected: events
    })
    const uploads = source.unfinishedUploads()
    output.line(t('wouldSkip', { uploads }), { wouldLeaveUploads: uploads })
  } finally {
    source.close()
  }
}

async function sizeOf(folder: string): Promise<{ readonly count: number; readonly bytes: number }> {
  let [count, bytes] = [0, 0]
  for (const shard of await readdir(folder).catch(() => [])) {
    if (!/^[0-9a-f]{2}$/.test(shard)) continue
    for (const name of await readdir(join(folder, shard))) {
      count += 1
      bytes += (await stat(join(folder, shard, name))).size
    }
  }
  return { count, bytes }
}
