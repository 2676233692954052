import type { Store } from '#engines/store/store.ts'
import type { AttachmentTables } from './attachment-tables.ts'

const atOnce = 1000

/** Every attachment that an accepted event lists, once. */
export async function* listedDigests({ reader }: Pick<Store, 'reader'>): AsyncGenerator<string, void> {
  for (let after = ''; ; ) {
    const rows = await reader<AttachmentTables>()
      .selectFrom('attachmentPins')
      .select('sha256')
      .distinct()
      .where('sha256', '>', after)
      .orderBy('sha256')
      .limit(atOnce)
      .execute()
    for (const { sha256 } of rows) yield sha256
    const last = rows.at(-1)
    if (!last) return
    after = last.sha256
  }
}
