import type { Language } from '#protocol/errors/faults.ts'
import { type TextsOf, textsFrom } from '#protocol/errors/texts.ts'

/** Texts of `lienthong status`. */
const texts = {
  vi: {
    gateway: 'Cổng {gateway}: trả lời trong {ms} ms',
    management: 'Trục liên thông: phiên bản {version}, {status} ({url})',
    'management.none':
      'Cảnh báo: chưa hỏi; thêm --management-url để xem phiên bản và cảnh báo của trục liên thông',
    'management.away':
      'Cổng quản trị {url} không trả lời ({problem}). Kiểm tra trục có đang chạy không: `lienthong doctor`',
    'ready.ok': 'sẵn sàng',
    'ready.degraded': 'sẵn sàng, có điều cần xem',
    'ready.not ready': 'chưa sẵn sàng',
    alerts: 'Cảnh báo: {count}',
    connectors: 'Kết nối: {running} trong {count} đang chạy',
    'connectors.none': 'Kết nối: không có',
    connector: '{name} ({kind}): {state} từ {since}{reason}. Xem: lienthong connectors show {name}',
    deliveries: 'Lượt chuyển: {waiting} chờ chuyển, {dead} không chuyển được, {inDoubt} chưa rõ kết quả',
    dead: '{name}: {count} không chuyển được. Xem: lienthong deliveries list --connector {name} --state dead',
    'in-doubt':
      '{name}: {count} chưa rõ đã chuyển chưa. Xem: lienthong deliveries list --connector {name} --state in-doubt',
    waiting: '{name}: {count} chờ chuyển',
    quarantine: 'Mục bị cách ly: {count}',
    quarantined: '{name}: {count}. Xem: lienthong quarantine list --connector {name}',
    inboxes: 'Hộp thư: {count} sự kiện chưa nhận, ở {agencies} cơ quan',
    inbox: '{name} ({agency}): {count} chưa nhận, lâu nhất từ {since}',
    'inbox.silent':
      '{name} ({agency}): {count} chưa nhận, lâu nhất từ {since}, quá 2 ngày. Xem: lienthong agencies {agency}',
    more: 'và {count} cơ quan khác. Xem: lienthong agencies',
    cases: 'Vụ việc: {overdue} quá hạn, {stuck} bị vướng',
    'cases.look': 'Xem: lienthong stuck',
    behind: 'Tra cứu vụ việc: còn {count} sự kiện chưa được đưa vào',
    ok: 'Không có gì cần người xử lý.',
    needs: 'Cần người xử lý: {count} việc, đánh dấu !'
  },
  en: {
    gateway: 'Gateway {gateway}: answers in {ms} ms',
    management: 'Bus: version {version}, {status} ({url})',
    'management.none': 'Alerts: not asked; add --management-url to see the version and the alerts of the bus',
    'management.away':
      'The management port {url} does not answer ({problem}). Check that the bus runs: `lienthong doctor`',
    'ready.ok': 'ready',
    'ready.degraded': 'ready, with something to look into',
    'ready.not ready': 'not ready',
    alerts: 'Alerts: {count}',
    connectors: 'Connectors: {running} of {count} running',
    'connectors.none': 'Connectors: none',
    connector: '{name} ({kind}): {state} since {since}{reason}. See: lienthong connectors show {name}',
    deliveries: 'Deliveries: {waiting} waiting, {dead} dead, {inDoubt} in doubt',
    dead: '{name}: {count} dead. See: lienthong deliveries list --connector {name} --state dead',
    'in-doubt':
      '{name}: {count} in doubt. See: lienthong deliveries list --connector {name} --state in-doubt',
    waiting: '{name}: {count} waiting',
    quarantine: 'Quarantined items: {count}',
    quarantined: '{name}: {count}. See: lienthong quarantine list --connector {name}',
    inboxes: 'Inboxes: {count} events not taken, at {agencies} agencies',
    inbox: '{name} ({agency}): {count} not taken, the oldest since {since}',
    'inbox.silent':
      '{name} ({agency}): {count} not taken, the oldest since {since}, more than 2 days. See: lienthong agencies {agency}',
    more: 'and {count} other agencies. See: lienthong agencies',
    cases: 'Cases: {overdue} overdue, {stuck} stuck',
    'cases.look': 'See: lienthong stuck',
    behind: 'Search of cases: {count} events are not in it yet',
    ok: 'Nothing needs a person.',
    needs: 'Needs a person: {count}, marked with !'
  }
} as const satisfies Record<Language, object>

export type StatusText = keyof typeof texts.vi

/** The texts in a language. */
export function statusTextsIn(language: Language): TextsOf<StatusText> {
  return textsFrom(texts, language)
}
