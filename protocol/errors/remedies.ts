import type { ErrorCode } from './catalogue.ts'
import type { Language } from './faults.ts'

/** What would mend each kind of error, whatever its detail: the text of `docs/problems.md`. */
export const remedies: Readonly<Record<ErrorCode, Readonly<Record<Language, string>>>> = {
  BUS_REQUEST_TOO_LARGE: {
    en: 'Send fewer events in one request, and move large content into attachments.',
    vi: 'Gửi ít sự kiện hơn trong một yêu cầu, và chuyển nội dung lớn vào tệp đính kèm.'
  },
  BUS_HEADERS_TOO_LARGE: {
    en: 'Use the structured mode (application/cloudevents+json), where attributes are in the body.',
    vi: 'Dùng dạng cấu trúc (application/cloudevents+json), trong đó thuộc tính nằm trong nội dung.'
  },
  BUS_REQUEST_TIMEOUT: {
    en: 'Send the same request again. If it happens often, look at the network between you and the gateway.',
    vi: 'Gửi lại đúng yêu cầu đó. Nếu lặp lại nhiều lần, hãy kiểm tra đường truyền đến cổng.'
  },
  BUS_REQUEST_INVALID: {
    en: 'Compare the address, method and headers with /openapi.json. The same request will be refused again.',
    vi: 'Đối chiếu địa chỉ, phương thức và phần đầu với /openapi.json. Gửi lại y nguyên sẽ vẫn bị từ chối.'
  },
  BUS_MEDIA_TYPE_UNSUPPORTED: {
    en: 'Set Content-Type to one that /openapi.json names for this address, without Content-Encoding.',
    vi: 'Đặt Content-Type theo /openapi.json cho địa chỉ này, không dùng Content-Encoding.'
  },
  BUS_TOKEN_INVALID: {
    en: 'Make a new token: check the clock, that aud is the gateway’s public URL exactly, that exp is at most 300 seconds after iat, and that the key of that kid is registered and in force.',
    vi: 'Tạo mã xác thực mới: kiểm tra đồng hồ, aud phải đúng địa chỉ công khai của cổng, exp không quá 300 giây sau iat, và khóa mang kid đó đã đăng ký và còn hiệu lực.'
  },
  BUS_JSON_INVALID: {
    en: 'Send strict JSON in UTF-8: no member twice, whole numbers within ±(2^53 − 1), no control characters. The detail tells the position.',
    vi: 'Gửi JSON chặt chẽ dạng UTF-8: không lặp tên thành phần, chỉ số nguyên trong ±(2^53 − 1), không có ký tự điều khiển. Phần chi tiết nêu vị trí.'
  },
  BUS_SUBMISSION_MISMATCH: {
    en: 'The content was changed after signing, or the root was computed otherwise. Sign exactly the events you send, in their order: canonical form (RFC 8785), Merkle root (RFC 6962).',
    vi: 'Nội dung bị đổi sau khi ký, hoặc cách tính gốc Merkle khác. Hãy ký đúng các sự kiện gửi đi, đúng thứ tự: dạng chuẩn tắc (RFC 8785), gốc Merkle (RFC 6962).'
  },
  BUS_ATTRIBUTE_INVALID: {
    en: 'Correct the attribute that the detail names. The bus mends nothing, since what was signed must stay as it is.',
    vi: 'Sửa thuộc tính được nêu trong phần chi tiết. Trục không tự sửa vì nội dung đã ký phải giữ nguyên.'
  },
  BUS_NOT_PERMITTED: {
    en: 'Ask the operator for the right or the agreement that the detail names.',
    vi: 'Đề nghị đơn vị vận hành cấp quyền hoặc ký thỏa thuận được nêu trong phần chi tiết.'
  },
  BUS_AGENCY_CLOSED: {
    en: 'Address the successor that the detail names, or look the agency up in /v1/agencies.',
    vi: 'Gửi đến cơ quan kế thừa nêu trong phần chi tiết, hoặc tra cơ quan tại /v1/agencies.'
  },
  BUS_PAYLOAD_INVALID: {
    en: 'Correct the payload at the path that the detail names; docs/event-types.md lists every field.',
    vi: 'Sửa nội dung tại vị trí nêu trong phần chi tiết; docs/event-types.md liệt kê mọi trường.'
  },
  BUS_ATTACHMENT_MISSING: {
    en: 'Upload the attachment with PUT /v1/attachments/{sha256}, then send the same event again.',
    vi: 'Tải tệp lên bằng PUT /v1/attachments/{sha256}, rồi gửi lại chính sự kiện đó.'
  },
  BUS_ATTACHMENT_INVALID: {
    en: 'Compute size and SHA-256 from the very bytes you send, and upload them again.',
    vi: 'Tính kích thước và SHA-256 từ chính nội dung gửi đi, rồi tải lên lại.'
  },
  BUS_UPLOAD_CONFLICT: {
    en: 'Ask with HEAD how far the upload has come, and go on from there.',
    vi: 'Hãy hỏi bằng HEAD xem đã tải lên đến đâu, rồi tiếp tục từ đó.'
  },
  BUS_RANGE_INVALID: {
    en: 'Ask for a range within the size that Content-Range names, or for the whole attachment.',
    vi: 'Hãy yêu cầu một khoảng nằm trong kích thước nêu ở Content-Range, hoặc toàn bộ tệp.'
  },
  BUS_EVENT_ID_SPENT: {
    en: 'Choose a new id for new content. To repeat an event, send it exactly as before, its time included.',
    vi: 'Chọn mã mới cho nội dung mới. Muốn gửi lặp lại, hãy gửi y nguyên như trước, kể cả thời điểm.'
  },
  BUS_NOT_FOUND: {
    en: 'Check the name. What is not yours to see is answered in the same way.',
    vi: 'Kiểm tra lại tên. Những gì không thuộc quyền xem cũng được trả lời như vậy.'
  },
  BUS_METHOD_NOT_ALLOWED: {
    en: 'Use a method that the Allow header names.',
    vi: 'Dùng phương thức nêu trong phần đầu Allow.'
  },
  BUS_QUERY_INVALID: {
    en: 'Correct the parameter that the detail names; /openapi.json lists each with its bounds.',
    vi: 'Sửa tham số nêu trong phần chi tiết; /openapi.json liệt kê từng tham số và giới hạn.'
  },
  BUS_CURSOR_INVALID: {
    en: 'Use cursors as they were given, for the same system and filter; otherwise start without one or with from.',
    vi: 'Dùng con trỏ đúng như đã nhận, cho cùng hệ thống và bộ lọc; nếu không, hãy đọc từ đầu hoặc dùng from.'
  },
  BUS_CURSOR_EXPIRED: {
    en: 'The bus was restored from a backup. Read again with from, from a time before the restore, and skip what you already hold.',
    vi: 'Trục đã được phục hồi từ bản sao lưu. Hãy đọc lại bằng from, từ thời điểm trước khi phục hồi, và bỏ qua những gì đã có.'
  },
  BUS_ACT_INVALID: {
    en: 'Correct the member of the act that the detail names; /openapi.json describes every act.',
    vi: 'Sửa thành phần của hành vi nêu trong phần chi tiết; /openapi.json mô tả mọi hành vi.'
  },
  BUS_ACT_CONFLICT: {
    en: 'Something changed meanwhile. Read the resource again, decide anew, and sign the act with the new previous.',
    vi: 'Đã có thay đổi trong lúc đó. Hãy đọc lại, quyết định lại, và ký hành vi với previous mới.'
  },
  BUS_KEY_INVALID: {
    en: 'Make a key with lienthong keys new, and register its public part only.',
    vi: 'Tạo khóa bằng lienthong keys new, và chỉ đăng ký phần công khai.'
  },
  BUS_STATE_CONFLICT: {
    en: 'Nothing needs mending: the first answer stands. Look whether another of your systems answered.',
    vi: 'Không cần sửa: câu trả lời đầu tiên có hiệu lực. Hãy xem hệ thống khác của cơ quan đã trả lời chưa.'
  },
  BUS_SCHEMA_INVALID: {
    en: 'Correct the schema at the field that the detail names; within a version it may only gain optional fields.',
    vi: 'Sửa lược đồ tại trường nêu trong phần chi tiết; trong cùng phiên bản chỉ được thêm trường không bắt buộc.'
  },
  BUS_SCHEMA_INCOMPATIBLE: {
    en: 'Change the schema at the field that the detail names, or register it under a new subject; GET /registry/config tells the level it is held to.',
    vi: 'Sửa lược đồ tại trường nêu trong phần chi tiết, hoặc đăng ký dưới chủ thể mới; GET /registry/config cho biết mức tương thích áp dụng.'
  },
  BUS_SCHEMA_IN_USE: {
    en: 'Leave the schema where it is, or delete first what refers to it. Deleting it softly takes it out of the lists.',
    vi: 'Giữ nguyên lược đồ, hoặc xóa trước những gì tham chiếu đến nó. Xóa mềm sẽ đưa nó ra khỏi danh sách.'
  },
  BUS_PACKAGE_INVALID: {
    en: 'Correct the package as the reason beside it says, then hand it in again.',
    vi: 'Sửa gói tin theo lý do ghi bên cạnh, rồi gửi lại.'
  },
  BUS_CONFIG_INVALID: {
    en: 'Correct every setting that the detail lists, then start again.',
    vi: 'Sửa mọi thiết lập nêu trong phần chi tiết, rồi khởi động lại.'
  },
  BUS_DATA_IN_USE: {
    en: 'Stop the other process, or choose another data folder.',
    vi: 'Dừng tiến trình kia, hoặc chọn thư mục dữ liệu khác.'
  },
  BUS_OVERLOADED: {
    en: 'Send the same again after the time in Retry-After.',
    vi: 'Gửi lại y nguyên sau thời gian trong Retry-After.'
  },
  BUS_STOPPING: {
    en: 'Send the same again after the time in Retry-After; the bus is being restarted.',
    vi: 'Gửi lại y nguyên sau thời gian trong Retry-After; trục đang khởi động lại.'
  },
  BUS_LOG_UNAVAILABLE: {
    en: 'Send the same again: what was stored after all is answered as a repeat. Operators: look at the disk or the broker.',
    vi: 'Gửi lại y nguyên: phần đã lưu sẽ được trả lời là lặp lại. Đơn vị vận hành: kiểm tra ổ đĩa hoặc máy chủ nhật ký.'
  },
  BUS_STORE_UNAVAILABLE: {
    en: 'Send the same again. Operators: look at the disk or the database.',
    vi: 'Gửi lại y nguyên. Đơn vị vận hành: kiểm tra ổ đĩa hoặc cơ sở dữ liệu.'
  },
  BUS_CONTROL_STALE: {
    en: 'Send the same again in a moment. Operators: this process does not reach the store.',
    vi: 'Gửi lại y nguyên sau giây lát. Đơn vị vận hành: tiến trình này không kết nối được kho dữ liệu.'
  },
  BUS_RECORD_FOREIGN: {
    en: 'Operators: someone else writes to the log. Find out who, and take the right away.',
    vi: 'Đơn vị vận hành: có bên khác ghi vào nhật ký. Hãy tìm ra và thu hồi quyền ghi.'
  },
  BUS_PEER_UNREACHABLE: {
    en: 'The bus tries again by itself. Look whether the outside system runs and can be reached.',
    vi: 'Trục sẽ tự thử lại. Hãy kiểm tra hệ thống ngoài có chạy và kết nối được không.'
  },
  BUS_PEER_REFUSED: {
    en: 'The bus does not try again by itself. See what the outside system objected to, mend that, then release the delivery.',
    vi: 'Trục không tự thử lại. Hãy xem hệ thống ngoài từ chối vì sao, khắc phục, rồi cho gửi lại.'
  },
  BUS_INTERNAL: {
    en: 'Tell the operators the traceId; they find the cause in the log under it.',
    vi: 'Báo traceId cho đơn vị vận hành; nguyên nhân nằm trong nhật ký theo mã đó.'
  }
}
