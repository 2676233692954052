import { createArchive } from '#bus/archive/archive.ts'
import { createReservations } from '#engines/event-log/kafka/reservations.ts'
import type { Store } from '#engines/store/store.ts'
import type { PublicJwk } from '#protocol/trust/jwk.ts'
import { verifyReceipt } from '#protocol/trust/receipt.ts'
import { differs } from './copy-tables.ts'
import type { Source } from './source.ts'

const sampleSize = 100

/**
 * Reads some events as the bus will, and checks that each has its bytes and a receipt of the bus, and that
 * a repeat would get the same receipt. Throws `BUS_CONFIG_INVALID`. Returns how many it read.
 */
export async function checkEvents(
  store: Store,
  source: Pick<Source, 'event' | 'lastEvent'>,
  busKeys: readonly PublicJwk[]
): Promise<number> {
  const events = [...(await createArchive(store).byNumbers(sampleOf(source.lastEvent()))).values()]
  const held = await createReservations({ store, owner: '', now: Date.now }).find(events)
  for (const [index, event] of events.entries()) {
    const { source: sender, id, hash, recordedTime, receipt } = event
    const leaf = { source: sender, id, hash, recordedtime: recordedTime }
    const isSound =
      source.event(event.number)?.body === event.body &&
      (await verifyReceipt(leaf, receipt, busKeys)) &&
      JSON.stringify(held[index]?.receipt) === JSON.stringify(receipt)
    if (!isSound) throw differs(`event ${hash}`)
  }
  return events.length
}

/** Some of the numbers from 1 to `last`. */
function sampleOf(last: number): readonly number[] {
  if (last <= sampleSize) return Array.from({ length: last }, (_, index) => index + 1)
  return [...new Set(Array.from({ length: sampleSize }, () => 1 + Math.floor(Math.random() * last)))]
}
