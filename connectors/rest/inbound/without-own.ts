import type { ConnectorIo, InboundItem } from '../../connector.ts'
import type { RecentMarks } from '../../shared-formats/marks/recent-marks.ts'
import { isAsMade, ownKey } from '../outbound/own.ts'
import type { RestSettings } from '../settings.ts'
import type { ReadItem } from './to-items.ts'

/** Passes over what a delivery of this instance made outside: published, it would be an echo. A later version is none. */
export async function withoutOwn(
  read: readonly ReadItem[],
  own: Pick<RecentMarks, 'answered' | 'valueOf'> | undefined,
  { deliver }: RestSettings,
  io: Pick<ConnectorIo, 'mark'>
): Promise<readonly InboundItem[]> {
  const mayBeOwn = deliver?.requests.some(({ created }) => created !== undefined) ?? false
  if (mayBeOwn && read.length > 0) await own?.answered()
  const items: InboundItem[] = []
  for (const { item, id, version } of read) {
    if (!item) continue
    const key = mayBeOwn ? ownKey(id) : undefined
    const value = key === undefined ? undefined : (own?.valueOf(key) ?? (await io.mark(key)))
    const isOwn = value !== undefined && isAsMade(value, version)
    if (!isOwn) items.push(item)
  }
  return items
}
