import { type Texts, textsIn } from '#gateway/console/web/texts.js'
import type { Language } from '#protocol/errors/faults.ts'
import { type TextsOf, textsFrom } from '#protocol/errors/texts.ts'

/** Texts of the commands about deliveries, quarantined items and connectors. */
const texts = {
  vi: {
    delivery: '{state}: {connector} {event} {type} {subject}, từ {sender}; số lần thử: {attempts}',
    'delivery.next': ', thử lại lúc {time}',
    'delivery.error': ', lỗi gần nhất {code}',
    'delivery.failed': 'lỗi lúc {at}: {detail}',
    'delivery.waitsFor': 'phải chờ {event}, của cùng bên gửi và đối tượng',
    'delivery.act': '{at} {act}, người thực hiện: {by}{reason}',
    'deliveries.counted': '{count} lượt chuyển; chưa làm gì',
    'deliveries.repeat': 'Để thực hiện, hãy chạy lại lệnh với --count {count}.',
    'deliveries.done': '{act}: {count} lượt chuyển',
    'deliveries.nameOne':
      'Hãy ghi tên kết nối và mã băm của sự kiện, hoặc dùng --all cùng bộ lọc. Chưa làm gì.',
    'count.notNumber': '--count phải là một số. Chưa làm gì.',
    item: '{item} {connector} {reference} từ {since}: {code}: {reason}',
    'items.counted': '{count} mục; chưa làm gì',
    'items.name': 'Hãy ghi số của các mục, hoặc dùng --all. Xem các mục bằng `lienthong quarantine list`.',
    'items.notNumber': '{item} không phải số của một mục. Xem các mục bằng `lienthong quarantine list`.',
    connector: '{name} ({kind}) {state} từ {since}',
    'connector.system': 'hệ thống',
    'connector.pausedBy': 'người tạm dừng',
    'connector.nextTry': 'thử lại lúc',
    'connector.cursor': 'vị trí đọc',
    'connector.polled': 'lần đọc gần nhất có dữ liệu',
    'connector.undeliveredSince': 'chưa chuyển được từ',
    'connector.toPublish': 'chờ phát hành',
    'connector.quarantined': 'bị cách ly',
    'connector.waiting': 'chờ chuyển',
    'connector.dead': 'không chuyển được',
    'connector.inDoubt': 'chưa rõ đã chuyển chưa',
    'connectors.all': 'mọi kết nối',
    'result.done': 'đã thực hiện',
    'result.failed': 'không thực hiện được',
    'result.pending': 'đã ghi nhận, chưa thực hiện',
    'result.later':
      'Chưa tiến trình nào thực hiện. Yêu cầu được giữ lại và thực hiện khi có tiến trình chạy kết nối này.',
    unknown: 'chưa lưu, sẽ đọc khi chạy tiếp: {count}',
    'unknown.more': 'hơn {count}',
    'reset.where': 'Hãy dùng --cursor hoặc --beginning, một trong hai. Chưa làm gì.'
  },
  en: {
    delivery: '{state} {connector} {event} {type} {subject} from {sender}: attempts {attempts}',
    'delivery.next': ', next try {time}',
    'delivery.error': ', last error {code}',
    'delivery.failed': 'error at {at}: {detail}',
    'delivery.waitsFor': 'waits for {event}, of the same sender and subject',
    'delivery.act': '{at} {act} by {by}{reason}',
    'deliveries.counted': '{count} deliveries; nothing was done',
    'deliveries.repeat': 'To do it, repeat the command with --count {count}.',
    'deliveries.done': '{act}: {count} deliveries',
    'deliveries.nameOne':
      'Name a connector and the hash of an event, or use --all with a filter. Nothing was done.',
    'count.notNumber': '--count must be a number. Nothing was done.',
    item: '{item} {connector} {reference} since {since}: {code}: {reason}',
    'items.counted': '{count} items; nothing was done',
    'items.name': 'Name items by their numbers, or use --all. List them with `lienthong quarantine list`.',
    'items.notNumber': '{item} is not the number of an item. List them with `lienthong quarantine list`.',
    connector: '{name} ({kind}) {state} since {since}',
    'connector.system': 'system',
    'connector.pausedBy': 'paused by',
    'connector.nextTry': 'next try',
    'connector.cursor': 'cursor',
    'connector.polled': 'last poll with items',
    'connector.undeliveredSince': 'undelivered since',
    'connector.toPublish': 'to publish',
    'connector.quarantined': 'quarantined',
    'connector.waiting': 'waiting',
    'connector.dead': 'dead',
    'connector.inDoubt': 'in doubt',
    'connectors.all': 'all instances',
    'result.done': 'done',
    'result.failed': 'failed',
    'result.pending': 'pending',
    'result.later': 'No process has done it yet. It is recorded, and done as soon as one runs the instance.',
    unknown: 'not stored, read once it is resumed: {count}',
    'unknown.more': 'more than {count}',
    'reset.where': 'Give either --cursor or --beginning. Nothing was done.'
  }
} as const satisfies Record<Language, object>

export type HostText = keyof typeof texts.vi

/** The texts in a language, and those of the console. */
export interface HostTexts extends Pick<Texts, 'exact'> {
  readonly t: TextsOf<HostText>
  /** The word for a code, such as a state: in English the code itself, which flags take. */
  readonly word: (group: string, code: string) => string
}

export function hostTextsIn(language: Language): HostTexts {
  const { exact, label } = textsIn(language)
  const word: HostTexts['word'] = (group, code) => (language === 'en' ? code : label(group, code))
  return { t: textsFrom(texts, language), exact, word }
}
