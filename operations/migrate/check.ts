import type { InboxTables } from '#consumers/inbox/inbox-tables.ts'
import type { Language } from '#protocol/errors/faults.ts'
import type { PublicJwk } from '#protocol/trust/jwk.ts'
import type { Output } from '#runtime/output.ts'
import { checkEvents } from './check-events.ts'
import { compareTable } from './copy-tables.ts'
import { migrateTextsIn } from './migrate-texts.ts'
import type { Source } from './source.ts'
import type { Target } from './target.ts'

export interface CheckOptions {
  readonly output: Output
  /** Of what is printed. */
  readonly lang: Language
  /** The bus's keys, including past ones. */
  readonly busKeys: readonly PublicJwk[]
  /** Attachments that were copied. */
  readonly digests: ReadonlySet<string>
}

/** Compares the copy with its source and prints the results. Rejects with `BUS_CONFIG_INVALID` at the first difference. */
export async function check(
  source: Source,
  { store }: Pick<Target, 'store'>,
  { output, lang, busKeys, digests }: CheckOptions
): Promise<void> {
  const t = migrateTextsIn(lang)
  for (const table of source.tables) {
    const rows = await compareTable(store, table)
    output.line(t('same', { name: table.name, rows }), { verified: table.name, rows })
  }
  const inboxes = await store
    .reader<InboxTables>()
    .selectFrom('inboxEntries')
    .select((e) => ['agency', e.fn.min('number').as('first'), e.fn.max('number').as('last')])
    .groupBy('agency')
    .orderBy('agency')
    .execute()
  for (const { agency, first, last } of inboxes) {
    output.line(t('inbox', { agency, first, last }), { inbox: agency, first, last })
  }
  for (const { sha256 } of source.attachments()) {
    if (digests.has(sha256)) continue
    output.line(t('missing', { sha256 }), {
      missing: sha256
    })
  }
  const events = await checkEvents(store, source, busKeys)
  output.line(t('events', { events }), { checked: events })
  const uploads = source.unfinishedUploads()
  if (uploads > 0) {
    output.line(t('skipped', { uploads }), {
      leftUploads: uploads
    })
  }
}
