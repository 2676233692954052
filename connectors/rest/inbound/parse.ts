import type { InboundItem } from '../../connector.ts'
import type { ItemsSettings } from '../settings.ts'
import { type ItemsIo, toItems } from './to-items.ts'

/** The ways by which an instance is given items. */
export interface Ways {
  readonly polled: ItemsSettings | undefined
  readonly received: ItemsSettings | undefined
  readonly io: ItemsIo
}

/** Reads an item again. It does not say by which way it came: it is what one of them makes an event of. */
export async function parse(text: string, { polled, received, io }: Ways): Promise<InboundItem | undefined> {
  let faulty: InboundItem | undefined
  for (const settings of [polled, received]) {
    if (settings === undefined) continue
    const [read] = await toItems([text], settings, io)
    if (read?.item && 'event' in read.item) return read.item
    faulty ??= read?.item
  }
  return faulty
}
