import { createHmac, timingSafeEqual } from 'node:crypto'
import { BusError } from '#bus/errors/bus-error.ts'

/** Whose cursor it is: it is good for this reader, with this filter, and nobody else. */
export interface CursorOwner {
  readonly agency: string
  readonly system: string
  readonly filter: string
}

/** The page a cursor was given with: entries `first` to `last`, both included; empty when `last` < `first`. */
export interface PageRange {
  readonly first: number
  readonly last: number
}

/** Writes and reads cursors: a MAC over (epoch, agency, system, filter, first, last). */
export interface Cursors {
  write(owner: CursorOwner, range: PageRange): string
  /** Rejects with `BUS_CURSOR_INVALID` what was not given to this owner, `BUS_CURSOR_EXPIRED` what is from another epoch. */
  read(owner: CursorOwner, cursor: string): PageRange
}

const grammar = /^(\d{1,10})\.(\d{1,15})\.(\d{1,15})\.([A-Za-z0-9_-]{22})$/

export function createCursors(secret: Uint8Array, epoch: number): Cursors {
  const macOf = (owner: CursorOwner, ofEpoch: number, { first, last }: PageRange): Buffer =>
    createHmac('sha256', secret)
      .update(JSON.stringify([ofEpoch, owner.agency, owner.system, owner.filter, first, last]))
      .digest()
      .subarray(0, 16)

  return {
    write: (owner, range) =>
      `${epoch}.${range.first}.${range.last}.${macOf(owner, epoch, range).toString('base64url')}`,

    read(owner, cursor) {
      const [, ofEpoch = '', first = '', last = '', mac = ''] = grammar.exec(cursor) ?? []
      const range = { first: Number(first), last: Number(last) }
      const expected = macOf(owner, Number(ofEpoch), range)
      const given = Buffer.from(mac, 'base64url')
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        throw new BusError('BUS_CURSOR_INVALID', 'cursor-not-yours')
      }
      if (Number(ofEpoch) !== epoch) throw new BusError('BUS_CURSOR_EXPIRED', 'cursor-of-other-epoch')
      return range
    }
  }
}
