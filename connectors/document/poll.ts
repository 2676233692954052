import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo, InboundItem, Polled } from '../connector.ts'
import { asPackageFault } from './edxml/package-fault.ts'
import { type ToInboundItemOptions, toInboundItem } from './map/to-inbound-item.ts'
import type { Transport, WaitingPackage } from './transport/transport.ts'

/** How packages are judged. */
export type Reading = Omit<ToInboundItemOptions, 'io'>

/** Packages that were read and are still in the folder. */
export interface InFlight {
  /** Their subjects, by reference. */
  readonly subjects: Map<string, string>
  /** When reading began, on the clock of `performance.now`. */
  readonly since: number
}

/** How long after a restart packages that were read before it are waited for. */
const graceMs = 10_000

const atOnce = 100
/** Bytes read for one poll. */
const maxBytes = 100_000_000
const maxRawBytes = 1_048_576
/** How long one poll reads. The host discards a poll that takes two minutes, with everything that it read. */
const readingMs = 30_000

/**
 * The packages that wait in the folder, in their order. Whether a document is sent again is known once the package
 * before it was published: no package is read while one about the same subject is on its way, nor, for a while, while
 * one that was read before a restart is.
 */
export async function poll(
  transport: Transport,
  { subjects, since }: InFlight,
  reading: Reading,
  io: ConnectorIo
): Promise<Polled> {
  const open = await io.unacknowledged()
  const known = new Set(open)
  for (const reference of subjects.keys()) if (!known.has(reference)) subjects.delete(reference)
  const items: InboundItem[] = []
  const isFresh = performance.now() - since < graceMs
  const isUnknown = isFresh && open.some((reference) => !subjects.has(reference))
  const until = performance.now() + readingMs
  const isFull = (bytes: number): boolean =>
    items.length >= atOnce || bytes >= maxBytes || performance.now() >= until
  for (let bytes = 0; !isUnknown && !isFull(bytes); ) {
    io.signal.throwIfAborted()
    const dropped = await transport.next((reference) => known.has(reference), io.signal)
    if (!dropped) return { items, cursor: '' }
    known.add(dropped.reference)
    bytes += dropped.bytes.length
    const item = await toItem(dropped, reading, io).catch((error: unknown) => {
      if (items.length === 0) throw error
      return undefined // What was read before it is stored first; then the poll meets the failure again.
    })
    if (!item) return { items, cursor: '' }
    const subject = 'event' in item ? item.event.subject : ''
    if (subject !== '' && [...subjects.values()].includes(subject)) continue
    subjects.set(dropped.reference, subject)
    items.push(item)
  }
  return { items, cursor: '', more: items.length > 0 }
}

/**
 * The package as an item. Whatever is wrong with it belongs to it. A shortage of the bus, such as of space for
 * attachments, or a failure of the machine does not: it stops the poll, which is tried again.
 */
export async function toItem(
  dropped: WaitingPackage,
  reading: Reading,
  io: ConnectorIo
): Promise<InboundItem> {
  const { reference, bytes, fault } = dropped
  if (fault) return { reference, fault }
  try {
    return await toInboundItem(dropped, { ...reading, io })
  } catch (error) {
    if (io.signal.aborted || isOfTheBus(error)) throw error
    return { reference, fault: asPackageFault(error), ...(bytes.length <= maxRawBytes ? { raw: bytes } : {}) }
  }
}

function isOfTheBus(error: unknown): boolean {
  if (error instanceof BusError) return error.code !== 'BUS_PACKAGE_INVALID'
  return error instanceof Error && 'syscall' in error
}
