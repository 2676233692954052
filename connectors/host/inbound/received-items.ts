import { inChunks } from '#engines/store/chunks.ts'
import type { StoreTransaction } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Stored } from '../../connector.ts'
import type { ConnectorTables } from '../connector-tables.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import type { ItemToStore } from './item-to-store.ts'
import { digestOf, referenceOf, storeItems } from './items.ts'
import { forgetQuarantined, type QuarantinedItem } from './quarantine.ts'

export interface StoredReceived {
  /** For the caller. */
  readonly results: readonly Stored[]
  /** The same, without the faults that are known from an earlier call. */
  readonly news: readonly Stored[]
}

/**
 * Stores what a request brings. An item that comes again although it is quarantined is not done: it is stored anew if
 * it can be used now, otherwise its result is a fault again.
 */
export async function storeReceivedItems(
  transaction: StoreTransaction,
  instance: HostedInstance,
  items: readonly ItemToStore[]
): Promise<StoredReceived> {
  const news = [...(await storeItems(transaction, instance, items))]
  const results = [...news]
  const repeated = items.filter((_item, index) => news[index] === 'repeated')
  const quarantined = await quarantinedAmong(transaction, instance, repeated)
  for (const [index, item] of items.entries()) {
    const known = news[index] === 'repeated' && quarantined.get(digestOf(referenceOf(item)))
    if (!known) continue
    if ('fault' in item && item.fault instanceof BusError) {
      results[index] = { quarantined: item.fault }
    } else if (await forgetQuarantined(transaction, instance, known)) {
      const [again = 'repeated'] = await storeItems(transaction, instance, [item])
      results[index] = again
      news[index] = again
    }
  }
  return { results, news }
}

async function quarantinedAmong(
  transaction: StoreTransaction,
  { name }: HostedInstance,
  items: readonly ItemToStore[]
): Promise<ReadonlyMap<string, QuarantinedItem>> {
  const digests = items.map((item) => digestOf(referenceOf(item)))
  const rows = await inChunks(digests, (some) =>
    transaction
      .tables<ConnectorTables>()
      .selectFrom('connectorItems')
      .select(['number', 'digest'])
      .where('instance', '=', name)
      .where('digest', 'in', some)
      .where('state', '=', 'quarantined')
      .where('apart', '=', 0) // The rest of one may be published.
      .execute()
  )
  return new Map(rows.map((row) => [row.digest, row]))
}
