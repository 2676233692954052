import type { BusEvent } from '#protocol/events/event.ts'
import { parseInstant } from '#protocol/events/instant.ts'
import { type Post, tableOf } from './post.ts'

export const dossierTypes = [
  'dossier.received.v1',
  'dossier.record-changed.v1',
  'dossier.transferred.v1',
  'dossier.status-changed.v1',
  'dossier.supplement-requested.v1',
  'dossier.completed.v1'
]

/** Names of the statuses that the National Public Service Portal knows. */
const statusNames: Readonly<Record<string, string>> = {
  1: 'Mới đăng ký',
  2: 'Được tiếp nhận',
  3: 'Không được tiếp nhận',
  4: 'Đang xử lý',
  5: 'Yêu cầu bổ sung giấy tờ',
  6: 'Yêu cầu thực hiện nghĩa vụ tài chính',
  7: 'Công dân yêu cầu rút hồ sơ',
  8: 'Dừng xử lý',
  9: 'Đã xử lý xong',
  10: 'Đã trả kết quả'
}

/** The status that an event means which names none. */
const impliedStatus: Readonly<Record<string, string>> = {
  'dossier.received.v1': '2',
  'dossier.transferred.v1': '4',
  'dossier.supplement-requested.v1': '5'
}

/** The status of a dossier, from its events: no name, no text that somebody wrote, no file. */
export function dossierPost(events: readonly BusEvent[], categories: readonly number[]): Post {
  const facts = new Map<string, string>()
  for (const { type, data } of events) {
    const status = data.status ?? impliedStatus[type]
    if (typeof status === 'string')
      facts.set('Trạng thái', statusNames[status] ?? `Mã ${status.slice(0, 10)}`)
    put(facts, 'Ngày tiếp nhận', data.receivedAt)
    put(facts, 'Ngày hẹn trả', data.dueAt)
    put(facts, 'Ngày hoàn thành', data.finishedAt)
    put(facts, 'Ngày trả kết quả', data.returnedAt)
    put(facts, 'Cập nhật lúc', data.changedAt ?? data.requestedAt ?? data.receivedAt ?? data.finishedAt)
  }
  const code = events.at(-1)?.subject ?? ''
  const rows = { 'Mã hồ sơ': code, ...Object.fromEntries(facts) }
  return {
    ...{ title: `Hồ sơ ${code}`, categories, files: [] },
    excerpt: facts.get('Trạng thái') ?? '',
    content: () => tableOf(rows)
  }
}

const format = new Intl.DateTimeFormat('vi-VN', {
  timeZone: 'Asia/Ho_Chi_Minh',
  dateStyle: 'short',
  timeStyle: 'short'
})

function put(facts: Map<string, string>, name: string, instant: unknown): void {
  const ms = typeof instant === 'string' ? parseInstant(instant) : undefined
  if (ms !== undefined) facts.set(name, format.format(ms))
}
