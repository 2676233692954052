import type { ConnectorIo, InboundItem } from '../../connector.ts'
import type { HttpClient } from '../../shared-formats/http/http-client.ts'
import { dossierFields } from '../dialect/fields.ts'
import { isRaw, type Raw } from '../dialect/json.ts'
import { createAttachFiles } from '../files/attach-files.ts'
import type { OneStopSettings } from '../settings.ts'
import { hashOfRecord } from './content.ts'
import { createDossierStates, type UnwrittenMarks } from './dossier-state.ts'
import { isProgress, type Reading, stateOf, toItems } from './to-items.ts'
import { createWaitingEvents } from './waiting-events.ts'

export interface ReadRecordsOptions {
  readonly settings: OneStopSettings
  readonly io: ConnectorIo
  /** For files behind links. */
  readonly client: HttpClient
  /** When fetching files ends, on the clock of `performance.now`: what is left is reported on the event. */
  readonly deadline: number
  readonly unwritten?: UnwrittenMarks
  /** Of a record that is retried. */
  readonly quarantinedAt?: number | undefined
  /** Asked before each record: whether the rest is left for another time. */
  readonly isOver?: () => boolean
}

export interface RecordItems {
  readonly items: readonly InboundItem[]
}

/** The items of records, one entry for each, in their order; fewer where `isOver` says so. */
export async function readRecords(
  records: readonly unknown[],
  { settings, io, client, deadline, unwritten, quarantinedAt, isOver = () => false }: ReadRecordsOptions
): Promise<readonly RecordItems[]> {
  const states = createDossierStates(io, unwritten)
  const attachFiles = createAttachFiles({ settings: settings.files, client, io, deadline })
  const codes = new Set(records.flatMap((one) => (isRaw(one) ? String(one.MaHoSo).normalize() : [])))
  const waiting = createWaitingEvents(io, codes)
  const read: RecordItems[] = []
  const reading = { settings, io, states, waiting, attachFiles, quarantinedAt }
  const unchanged = await unchangedCodes(records, reading)
  for (const record of records) {
    if (isOver()) break
    const isOld = isDossier(record) && unchanged.has(record.MaHoSo)
    read.push({ items: isOld ? [] : await toItems(record, reading) })
  }
  return read
}

/**
 * Of dossiers with several records in one list, those whose last record is known: some systems list older versions
 * again in each answer, and each would be a change of the one before.
 */
async function unchangedCodes(
  records: readonly unknown[],
  { settings, states }: Pick<Reading, 'settings' | 'states'>
): Promise<ReadonlySet<unknown>> {
  const last = new Map<unknown, Raw>()
  const repeated = new Set<unknown>()
  for (const record of records.filter(isDossier)) {
    if (last.has(record.MaHoSo)) repeated.add(record.MaHoSo)
    last.set(record.MaHoSo, record)
  }
  const unchanged = new Set<unknown>()
  for (const code of repeated) {
    const record = last.get(code) ?? {}
    const hash = (await stateOf(record, { settings, states }))?.hash
    if (hash !== undefined && hash === hashOfRecord(record, dossierFields, settings)) unchanged.add(code)
  }
  return unchanged
}

function isDossier(record: unknown): record is Raw {
  return isRaw(record) && !isProgress(record)
}
