import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo, Polled } from '../../connector.ts'
import { faults } from '../faults.ts'
import type { PollSettings } from '../settings.ts'
import type { RestSession } from '../transport/session.ts'
import { advance, queryOf, readPosition } from './cursor.ts'
import { splitBody, toItems } from './to-items.ts'
import { withoutOwn } from './without-own.ts'

/** Asks the outside for one page. */
export async function poll(
  session: RestSession,
  settings: PollSettings,
  { cursor, io }: { readonly cursor: string | undefined; readonly io: ConnectorIo }
): Promise<Polled> {
  const position = readPosition(cursor, settings, io.startAt)
  const query = queryOf(settings, position, cursor === undefined).toString()
  const path = query === '' ? settings.path : `${settings.path}?${query}`
  const { body } = await session.ask({ method: 'GET', path }, io.signal)
  const texts = await readPage(body, settings, { host: session.host, io })
  const read = await toItems(texts, { ...settings, cursorValue: settings.cursor.value }, io)
  const values = read.map(({ id, cursor: value }) => (settings.cursor.value === undefined ? id : value))
  const { position: next, more, halt, isAhead } = advance(settings, position, { texts, values }, io.now())
  if (halt) throw faults[halt]({ values: { host: session.host } })
  if (isAhead)
    session.warnOnce('items of the outside have a time in the future: polling goes on from now', io)
  return {
    items: await withoutOwn(read, session.own, session.settings, io),
    cursor: JSON.stringify(next),
    more
  }
}

async function readPage(
  body: Buffer,
  { items }: PollSettings,
  { host, io }: { readonly host: string; readonly io: ConnectorIo }
): Promise<readonly string[]> {
  try {
    return body.length === 0 ? [] : await splitBody(body, items, io)
  } catch (cause) {
    if (!(cause instanceof BusError && cause.code === 'BUS_ITEM_INVALID')) throw cause
    const { problem = '' } = cause.values // The page is at fault, not an item: it is asked for again.
    throw faults.answerUnreadable({ cause, values: { host, problem } })
  }
}
