import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'

/** A cursor is valid only for this reader and filter. */
export interface CursorOwner {
  readonly agency: string
  readonly system: string
  readonly filter: string
}

/**
 * The page that a cursor was given with: the entries `first` to `last` (included), except those that had
 * expired or been recalled by the inbox's change number `endedCount`, and those not granted after `act`.
 * Empty if `last` < `first`.
 */
export interface PageRange {
  readonly first: number
  readonly last: number
  readonly endedCount: number
  readonly act: number
}

/** Writes and reads cursors. A cursor has a MAC over (epoch, agency, system, filter, first, last, endedCount, act). */
export interface Cursors {
  write(owner: CursorOwner, range: PageRange): string
  /** Returns the page and the epoch of the cursor. Throws `BUS_CURSOR_INVALID` if it was not given to this owner. */
  read(owner: CursorOwner, cursor: string): PageRange & { readonly epoch: number }
}

const grammar = /^(\d{1,15})\.(\d{1,15})\.(\d{1,15})\.(\d{1,15})\.(\d{1,15})\.([A-Za-z0-9_-]{21}[AQgw])$/

export function createCursors(secret: Uint8Array, epoch: number): Cursors {
  const key = createSecretKey(secret) // A key as bytes is imported for each MAC, which takes six times as long.
  const macOf = (owner: CursorOwner, ofEpoch: number, { first, last, endedCount, act }: PageRange): Buffer =>
    createHmac('sha256', key)
      .update(
        JSON.stringify([ofEpoch, owner.agency, owner.system, owner.filter, first, last, endedCount, act])
      )
      .digest()
      .subarray(0, 16)

  return {
    write: (owner, range) =>
      [
        epoch,
        range.first,
        range.last,
        range.endedCount,
        range.act,
        macOf(owner, epoch, range).toString('base64url')
      ].join('.'),

    read(owner, cursor) {
      const [, ...parts] = grammar.exec(cursor) ?? []
      const [ofEpoch = 0, first = 0, last = 0, endedCount = 0, act = 0] = parts.slice(0, 5).map(Number)
      const mac = parts[5] ?? ''
      const range = { first, last, endedCount, act }
      const expected = macOf(owner, ofEpoch, range)
      const given = Buffer.from(mac, 'base64url')
      // The last base64url character has unused bits: only the canonical spelling is valid.
      const isWellWritten = given.length === expected.length && given.toString('base64url') === mac
      if (!isWellWritten || !timingSafeEqual(given, expected)) {
        throw new BusError('BUS_CURSOR_INVALID', 'cursor-not-yours')
      }
      return { ...range, epoch: ofEpoch }
    }
  }
}
