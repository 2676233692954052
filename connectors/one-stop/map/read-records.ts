import type { ConnectorIo, InboundItem } from '../../connector.ts'
import type { HttpClient } from '../../shared-formats/http/http-client.ts'
import { isRaw } from '../dialect/json.ts'
import { createAttachFiles } from '../files/attach-files.ts'
import type { OneStopSettings } from '../settings.ts'
import { createDossierStates, type UnwrittenMarks } from './dossier-state.ts'
import { toItems } from './to-items.ts'
import { createWaitingEvents } from './waiting-events.ts'

export interface ReadRecordsOptions {
  readonly settings: OneStopSettings
  readonly io: ConnectorIo
  /** For files behind links. */
  readonly client: HttpClient
  /** When fetching files ends, on the clock of `performance.now`: what is left is reported on the event. */
  readonly deadline: number
  readonly unwritten?: UnwrittenMarks
  /** Asked before each record: whether the rest is left for another time. */
  readonly isOver?: () => boolean
}

export interface RecordItems {
  readonly items: readonly InboundItem[]
}

/** The items of records, one entry for each, in their order; fewer where `isOver` says so. */
export async function readRecords(
  records: readonly unknown[],
  { settings, io, client, deadline, unwritten, isOver = () => false }: ReadRecordsOptions
): Promise<readonly RecordItems[]> {
  const states = createDossierStates(io, unwritten)
  const attachFiles = createAttachFiles({ settings: settings.files, client, io, deadline })
  const codes = new Set(records.flatMap((one) => (isRaw(one) ? String(one.MaHoSo).normalize() : [])))
  const waiting = createWaitingEvents(io, codes)
  const read: RecordItems[] = []
  for (const record of records) {
    if (isOver()) break
    read.push({ items: await toItems(record, { settings, io, states, waiting, attachFiles }) })
  }
  return read
}
