import { appendEvents } from '#bus/archive/append-events.ts'
import type { ArchiveTables } from '#bus/archive/archive-tables.ts'
import { type ControlState, emptyControlState } from '#bus/control/control-state.ts'
import { newEvent } from '#client/new-event.ts'
import { insertEntries } from '#consumers/inbox/enter.ts'
import type { InboxTables } from '#consumers/inbox/inbox-tables.ts'
import type { Store } from '#engines/store/store.ts'
import { agencyOf, type BusEvent, recipientsOf } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'

/** Agencies of the province that is made up; a flow goes from one to another. */
export const agencies = Array.from({ length: 120 }, (_, index) => `000.00.${index + 10}.H03`)
/** A flow with as many steps as one page of a timeline. */
export const longFlow = 'long'
const longSteps = 1000

export interface Examples {
  readonly document: JsonObject
  readonly status: JsonObject
}

/** A year with no leap day after it that counts. */
const startAt = Date.parse('2015-01-04T01:00:00.000Z')
const stepMs = 30_000
const batchSize = 1000
/** Steps that are made one by one; these are most of a year, and further years are copies of it. */
const yearSteps = 1_000_000

/** No agreements: documents are seen by those that they name. */
export function stateOfProvince(): ControlState {
  return { ...emptyControlState(), lastAct: 1 }
}

/**
 * Fills archive and inboxes with documents and the statuses of their recipients, as if the projector had; at the
 * end comes the long flow. Returns how many steps there are.
 */
export async function fill(store: Store, steps: number, examples: Examples): Promise<number> {
  const years = Math.ceil(steps / yearSteps)
  const year = Math.floor((steps - longSteps) / years)
  const open: BusEvent[] = []
  for (let number = 1; number <= year; number += batchSize) {
    const count = Math.min(batchSize, year - number + 1)
    const events = Array.from({ length: count }, (_, index) => nextEvent(number + index, open, examples))
    await append(store, number, events)
  }
  for (let more = 1; more < years; more += 1) await copyYear(store, year, more)
  const number = year * years + 1
  const events = Array.from({ length: longSteps }, (_, index) => document(number + index, examples, longFlow))
  await append(store, number, events)
  return year * years + longSteps
}

/** The entries of inboxes have the numbers of their events: gaps change nothing here. */
function append(store: Store, first: number, events: readonly BusEvent[]): Promise<void> {
  return store.transaction(async (transaction) => {
    const rows = events.map((event, index) => {
      const number = first + index
      const body = JSON.stringify(event)
      const recordedTime = new Date(startAt + number * stepMs).toISOString()
      return { number, event, body, recordedTime }
    })
    await appendEvents(
      transaction,
      rows.map(({ number, event, body, recordedTime }) => ({
        ...{ number, body, recordedTime, act: 1, hosted: false, traceparent: undefined },
        ...{ source: event.source, id: event.id, type: event.type, subject: event.subject },
        ...{ hash: number.toString(16).padStart(64, '0'), signature: undefined, schemaId: undefined },
        receipt: { token: 'x', index: 0, size: 1, path: [] }
      }))
    )
    await insertEntries(
      transaction,
      rows.flatMap(({ number, event, body, recordedTime }) =>
        (recipientsOf(event) ?? []).map((agency) => ({
          ...{ agency, number, event: number, type: event.type, agreement: null, act: 1 },
          ...{ bytes: body.length, recordedAt: Date.parse(recordedTime), expiresAt: null, ended: 0 }
        }))
      )
    )
  })
}

const copiedAtOnce = 50_000

/** Copies the first year to a later one: what differs is the time, and the year in the subjects. */
async function copyYear(store: Store, year: number, more: number): Promise<void> {
  const subjects = [',2026/11/24,', `,${2026 + more}/11/24,`] as const
  for (let after = 0; after < year; after += copiedAtOnce) {
    const upTo = Math.min(year, after + copiedAtOnce)
    await store.transaction(async (transaction) => {
      const db = transaction.tables<ArchiveTables & InboxTables>()
      const events = db
        .selectFrom('archiveEvents')
        .select((e) => [
          e('number', '+', year * more).as('number'),
          e('hash', '||', `-${more}`).as('hash'),
          e.fn<string>('replace', ['subject', e.val(subjects[0]), e.val(subjects[1])]).as('subject'),
          e.fn<string>('replace', ['body', e.val(subjects[0]), e.val(subjects[1])]).as('body'),
          e(e.val(`${2015 + more}`), '||', e.fn<string>('substr', ['recordedTime', e.val(5)])).as('time')
        ])
        .select(['source', 'id', 'type', ...unchanged])
        .where('number', '>', after)
        .where('number', '<=', upTo)
      await db
        .insertInto('archiveEvents')
        .columns(['number', 'hash', 'subject', 'body', 'recordedTime', 'source', 'id', 'type', ...unchanged])
        .expression(events)
        .execute()
      const entries = db
        .selectFrom('inboxEntries')
        .select((e) => [
          e('number', '+', year * more).as('number'),
          e('event', '+', year * more).as('event'),
          e('recordedAt', '+', year * more * stepMs).as('recordedAt')
        ])
        .select(['agency', 'type', 'act', 'bytes'])
        .where('event', '>', after)
        .where('event', '<=', upTo)
      await db
        .insertInto('inboxEntries')
        .columns(['number', 'event', 'recordedAt', 'agency', 'type', 'act', 'bytes'])
        .expression(entries)
        .execute()
    })
  }
}

const unchanged = [
  'act',
  'receiptToken',
  'receiptIndex',
  'receiptSize',
  'receiptPath',
  'unsigned',
  'hosted'
] as const

const phrases = [
  'quyết định',
  'về việc',
  'thu hồi đất',
  'giao đất',
  'cấp giấy chứng nhận quyền sử dụng đất',
  'bổ nhiệm cán bộ',
  'kế hoạch triển khai',
  'thực hiện nghị quyết',
  'hội đồng nhân dân tỉnh',
  'báo cáo kết quả kiểm tra',
  'đề nghị phối hợp',
  'xử lý hồ sơ',
  'thủ tục hành chính',
  'ngân sách năm',
  'đầu tư xây dựng',
  'trường học',
  'trạm y tế',
  'văn hóa thông tin',
  'du lịch cộng đồng',
  'phát triển nông nghiệp',
  'bảo vệ môi trường',
  'bảo vệ rừng',
  'tài nguyên nước',
  'khoáng sản'
]

const percent = Array.from({ length: 100 }, (_, index) => index)

/** Three of four events answer a document that is not answered yet; one document in a hundred is never answered. */
function nextEvent(number: number, open: BusEvent[], examples: Examples): BusEvent {
  const answered = number % 4 === 0 ? undefined : open.shift()
  if (!answered) {
    const event = document(number, examples)
    if (pick(percent, number, 12) > 0) open.push(event)
    return event
  }
  const from = String(answered.recipients).split(',')[0] ?? ''
  if (number % 4 !== 3) open.push({ ...answered, recipients: pick(agencies, number, 1) })
  return newEvent(`/agencies/${from}/systems/qlvb`, {
    type: 'document.status-changed.v1',
    subject: answered.subject,
    recipients: [agencyOf(answered.source)],
    data: { ...examples.status, statusCode: '03', description: `Đã tiếp nhận ${pick(phrases, number, 2)}` }
  })
}

function document(number: number, { document }: Examples, subject?: string): BusEvent {
  const sender = pick(agencies, number, 3)
  const others = agencies.filter((agency) => agency !== sender)
  const codeNotation = `${pick(['UBND', 'STNMT', 'SNV', 'VP'], number, 4)}-VP`
  return newEvent(`/agencies/${sender}/systems/qlvb`, {
    type: 'document.issued.v1',
    subject: subject ?? `${sender},2026/11/24,${number}/${codeNotation}`,
    recipients: [...new Set([pick(others, number, 5), pick(others, number, 6)])].slice(0, 1 + (number % 2)),
    data: {
      ...document,
      title: [7, 8, 9, 10, 11].map((salt) => pick(phrases, number, salt)).join(' '),
      codeNumber: `${number}`,
      codeNotation
    }
  })
}

/** One of a list, as if at random, the same in every run. */
function pick<T>(list: readonly T[], number: number, salt: number): T {
  let hash = Math.imul(number, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35)
  return list[((hash ^ (hash >>> 13)) >>> 0) % list.length] as T
}
