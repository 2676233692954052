import type { BusEvent } from '#protocol/events/event.ts'
import type { Mistake, Place } from './mistake.ts'

const event = 'event.json'
const fixed = { id: '01', subject: '000.00.91.H03,2026/11/24,1/SMA-VP', time: '2026-11-24T00:30:00.000Z' }

/** Sends a document event with these changes. */
const sent = (changes: Partial<BusEvent>, data: object = {}) => ({
  command: `send ${event}`,
  arrange: ({ write, bus }: Place) => write(event, bus.document({ ...fixed, ...changes }, data))
})

const file = (content: (place: Place) => string | Uint8Array) => ({
  command: `send ${event}`,
  arrange: (place: Place) => place.write(event, content(place))
})
const textOf = ({ bus }: Place): string => JSON.stringify(bus.document(fixed))
const attachment = { name: 'a.pdf', mediaType: 'application/pdf', size: 4, sha256: 'ab'.repeat(32) }

/** Mistakes in what is sent and read. */
export const eventMistakes: readonly Mistake[] = [
  { did: { en: 'A file that is not there', vi: 'Không có tệp' }, command: `send ${event}` },
  { did: { en: 'A folder in place of a file', vi: 'Gửi nhầm thư mục' }, command: 'send .' },
  { did: { en: 'An empty file', vi: 'Tệp rỗng' }, ...file(() => '') },
  { did: { en: 'Not JSON', vi: 'Không phải JSON' }, ...file(() => '<event/>') },
  { did: { en: 'A number in place of an event', vi: 'Ghi số thay cho sự kiện' }, ...file(() => '1') },
  {
    did: { en: 'A file in UTF-16', vi: 'Tệp mã hóa UTF-16' },
    ...file((place) => Buffer.from(`\uFEFF${textOf(place)}`, 'utf16le'))
  },
  {
    did: { en: 'Too much in one event', vi: 'Một sự kiện quá lớn' },
    ...sent({}, { abstract: 'x'.repeat(1_100_000) })
  },
  {
    did: { en: 'The event type is misspelled', vi: 'Viết sai loại sự kiện' },
    ...sent({ type: 'document.isued.v1' })
  },
  {
    did: { en: 'The same, asking for a sample', vi: 'Như trên, khi lấy mẫu' },
    command: 'sample document.isued.v1'
  },
  {
    did: { en: 'A version that there is not', vi: 'Phiên bản lược đồ không có' },
    ...sent({ type: 'document.issued.v9' })
  },
  {
    did: { en: 'An agency that there is not', vi: 'Cơ quan không có' },
    ...sent({ recipients: '000.00.99.H03' })
  },
  {
    did: { en: 'No recipients', vi: 'Không có nơi nhận' },
    ...sent({ recipients: '' })
  },
  {
    did: { en: 'A field is missing', vi: 'Thiếu trường' },
    ...sent({}, { documentId: undefined })
  },
  {
    did: { en: 'A field that the type does not have', vi: 'Trường mà loại sự kiện không có' },
    ...sent({}, { colour: 'red' })
  },
  {
    did: { en: 'A date that is none', vi: 'Ngày không hợp lệ' },
    ...sent({ time: '2026-02-30T00:00:00Z' })
  },
  {
    did: { en: 'The event of another agency', vi: 'Sự kiện của cơ quan khác' },
    ...sent({ source: '/agencies/000.00.92.H03/systems/qlvb' })
  },
  {
    did: { en: 'An attachment that was not uploaded', vi: 'Tệp đính kèm chưa tải lên' },
    ...sent({}, { attachments: [attachment] })
  },
  {
    did: { en: 'No agreement with the recipient', vi: 'Không có thỏa thuận với nơi nhận' },
    ...sent({
      type: 'dossier.received.v1',
      subject: '000.00.91.H03-261124-0001',
      recipients: '000.00.93.H03'
    })
  },
  {
    did: { en: 'The key file in place of the event', vi: 'Gửi nhầm tệp khóa' },
    command: 'send A.jwk'
  },
  {
    did: { en: 'A file to attach that is a folder', vi: 'Đính kèm một thư mục' },
    command: 'attach .'
  },
  {
    did: { en: "Another reader's cursor", vi: 'Con trỏ của hệ thống khác' },
    command: 'inbox --after {cursor}'
  },
  {
    did: { en: 'A cursor that is none', vi: 'Con trỏ không hợp lệ' },
    command: 'inbox --after abc'
  },
  {
    did: { en: 'A time that is none', vi: 'Thời điểm không hợp lệ' },
    command: 'inbox --from yesterday'
  },
  {
    did: { en: 'A hash that nothing has', vi: 'Mã băm không có' },
    command: `events get ${'0'.repeat(64)}`
  },
  {
    did: { en: 'A received file that was changed', vi: 'Tệp đã nhận bị sửa' },
    command: 'verify item.json --system-keys system.json --bus-keys bus.json',
    async arrange({ write, bus }) {
      await bus.clients.A.publish(bus.document(fixed))
      const { events } = await bus.clients.B.page({ waitSeconds: 10 })
      const [item] = events
      write('item.json', { ...item, event: { ...item?.event, subject: 'another' } })
      write('system.json', (await bus.operator.get<object>(`/v1/systems${item?.event.source}`)) as object)
      write('bus.json', (await bus.operator.get<object>('/.well-known/jwks.json')) as object)
    }
  },
  {
    did: { en: 'A received file without its content', vi: 'Tệp đã nhận thiếu nội dung' },
    command: 'verify item.json --system-keys keys.json --bus-keys keys.json',
    arrange({ write }) {
      write('item.json', { event: {}, receipt: {} })
      write('keys.json', { keys: [] })
    }
  },
  {
    did: { en: 'Keys that are none', vi: 'Danh sách khóa không hợp lệ' },
    command: 'verify item.json --system-keys keys.json --bus-keys keys.json',
    arrange({ write }) {
      write('item.json', '{}')
      write('keys.json', { keys: [null] })
    }
  },
  {
    did: { en: 'The keys of the bus are not JSON', vi: 'Tệp khóa của bus không phải JSON' },
    command: 'verify item.json --system-keys bus.json --bus-keys bus.json',
    arrange({ write }) {
      write('item.json', '{}')
      write('bus.json', '<html>')
    }
  }
]
