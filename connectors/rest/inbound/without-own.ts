import type { ConnectorIo, InboundItem } from '../../connector.ts'
import { ownKey } from '../outbound/own.ts'
import type { RestSettings } from '../settings.ts'
import type { ReadItem } from './to-items.ts'

/** Passes over what a delivery of this instance made outside: published, it would be an echo. */
export async function withoutOwn(
  read: readonly ReadItem[],
  { deliver }: RestSettings,
  io: Pick<ConnectorIo, 'mark'>
): Promise<readonly InboundItem[]> {
  const mayBeOwn = deliver?.requests.some(({ created }) => created !== undefined) ?? false
  const items: InboundItem[] = []
  for (const { item, id } of read) {
    if (!item) continue
    const key = mayBeOwn ? ownKey(id) : undefined
    if (key === undefined || (await io.mark(key)) === undefined) items.push(item)
  }
  return items
}
