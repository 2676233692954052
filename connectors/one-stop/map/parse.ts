import type { ConnectorIo, InboundItem } from '../../connector.ts'
import { retriedEntry } from '../catalogue/poll-catalogue.ts'
import { parseObject } from '../dialect/json.ts'
import { createFileClient } from '../files/file-client.ts'
import type { OneStopSettings } from '../settings.ts'
import { createDossierStates } from './dossier-state.ts'
import { readRecords } from './read-records.ts'
import { isProgress, stateOf } from './to-items.ts'

/** Time for files; the host gives 30 s. */
const budgetMs = 15_000

/**
 * Reads a quarantined record again; undefined if it says nothing new by now, or a newer record of the dossier was read
 * or sent since. What it also announces is announced with the next version of the dossier.
 */
export async function parse(
  raw: Uint8Array,
  reference: string,
  { settings, io }: { readonly settings: OneStopSettings; readonly io: ConnectorIo }
): Promise<InboundItem | undefined> {
  const record = parseObject(Buffer.from(raw).toString())
  if (reference.startsWith('procedure ')) return retriedEntry(record, reference, io)
  const mark = await io.mark(reference)
  const quarantinedAt = mark === undefined ? undefined : Number(mark)
  const known = await stateOf(record, { settings, states: createDossierStates(io) })
  if (!isProgress(record) && Number(known?.readAt) > Number(quarantinedAt)) {
    io.log.info({ reference }, 'a quarantined record is passed over: a newer one of the dossier is known')
    return undefined
  }
  const client = createFileClient(settings.files)
  try {
    const quiet = { ...settings, alsoPublish: [] }
    const options = { settings: quiet, io, client, quarantinedAt, deadline: performance.now() + budgetMs }
    const [{ items } = { items: [] }] = await readRecords([record], options)
    return items[0]
  } finally {
    await client.close()
  }
}
