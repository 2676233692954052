import type { Language } from '#protocol/errors/faults.ts'
import { type TextsOf, textsFrom } from '#protocol/errors/texts.ts'

/** What `lienthong migrate` prints. */
const texts = {
  vi: {
    copied: 'đã sao chép     {name}: {rows} dòng',
    copiedLog: 'đã sao chép     nhật ký: {records} bản ghi',
    copiedAttachments: 'đã sao chép     tệp đính kèm: {count} tệp, {bytes} byte',
    same: 'đã đối chiếu    {name}: {rows} dòng giống nhau',
    inbox: 'hộp thư         {agency}: mục {first} đến {last}',
    missing: 'LỖI             tệp đính kèm {sha256} không có ở nguồn; không sao chép được',
    events: 'đã đối chiếu    {events} sự kiện cùng biên nhận',
    skipped: 'bỏ qua          {uploads} tệp đang tải lên dở; bên gửi phải tải lên lại',
    finished:
      'Đã chuyển xong. Hãy chạy trục với cấu hình này. Thư mục dữ liệu {folder} không khởi động được nữa.',
    wouldCopy: 'sẽ sao chép  {name}: {rows} dòng',
    wouldCopyTopic: 'sẽ sao chép  {topic}: {records} bản ghi',
    wouldCopyAttachments: 'sẽ sao chép  tệp đính kèm: {count} tệp, {bytes} byte',
    notProjected: 'chưa vào hộp thư, sẽ xử lý trước khi chuyển: {events} sự kiện',
    wouldSkip: 'sẽ bỏ qua    {uploads} tệp đang tải lên dở'
  },
  en: {
    copied: 'copied    {name}: {rows} rows',
    copiedLog: 'copied    log: {records} records',
    copiedAttachments: 'copied    attachments: {count}, {bytes} bytes',
    same: 'verified  {name}: {rows} rows are the same',
    inbox: 'inbox     {agency}: entries {first} to {last}',
    missing: 'PROBLEM   attachment {sha256} is missing in the source; it was not copied',
    events: 'verified  {events} events and their receipts',
    skipped: 'skipped   {uploads} unfinished uploads; their senders must upload again',
    finished:
      'Migration finished. Run the bus with this configuration. The data folder {folder} can no longer be started.',
    wouldCopy: 'would copy  {name}: {rows} rows',
    wouldCopyTopic: 'would copy  {topic}: {records} records',
    wouldCopyAttachments: 'would copy  attachments: {count}, {bytes} bytes',
    notProjected: 'not in the inboxes yet, processed before the migration: {events} events',
    wouldSkip: 'would skip  {uploads} unfinished uploads'
  }
} as const satisfies Record<Language, object>

export function migrateTextsIn(language: Language): TextsOf<keyof typeof texts.vi> {
  return textsFrom(texts, language)
}
