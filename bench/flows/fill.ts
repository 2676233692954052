import { insertEvents, toRow } from '#bus/archive/archive-rows.ts'
import { type ControlState, emptyControlState } from '#bus/control/control-state.ts'
import { newEvent } from '#client/new-event.ts'
import type { InboxTables } from '#consumers/inbox/inbox-tables.ts'
import { insertOf } from '#engines/store/insert-rows.ts'
import type { Store } from '#engines/store/store.ts'
import { agencyOf, type BusEvent, recipientsOf } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'

/** Agencies of the province that is made up; a flow goes from one to another. */
export const agencies = Array.from({ length: 120 }, (_, index) => `000.00.${index + 10}.H03`)
/** A flow with as many steps as one page of a timeline. */
export const longFlow = 'long'
const longSteps = 1000

const insertEntries = insertOf<InboxTables['inboxEntries']>('inboxEntries', [
  'agency',
  'number',
  'event',
  'type',
  'agreement',
  'act',
  'bytes',
  'recordedAt',
  'expiresAt',
  'ended'
])

export interface Examples {
  readonly document: JsonObject
  readonly status: JsonObject
}

const startAt = Date.parse('2016-01-04T01:00:00.000Z')
const batchSize = 1000

/** No agreements: documents are seen by those that they name. */
export function stateOfProvince(): ControlState {
  return { ...emptyControlState(), lastAct: 1 }
}

/** Fills archive and inboxes with documents and the statuses of their recipients, as if the projector had. */
export async function fill(store: Store, steps: number, examples: Examples): Promise<void> {
  const last = new Map<string, number>()
  const open: BusEvent[] = []
  for (let number = 1; number <= steps; number += batchSize) {
    const events = Array.from({ length: Math.min(batchSize, steps - number + 1) }, (_, index) =>
      eventOf(number + index, steps, open, examples)
    )
    await store.transaction(async (transaction) => {
      const rows = events.map((event, index) => {
        const body = JSON.stringify(event)
        const recordedTime = new Date(startAt + (number + index) * 30_000).toISOString()
        return { number: number + index, event, body, recordedTime }
      })
      await insertEvents(
        transaction,
        rows.map(({ number, event, body, recordedTime }) =>
          toRow(
            {
              ...{ number, body, recordedTime, act: 1, hosted: false, traceparent: undefined },
              ...{ source: event.source, id: event.id, type: event.type, subject: event.subject },
              hash: number.toString(16).padStart(64, '0'),
              signature: undefined,
              receipt: { token: 'x', index: 0, size: 1, path: [] }
            },
            new Map([['x', 0]])
          )
        )
      )
      await insertEntries(
        transaction,
        rows.flatMap(({ number: of, event, body, recordedTime }) =>
          (recipientsOf(event) ?? []).map((agency) => {
            const entry = (last.get(agency) ?? 0) + 1
            last.set(agency, entry)
            return {
              ...{ agency, number: entry, event: of, type: event.type, agreement: null, act: 1 },
              ...{ bytes: body.length, recordedAt: Date.parse(recordedTime), expiresAt: null, ended: 0 }
            }
          })
        )
      )
    })
  }
}

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

/** Three of four events answer a document that is not answered yet; the long flow is at the end. */
function eventOf(number: number, steps: number, open: BusEvent[], { document, status }: Examples): BusEvent {
  const of = <T>(list: readonly T[], seed: number): T => list[Math.abs(seed) % list.length] as T
  const isLong = number > steps - longSteps
  const answered = number % 4 === 0 && !isLong ? undefined : open.shift()
  if (answered && !isLong) {
    const from = String(answered.recipients).split(',')[0] ?? ''
    if (number % 4 !== 3) open.push({ ...answered, recipients: of(agencies, number * 7) })
    return newEvent(`/agencies/${from}/systems/qlvb`, {
      type: 'document.status-changed.v1',
      subject: answered.subject,
      recipients: [agencyOf(answered.source)],
      data: { ...status, statusCode: '03', description: `Đã tiếp nhận ${of(phrases, number)}` }
    })
  }
  const sender = of(agencies, number * 13)
  const codeNotation = `${of(['UBND', 'STNMT', 'SNV', 'VP'], number)}-VP`
  const title = [0, 1, 2, 3, 4]
    .map((at) => of(phrases, Math.floor(number / 24 ** at) * (at + 5) + number * at))
    .join(' ')
  const event = newEvent(`/agencies/${sender}/systems/qlvb`, {
    type: 'document.issued.v1',
    subject: isLong ? longFlow : `${sender},2026/11/24,${number}/${codeNotation}`,
    recipients: [of(agencies, number * 31 + 1), of(agencies, number * 17 + 5)]
      .filter((one) => one !== sender)
      .slice(0, 1 + (number % 2)),
    data: { ...document, title, codeNumber: `${number}`, codeNotation }
  })
  if (!isLong) open.push(event)
  return event
}
