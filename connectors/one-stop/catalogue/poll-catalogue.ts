import { createHash } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo, EventItem, InboundItem } from '../../connector.ts'
import type { DialectSession } from '../client/dialect-session.ts'
import { isRaw, type Raw } from '../dialect/json.ts'
import { faults } from '../faults.ts'
import type { ClientSettings } from '../settings.ts'
import { type KnownProcedures, readKnownProcedures } from './known-procedures.ts'
import { codeOf, procedureData } from './procedure.ts'

/** Changes that one poll publishes; each may need a call. */
const atOnce = 100
/** Calls for details at the same time. */
const callsAtOnce = 8
/** So many may always be withdrawn at once: a small catalogue has no percentages. */
const smallWithdrawal = 10

type CatalogueSettings = NonNullable<ClientSettings['catalogue']>

/** Compares the catalogue with what was published of it. Some changes at a time; `isComplete` if these were the last. */
export async function pollCatalogue(
  session: DialectSession,
  settings: CatalogueSettings,
  io: ConnectorIo
): Promise<{ readonly items: readonly InboundItem[]; readonly isComplete: boolean }> {
  const { body } = await session.call('LayDanhSachTTHC', {}, io)
  if (!Array.isArray(body.result)) throw faults.unreadable({ values: { problem: 'result is no list' } })
  const known = await readKnownProcedures(io)
  const { listed, unusable } = listedIn(body.result)
  const changed = [...listed].filter(([code, entry]) => known.entries.get(code)?.[0] !== hashOf(entry))
  const gone = goneFrom(listed, known, settings)
  const items: InboundItem[] = [...unusable]
  const now = changed.slice(0, atOnce)
  for (let at = 0; at < now.length; at += callsAtOnce) {
    const some = now.slice(at, at + callsAtOnce)
    const ask = ([code]: readonly [string, Raw]) =>
      settings.details ? detailsOf(session, code, io) : undefined
    const details = await Promise.all(some.map(ask))
    for (const [index, [code, entry]] of some.entries()) {
      items.push(changedItem({ code, entry: { ...entry, ...details[index] }, hash: hashOf(entry), known }))
    }
  }
  const left = Math.max(0, atOnce - changed.length)
  for (const code of gone.slice(0, left)) items.push(goneItem(code, known))
  return { items, isComplete: changed.length <= atOnce && gone.length <= left }
}

interface Listed {
  readonly listed: ReadonlyMap<string, Raw>
  readonly unusable: readonly InboundItem[]
}

function listedIn(result: readonly unknown[]): Listed {
  const listed = new Map<string, Raw>()
  const unusable: InboundItem[] = []
  for (const entry of result) {
    const code = isRaw(entry) ? codeOf(entry) : undefined
    if (code !== undefined && isRaw(entry)) listed.set(code, entry)
    else {
      const fault = faults.fieldMissing({ values: { field: 'MATTHC' } })
      const raw = Buffer.from(JSON.stringify(entry) ?? '')
      unusable.push({ reference: `unusable ${digestOf(raw.toString())}`, fault, raw })
    }
  }
  return { listed, unusable }
}

/** Published procedures that are missing. Throws where so many are that the answer may be incomplete. */
function goneFrom(
  listed: ReadonlyMap<string, Raw>,
  { entries }: KnownProcedures,
  { largestWithdrawalPercent }: CatalogueSettings
): readonly string[] {
  const offered = [...entries].filter(([, [, , , isPublished]]) => isPublished).map(([code]) => code)
  const gone = offered.filter((code) => !listed.has(code))
  const most = Math.max(smallWithdrawal, (offered.length * largestWithdrawalPercent) / 100)
  if (gone.length > most || (listed.size === 0 && offered.length > 0)) {
    throw faults.catalogueShrank({ values: { missing: gone.length, known: offered.length } })
  }
  return gone
}

interface Change {
  readonly code: string
  /** With its details. */
  readonly entry: Raw
  /** Of the entry as the list has it. */
  readonly hash: string
  readonly known: KnownProcedures
}

function changedItem({ code, entry, hash, known }: Change): InboundItem {
  const [, before = 0, name = '', isPublished = false] = known.entries.get(code) ?? []
  const version = before + 1
  const reference = `procedure ${code} ${version} ${hash}`
  try {
    return { reference, ...publication({ code, entry, hash, known }, version) }
  } catch (fault) {
    if (!(fault instanceof BusError && fault.code === 'BUS_ITEM_INVALID')) throw fault
    const marks = known.set(code, [hash, version, name, isPublished])
    return { reference, fault, marks, raw: Buffer.from(JSON.stringify(entry)) }
  }
}

/** The event of an entry that can be used. Throws `procedureTooLarge`. */
function publication(
  { code, entry, hash, known }: Change,
  version: number
): Required<Pick<EventItem, 'marks' | 'event'>> {
  const data = procedureData(code, entry)
  const [, , , isPublished = false] = known.entries.get(code) ?? []
  const type = isPublished ? 'procedure.changed.v1' : 'procedure.published.v1'
  const marks = known.set(code, [hash, version, String(data.procedureName), true])
  return { marks, event: { type, subject: code, data } }
}

/**
 * Reads a quarantined entry again, which is named by its reference; undefined where the catalogue has listed another
 * one since.
 */
export async function retriedEntry(
  entry: Raw,
  reference: string,
  io: Pick<ConnectorIo, 'mark'>
): Promise<EventItem | undefined> {
  const known = await readKnownProcedures(io)
  const code = codeOf(entry) ?? ''
  const [hash = '', version = 0] = known.entries.get(code) ?? []
  if (!reference.endsWith(` ${version} ${hash}`)) return undefined
  return { reference, ...publication({ code, entry, hash, known }, version) }
}

function goneItem(code: string, known: KnownProcedures): InboundItem {
  const [, version = 0, name = ''] = known.entries.get(code) ?? []
  const data = { procedureCode: code, ...(name === '' ? {} : { procedureName: name }) }
  return {
    reference: `procedure ${code} ${version + 1} withdrawn`,
    marks: known.set(code, ['', version + 1, name, false]),
    event: { type: 'procedure.withdrawn.v1', subject: code, data }
  }
}

/** The entry of one procedure; undefined if the system does not give it. */
async function detailsOf(session: DialectSession, code: string, io: ConnectorIo): Promise<Raw | undefined> {
  try {
    const { body } = await session.call('LayThuTuc', { maTTHC: code }, io)
    const [first] = Array.isArray(body.result) ? body.result : [body.result]
    return isRaw(first) ? first : undefined
  } catch (error) {
    if (error instanceof BusError && error.code === 'BUS_PEER_REFUSED') return undefined
    throw error
  }
}

function hashOf(entry: Raw): string {
  return digestOf(JSON.stringify(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1))))
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24)
}
