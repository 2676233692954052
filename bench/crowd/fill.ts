import { appendEvents } from '#bus/archive/append-events.ts'
import { createArchive } from '#bus/archive/archive.ts'
import { ownForm } from '#bus/archive/archive-form.ts'
import { archiveTables } from '#bus/archive/archive-tables.ts'
import { newEvent } from '#client/new-event.ts'
import { beginEntering } from '#consumers/inbox/enter.ts'
import { inboxTables } from '#consumers/inbox/inbox-tables.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { Store } from '#engines/store/store.ts'
import { exampleDocument } from '#tests/faults/load.ts'
import { systemOf } from '#tests/faults/province.ts'
import { documentType, dossierAgreement, dossierType, providerCode } from './province.ts'

/** Agencies with large inboxes: of documents that none was given, that expire later, and of withheld dossiers. */
export const large = { unread: 'A1', expiring: 'A2', withheld: 'A3' } as const

const atOnce = 1000
/** A day before now, so that what is measured is later. */
const ageMs = 86_400_000

/** Fills archive and large inboxes as if the projector had; the bus does not run. */
export async function fillInboxes(folder: string, act: number, entries: number): Promise<void> {
  const parts = [archiveTables, inboxTables]
  const store = await openSqliteStore({ folder, parts, onFatal: () => process.exit(70) })
  try {
    const last = (await createArchive(store).last())?.number ?? 0
    for (let from = 0; from < entries; from += atOnce) await append(store, last + 1 + 2 * from, act)
  } finally {
    await store.close()
  }
}

/** Documents to two agencies, and as many dossiers to the third one. */
function append(store: Store, first: number, act: number): Promise<void> {
  const recordedTime = new Date(Date.now() - ageMs).toISOString()
  const { unread, expiring, withheld } = large
  const events = Array.from({ length: 2 * atOnce }, (_, index) => {
    const number = first + index
    const isDossier = index % 2 === 1
    const type = isDossier ? dossierType : documentType
    const recipients = isDossier ? [withheld] : [unread, expiring]
    const draft = {
      type,
      subject: `${providerCode},2026/11/24,${number}/VP`,
      recipients,
      data: exampleDocument
    }
    return { number, type, recipients, agreement: isDossier ? dossierAgreement : null, draft }
  })
  return store.transaction(async (transaction) => {
    const archived = events.map(({ number, type, draft }) => {
      const event = newEvent(systemOf(providerCode), draft)
      const receipt = { token: 'x.x.x', index: 0, size: 1, path: [] }
      return {
        ...{ number, type, recordedTime, act, receipt, hosted: false, traceparent: undefined },
        ...{ source: event.source, id: event.id, subject: draft.subject, body: JSON.stringify(event) },
        ...{ hash: number.toString(16).padStart(64, '0'), signature: undefined, schemaId: undefined }
      }
    })
    await appendEvents(transaction, archived, ownForm)
    const enter = await beginEntering(transaction, [unread, expiring, withheld].toSorted())
    await enter(
      events.flatMap(({ number, type, recipients, agreement }) =>
        recipients.map((agency) => ({
          ...{ agency, event: number, type, agreement, act, bytes: 1500 },
          ...{ recordedAt: Date.parse(recordedTime), expiresAt: null, ended: 0 }
        }))
      )
    )
  })
}
