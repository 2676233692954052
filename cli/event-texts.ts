import type { Language } from '#protocol/errors/faults.ts'
import { type TextsOf, textsFrom } from '#protocol/errors/texts.ts'

/** Texts of the commands about single events and their attachments. */
const texts = {
  vi: {
    'type.unknown':
      'Không có loại sự kiện {type} trong bản phát hành này. {near}Xem mọi loại bằng `lienthong sample`.',
    'type.near': 'Có phải: {types}? ',
    'sender.malformed':
      '{name} không phải hệ thống của một cơ quan nên không gửi sự kiện được. Hãy dùng --as như 000.00.91.H03.qlvb.',
    'recipient.malformed': '{name} không phải mã cơ quan. Hãy dùng --to như 000.00.92.H03.',
    'send.notJson':
      '{file} không phải một sự kiện hay danh sách sự kiện dạng JSON, mã hóa UTF-8. Chưa gửi gì. Tạo sự kiện mẫu bằng `lienthong sample`.',
    'send.key':
      '{file} có khóa (JWK), không phải sự kiện. Chưa gửi gì. Hãy kiểm tra tên tệp; tạo sự kiện mẫu bằng `lienthong sample`.',
    'inbox.from': '{got} không phải thời điểm theo RFC 3339. Hãy viết --from như 2026-11-24T07:00:00+07:00.',
    'verify.notJson': '{file} không phải JSON. Hãy lưu lại tệp, ví dụ từ `lienthong inbox --json`.',
    'verify.noSystemKeys':
      '{file} không có danh sách keys của một hệ thống. Hãy lưu kết quả của `lienthong systems list HỆ-THỐNG --json`, với hệ thống đã gửi.',
    'verify.noBusKeys': '{file} không có danh sách keys của trục. Hãy lưu lại từ /.well-known/jwks.json.',
    'verify.notItem': '{file} không phải một mục hộp thư. Hãy lưu một dòng của `lienthong inbox --json`.',
    'verify.found': 'chữ ký: {signature}; biên nhận: {receipt}; mã băm: {hash}',
    'verify.good': 'đúng',
    'verify.bad': 'sai',
    'verify.absent': 'không có',
    'verify.doNotUse':
      'Nội dung không đúng với chữ ký: đã bị sửa sau khi ký, hoặc tệp khóa không phải của bên gửi và trục. Không dùng nội dung này; hãy đọc lại từ hộp thư.',
    'sent.accepted': 'đã tiếp nhận',
    'sent.repeated': 'đã gửi từ trước',
    'sent.rejected': 'bị từ chối',
    'inbox.item': '{time} {type} {subject} từ {source} ({cursor})',
    'ack.none':
      'Hãy ghi sự kiện cần trả lời: mã băm, mã sự kiện cùng --source, hoặc - để đọc từ `lienthong inbox --json`.',
    'ack.needsSource':
      'Mã sự kiện {id} cần --source: hệ thống đã gửi. Hoặc dùng mã băm của sự kiện. Chưa trả lời sự kiện nào.',
    'ack.reasonOnly': '--code và --reason chỉ đi cùng --reject. Chưa trả lời sự kiện nào.',
    'ack.notItem':
      'Dòng {line} không phải mục hộp thư dạng JSON. Hãy đưa vào kết quả của `lienthong inbox --json`. Các dòng trước đó: {done} sự kiện đã trả lời.',
    'ack.done': '{state}: {id}, {source}',
    'attach.name':
      '{name} không phải tên tệp dùng được (không có đường dẫn, dấu hai chấm hay ký tự ẩn; tối đa 255 ký tự). Hãy đặt tên khác bằng --name. Chưa tải gì lên.',
    'attach.notFile': '{file} không phải tệp thường. Hãy chọn một tệp.',
    'attach.next':
      'Đã tải lên. Hãy đưa mục trên vào danh sách attachments trong data của sự kiện, rồi gửi sự kiện trong 24 giờ; quá hạn mà không sự kiện nào ghi thì tệp bị xóa.',
    'download.none': 'Hãy ghi mã SHA-256 của tệp đính kèm, hoặc --event để tải mọi tệp của một sự kiện.',
    'download.notDigest':
      '{name} không phải mã SHA-256 (64 chữ số hệ 16). Mã này ở trường sha256 của tệp đính kèm trong sự kiện.',
    'download.notListed': 'Sự kiện này không có tệp đính kèm {sha256}. Các tệp của sự kiện: {listed}.',
    'download.noFiles': 'Sự kiện này không có tệp đính kèm nào.',
    'download.needsFolder':
      'Sự kiện có {count} tệp: --out phải là một thư mục đã có, hoặc một tên kết thúc bằng /.',
    'download.exists':
      'Đã có {file}; chưa ghi gì. Hãy chọn tên khác bằng --out, hoặc thêm --overwrite, chỉ thay được tệp thường.',
    'download.unknown':
      'Không có tệp đính kèm {sha256} mà cơ quan của bạn đã tải lên hoặc được nhận. Hãy kiểm tra mã trong sự kiện.',
    'download.done': 'Đã ghi {file}: {size} byte, đúng mã SHA-256 {sha256}',
    'event.unknown':
      'Không có sự kiện nào có mã băm {hash} mà hệ thống của bạn được đọc: chỉ bên gửi và bên nhận được đọc. Xem các bước của vụ việc bằng `lienthong flow`.',
    'event.unknownId':
      'Không có sự kiện {id} của {source} mà hệ thống của bạn được đọc. Nếu hệ thống khác đã gửi, hãy ghi hệ thống đó bằng --source, hoặc dùng mã băm của sự kiện.'
  },
  en: {
    'type.unknown': 'This release has no event type {type}. {near}List all types with `lienthong sample`.',
    'type.near': 'Did you mean {types}? ',
    'sender.malformed':
      '{name} is not a system of an agency, so it cannot send events. Use --as like 000.00.91.H03.qlvb.',
    'recipient.malformed': '{name} is not the code of an agency. Use --to like 000.00.92.H03.',
    'send.notJson':
      '{file} is not an event or a list of events in JSON, encoded in UTF-8. Nothing was sent. Make an event with `lienthong sample`.',
    'send.key':
      '{file} has a key (JWK), which is no event. Nothing was sent. Check the name of the file; make an event with `lienthong sample`.',
    'inbox.from': '{got} is not a time in RFC 3339 format. Write --from like 2026-11-24T07:00:00+07:00.',
    'verify.notJson': '{file} is not JSON. Store the file again, for example from `lienthong inbox --json`.',
    'verify.noSystemKeys':
      '{file} has no list of the keys of a system. Store what `lienthong systems list SYSTEM --json` prints, with the system that sent.',
    'verify.noBusKeys':
      '{file} has no list of the keys of the bus. Store it again from /.well-known/jwks.json.',
    'verify.notItem': '{file} is not an item of an inbox. Store one line of `lienthong inbox --json`.',
    'verify.found': 'signature: {signature}; receipt: {receipt}; hash: {hash}',
    'verify.good': 'good',
    'verify.bad': 'bad',
    'verify.absent': 'absent',
    'verify.doNotUse':
      'The content does not fit the signature: it was changed after signing, or the key files are not those of the sender and the bus. Do not use it; read it from the inbox again.',
    'sent.accepted': 'accepted',
    'sent.repeated': 'repeated',
    'sent.rejected': 'rejected',
    'inbox.item': '{time} {type} {subject} from {source} ({cursor})',
    'ack.none':
      'Name the events to answer: by hash, by id with --source, or - to read what `lienthong inbox --json` prints.',
    'ack.needsSource':
      'The id {id} needs --source: the system that sent it. Or use the hash of the event. Nothing was answered.',
    'ack.reasonOnly': '--code and --reason go with --reject only. Nothing was answered.',
    'ack.notItem':
      'Line {line} is not an inbox item in JSON. Give it what `lienthong inbox --json` prints. Of the lines before, {done} events were answered.',
    'ack.done': '{state}: {id}, {source}',
    'attach.name':
      '{name} cannot be the name of a file (no path, colon or hidden characters, at most 255 characters). Give another one with --name. Nothing was uploaded.',
    'attach.notFile': '{file} is not a regular file. Choose a file.',
    'attach.next':
      'Uploaded. Put this entry into the list attachments in the data of an event, and send the event within 24 hours: a file that no event lists is deleted then.',
    'download.none':
      'Name the SHA-256 of an attachment, or with --event an event whose attachments you want.',
    'download.notDigest':
      '{name} is not a SHA-256 (64 hex digits). It is in the member sha256 of the attachment in the event.',
    'download.notListed': 'This event has no attachment {sha256}. It has: {listed}.',
    'download.noFiles': 'This event has no attachments.',
    'download.needsFolder':
      'The event has {count} files: --out must be a folder that exists, or a name that ends with /.',
    'download.exists':
      '{file} exists; nothing was written. Choose another name with --out, or add --overwrite, which replaces only a regular file.',
    'download.unknown':
      'There is no attachment {sha256} that your agency uploaded or received. Check the digest in the event.',
    'download.done': 'Saved {file}: {size} bytes, which match the SHA-256 {sha256}',
    'event.unknown':
      'There is no event with the hash {hash} that your system may read: only its sender and its recipients may. See the steps of a case with `lienthong flow`.',
    'event.unknownId':
      'There is no event {id} of {source} that your system may read. If another system sent it, name that system with --source, or use the hash of the event.'
  }
} as const satisfies Record<Language, object>

export type EventText = keyof typeof texts.vi

/** The texts in a language. */
export function eventTextsIn(language: Language): TextsOf<EventText> {
  return textsFrom(texts, language)
}
