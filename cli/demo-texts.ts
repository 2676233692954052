import type { Language } from '#protocol/errors/faults.ts'
import { type TextsOf, textsFrom } from '#protocol/errors/texts.ts'

/** Texts of `lienthong demo` around its scenario. */
const texts = {
  vi: {
    runs: 'Liên Thông chạy tại {gateway} (tình trạng và số đo: {management}).',
    leftOut: 'KHÔNG CHẠY: {reason}',
    failed: 'Bước KHÔNG THÀNH CÔNG: {reason}',
    succeeded: 'Mọi bước đều thành công.',
    ready: 'Sẵn sàng: trục chạy cho đến khi bấm Ctrl-C. Ở một cửa sổ dòng lệnh khác:',
    readyIn:
      'Sẵn sàng: trục chạy cho đến khi bấm Ctrl-C. Ở một cửa sổ dòng lệnh khác, trong thư mục {folder}:',
    send: 'Gửi một văn bản từ {from} đến {to}:',
    read: 'Đọc những gì {agency} đã nhận:',
    drop: 'Hoặc chép gói edXML vào thư mục này, như hệ thống văn bản của {agency}:',
    stuck: 'Xem hồ sơ nào đang bị vướng, với tư cách người vận hành:',
    connectors: 'Xem các kết nối:',
    deliveries: 'Xem các lượt chuyển của kết nối:',
    console: 'Mở bảng điều khiển bằng trình duyệt, trong vòng một phút:',
    link: 'Lấy liên kết khác đến bảng điều khiển:',
    guides: 'Tài liệu hướng dẫn:',
    outsides: 'Các hệ thống bên ngoài:',
    settings: 'Cài đặt kết nối của các hệ thống đó, dùng được trong lienthong.yaml:'
  },
  en: {
    runs: 'Liên Thông runs at {gateway} (health and metrics: {management}).',
    leftOut: 'NOT PLAYED: {reason}',
    failed: 'FAILED step: {reason}',
    succeeded: 'Every step succeeded.',
    ready: 'Ready: the bus runs until you press Ctrl-C. In another terminal:',
    readyIn: 'Ready: the bus runs until you press Ctrl-C. In another terminal, in the folder {folder}:',
    send: 'Send a document from {from} to {to}:',
    read: 'Read what {agency} received:',
    drop: 'Or copy an edXML package into this folder, as the document system of {agency} does:',
    stuck: 'See as operator which cases are stuck:',
    connectors: 'List the connectors:',
    deliveries: 'List what the connectors deliver:',
    console: 'Open the console in a browser, within a minute:',
    link: 'Get another link to the console:',
    guides: 'Guides:',
    outsides: 'The outside systems:',
    settings: 'The settings of their connectors, as for lienthong.yaml:'
  }
} as const satisfies Record<Language, object>

export type DemoText = keyof typeof texts.vi

export function demoTextsIn(language: Language): TextsOf<DemoText> {
  return textsFrom(texts, language)
}
