import type { Client } from '#client/client.ts'
import { type EventDraft, newEvent } from '#client/new-event.ts'
import type { JsonObject } from '#protocol/events/json.ts'

export type DialectRecord = Readonly<Record<string, string>>

/** Where a one-stop system is called. */
export interface OneStopAccess {
  readonly url: string
  readonly user: string
  readonly password: string
}

const pageSize = 100

/** Calls a service with `fetch`. */
export async function call<Answer>(url: string, body: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  return (await response.json()) as Answer
}

export async function logIn({ url, user, password }: OneStopAccess): Promise<string> {
  const { session } = await call<{ session: string }>(`${url}/login`, { username: user, password })
  return session
}

/** Asks a system page by page for what changed, and publishes each page as a signed batch. */
export async function publishChanged(
  client: Client,
  { since, ...access }: OneStopAccess & { readonly since: string },
  add: (events: number) => void
): Promise<void> {
  const session = await logIn(access)
  for (let page = 1; ; page += 1) {
    const asked = { session, service: 'TraCuuHoSo', tungay: since, trang: page, sodong: pageSize }
    const { result } = await call<{ result: DialectRecord[] }>(`${access.url}/share`, asked)
    await publishRecords(client, result)
    add(result.length)
    if (result.length < pageSize) return
  }
}

/** Publishes records as a signed batch. */
export async function publishRecords(client: Client, records: readonly DialectRecord[]): Promise<void> {
  await client.publish(...records.map((record) => newEvent(client.system, draftOf(record))))
}

/** Reads an inbox page by page, as records of the dialect. */
export async function readInbox(
  client: Client,
  { from, count }: { readonly from: string; readonly count: number },
  add: (events: number) => void
): Promise<void> {
  let read = 0
  for (let place: object = { from }; read < count; ) {
    const { events, next } = await client.page({ ...place, limit: pageSize })
    JSON.stringify(events.map(({ event }) => recordOf(event.data)))
    add(events.length)
    read += events.length
    place = { after: next }
  }
}

const members: Readonly<Record<string, string>> = {
  ...{ MaHoSo: 'dossierCode', MaTTHC: 'procedureCode', TenTTHC: 'procedureName', MaLinhVuc: 'fieldCode' },
  ...{ TenLinhVuc: 'fieldName', KenhThucHien: 'channel', ChuHoSo: 'applicantName' },
  ...{ LoaiDoiTuong: 'applicantKind', Email: 'email', SoDienThoai: 'phone', TrichYeuHoSo: 'summary' },
  ...{ NgayTiepNhan: 'receivedAt', NgayHenTra: 'dueAt', TrangThaiHoSo: 'status', HinhThuc: 'returnForm' },
  DonViXuLy: 'unit'
}

/** The event of a record, its times in UTC. */
export function draftOf(record: DialectRecord): EventDraft {
  const data = Object.entries(record).map(([name, value]) => [
    members[name],
    name.startsWith('Ngay') ? toInstant(value) : value
  ])
  const subject = record.MaHoSo ?? ''
  return { type: 'dossier.received.v1', subject, data: { ...Object.fromEntries(data), attachments: [] } }
}

export function recordOf(data: JsonObject): DialectRecord {
  const fields = Object.entries(members).map(([name, member]) => {
    const value = String(data[member] ?? '')
    return [name, name.startsWith('Ngay') ? toLocalTime(value) : value]
  })
  return Object.fromEntries(fields)
}

function toInstant(text: string): string {
  const [, date, hour, minute, second] = /^(\d{8})(..)(..)(..)$/.exec(text) ?? []
  const day = `${date?.slice(0, 4)}-${date?.slice(4, 6)}-${date?.slice(6)}`
  return new Date(`${day}T${hour}:${minute}:${second}+07:00`).toISOString()
}

export function toLocalTime(instant: string): string {
  const local = new Date(Date.parse(instant) + 7 * 3_600_000).toISOString()
  return local.slice(0, 19).replaceAll(/[-T:]/g, '')
}
