import type { ErrorCode } from './catalogue.ts'
import type { Language } from './faults.ts'

/** What to do about each kind of error; the text of `docs/problems.md`. */
export const remedies: Readonly<Record<ErrorCode, Readonly<Record<Language, string>>>> = {
  BUS_REQUEST_TOO_LARGE: {
    en: 'Send fewer events in one request, and move large content into attachments.',
    vi: 'Hãy gửi ít sự kiện hơn trong mỗi yêu cầu, và chuyển nội dung lớn vào tệp đính kèm.'
  },
  BUS_HEADERS_TOO_LARGE: {
    en: 'Send the event in structured mode (application/cloudevents+json), where the attributes are in the body.',
    vi: 'Hãy gửi sự kiện ở chế độ cấu trúc (application/cloudevents+json), trong đó các thuộc tính nằm trong nội dung yêu cầu.'
  },
  BUS_QUOTA_EXCEEDED: {
    en: 'The detail gives what is used, the limit, and what frees room. Delete uploads that are not complete, or ask the operator of the bus for a higher limit.',
    vi: 'Phần chi tiết nêu mức đã dùng, hạn mức và cách giải phóng. Hãy xóa các lượt tải lên chưa hoàn tất, hoặc đề nghị đơn vị vận hành nâng hạn mức.'
  },
  BUS_REQUEST_TIMEOUT: {
    en: 'Send the same request again. If it happens often, check the network between your system and the gateway.',
    vi: 'Hãy gửi lại đúng yêu cầu này. Nếu lặp lại nhiều lần, hãy kiểm tra đường truyền giữa hệ thống và cổng (gateway).'
  },
  BUS_REQUEST_INVALID: {
    en: 'Compare the address, the method, the headers and the body with /openapi.json. An unchanged request will be rejected again.',
    vi: 'Hãy đối chiếu địa chỉ, phương thức, header và nội dung với /openapi.json. Nếu gửi lại mà không sửa, yêu cầu sẽ tiếp tục bị từ chối.'
  },
  BUS_MEDIA_TYPE_UNSUPPORTED: {
    en: 'Set Content-Type to one that /openapi.json lists for this address. Do not send Content-Encoding.',
    vi: 'Hãy đặt Content-Type theo /openapi.json cho địa chỉ này. Không gửi Content-Encoding.'
  },
  BUS_TOKEN_INVALID: {
    en: 'Make a new token. Check the clock; that aud is the public URL of the gateway exactly; that exp is at most 300 seconds after iat; and that the key with this kid is registered and in force.',
    vi: 'Hãy tạo token mới. Hãy kiểm tra: đồng hồ máy chủ; aud đúng địa chỉ công khai của cổng (gateway); exp không quá 300 giây sau iat; khóa mang kid này đã được đăng ký và còn hiệu lực.'
  },
  BUS_JSON_INVALID: {
    en: 'Send JSON in UTF-8: no field twice in an object, only whole numbers within ±(2^53 − 1), no control characters. The detail gives the position of the error.',
    vi: 'Hãy gửi JSON theo UTF-8: không lặp tên trường trong một đối tượng, chỉ dùng số nguyên trong khoảng ±(2^53 − 1), không có ký tự điều khiển. Phần chi tiết nêu vị trí lỗi.'
  },
  BUS_SUBMISSION_MISMATCH: {
    en: 'The content was changed after signing, or the Merkle root was computed in another way. Sign exactly the events you send, in the same order: canonical form (RFC 8785), Merkle root (RFC 6962).',
    vi: 'Nội dung bị thay đổi sau khi ký, hoặc gốc Merkle được tính theo cách khác. Hãy ký đúng các sự kiện gửi đi, theo đúng thứ tự: dạng chuẩn tắc (RFC 8785), gốc Merkle (RFC 6962).'
  },
  BUS_ATTRIBUTE_INVALID: {
    en: 'Correct the attribute named in the detail, sign again and send again. The bus never corrects an event, because the signature covers it.',
    vi: 'Hãy sửa thuộc tính nêu trong phần chi tiết, ký lại và gửi lại. Trục liên thông không tự sửa sự kiện vì nội dung đã được ký.'
  },
  BUS_NOT_PERMITTED: {
    en: 'Ask the operator of the bus for the right or the agreement named in the detail.',
    vi: 'Hãy đề nghị đơn vị vận hành cấp quyền, hoặc ký thỏa thuận nêu trong phần chi tiết.'
  },
  BUS_SESSION_INVALID: {
    en: 'Log in again: with a new link of `lienthong console`, which is good once and for one minute, or at the OpenID provider.',
    vi: 'Hãy đăng nhập lại: bằng liên kết mới do `lienthong console` in ra (dùng một lần, trong một phút), hoặc qua nhà cung cấp OpenID.'
  },
  BUS_LOGIN_REFUSED: {
    en: 'The detail says what is missing. Begin the log-in again from the console; roles, the agency and the level of a log-in are set at the OpenID provider and in `console.oidc`.',
    vi: 'Phần chi tiết nêu điều còn thiếu. Hãy bắt đầu lại từ bảng điều khiển; vai trò, cơ quan và mức xác thực được đặt tại nhà cung cấp OpenID và trong `console.oidc`.'
  },
  BUS_STEP_UP_REQUIRED: {
    en: 'Log in again at /console/oidc/start?stepUp=1, then repeat the change.',
    vi: 'Hãy đăng nhập lại tại /console/oidc/start?stepUp=1 rồi thực hiện lại thay đổi.'
  },
  BUS_AGENCY_CLOSED: {
    en: 'Use the code of the successor named in the detail, or look the agency up in /v1/agencies.',
    vi: 'Hãy dùng mã của cơ quan kế thừa nêu trong phần chi tiết, hoặc tra cơ quan tại /v1/agencies.'
  },
  BUS_PAYLOAD_INVALID: {
    en: 'Correct data at the path named in the detail. docs/event-types.md lists every field.',
    vi: 'Hãy sửa data tại vị trí nêu trong phần chi tiết. docs/event-types.md liệt kê mọi trường.'
  },
  BUS_ATTACHMENT_MISSING: {
    en: 'Upload the attachment with PUT /v1/attachments/{sha256}, then send the same event again. If only the size differs, correct it in the event.',
    vi: 'Hãy tải tệp lên bằng PUT /v1/attachments/{sha256}, rồi gửi lại đúng sự kiện này. Nếu chỉ sai kích thước, hãy sửa trong sự kiện.'
  },
  BUS_ATTACHMENT_INVALID: {
    en: 'Compute the size and the SHA-256 from exactly the bytes you send, and upload them again.',
    vi: 'Hãy tính kích thước và SHA-256 từ chính dữ liệu gửi đi, rồi tải lên lại.'
  },
  BUS_UPLOAD_CONFLICT: {
    en: 'Ask with HEAD for the current offset of the upload, and continue from there.',
    vi: 'Hãy dùng HEAD để hỏi vị trí hiện tại của lần tải lên, rồi tiếp tục từ đó.'
  },
  BUS_RANGE_INVALID: {
    en: 'Request a range within the size given in Content-Range, or the whole attachment.',
    vi: 'Hãy yêu cầu một khoảng trong phạm vi kích thước ghi ở Content-Range, hoặc toàn bộ tệp.'
  },
  BUS_EVENT_ID_SPENT: {
    en: 'Use a new id for a new event. To repeat an event, send it exactly as before, including time and nonce.',
    vi: 'Hãy dùng mã (id) mới cho sự kiện mới. Muốn gửi lại sự kiện cũ, hãy gửi nguyên văn như trước, kể cả time và nonce.'
  },
  BUS_NOT_FOUND: {
    en: 'Check the address and the names in it. The answer is the same for what your system is not permitted to see.',
    vi: 'Hãy kiểm tra địa chỉ và các tên trong đó. Dữ liệu mà hệ thống không có quyền xem cũng được trả lời như vậy.'
  },
  BUS_METHOD_NOT_ALLOWED: {
    en: 'Use a method listed in the header Allow.',
    vi: 'Hãy dùng phương thức ghi trong header Allow.'
  },
  BUS_QUERY_INVALID: {
    en: 'Correct the parameter named in the detail. /openapi.json lists every parameter with its limits.',
    vi: 'Hãy sửa tham số nêu trong phần chi tiết. /openapi.json liệt kê mọi tham số và giới hạn.'
  },
  BUS_CURSOR_INVALID: {
    en: 'Use a cursor exactly as it was received, with the same system and filter. Otherwise read without a cursor, or with from.',
    vi: 'Hãy dùng con trỏ (cursor) đúng như đã nhận, với cùng hệ thống và bộ lọc. Nếu không, hãy đọc không có con trỏ, hoặc dùng from.'
  },
  BUS_CURSOR_EXPIRED: {
    en: 'The bus was restored from a backup. Read again with the time given in from, and skip the events you already have.',
    vi: 'Trục liên thông đã được phục hồi từ bản sao lưu. Hãy đọc lại từ thời điểm ghi ở from, và bỏ qua những sự kiện đã có.'
  },
  BUS_ACT_INVALID: {
    en: 'Correct the field of the act named in the detail. /openapi.json describes every act.',
    vi: 'Hãy sửa trường của thao tác nêu trong phần chi tiết. /openapi.json mô tả mọi thao tác quản trị.'
  },
  BUS_ACT_CONFLICT: {
    en: 'Read the current state again and decide whether the act is still needed. If so, sign it again with the new value of previous.',
    vi: 'Hãy đọc lại trạng thái hiện tại và xem thao tác có còn cần thiết. Nếu còn, hãy ký lại thao tác với giá trị previous mới.'
  },
  BUS_KEY_INVALID: {
    en: 'Create a key with lienthong keys new, and register only its public part.',
    vi: 'Hãy tạo khóa bằng lienthong keys new, và chỉ đăng ký phần công khai.'
  },
  BUS_STATE_CONFLICT: {
    en: 'The first answer stays in force. Check whether another system of your agency answered by mistake.',
    vi: 'Phản hồi đầu tiên có hiệu lực. Hãy kiểm tra hệ thống khác của cơ quan có phản hồi nhầm hay không.'
  },
  BUS_SCHEMA_INVALID: {
    en: 'Correct the schema at the field named in the detail. Within a version of an event type only optional fields may be added.',
    vi: 'Hãy sửa lược đồ tại trường nêu trong phần chi tiết. Trong cùng một phiên bản của loại sự kiện chỉ được thêm trường không bắt buộc.'
  },
  BUS_SCHEMA_INCOMPATIBLE: {
    en: 'Change the schema at the field named in the detail, or register it under a new subject. GET /registry/config/{subject}?defaultToGlobal=true shows the required compatibility level.',
    vi: 'Hãy sửa lược đồ tại trường nêu trong phần chi tiết, hoặc đăng ký trong chủ thể (subject) mới. GET /registry/config/{subject}?defaultToGlobal=true cho biết mức tương thích áp dụng.'
  },
  BUS_SCHEMA_IN_USE: {
    en: 'Keep the schema, or first delete the schemas that refer to it. A soft delete (without permanent) removes it from the lists.',
    vi: 'Hãy giữ lược đồ, hoặc xóa trước các lược đồ tham chiếu đến nó. Xóa tạm (không kèm permanent) sẽ bỏ lược đồ khỏi danh sách.'
  },
  BUS_PACKAGE_INVALID: {
    en: 'Correct the package as the reason in the .ly-do.txt file beside it says, then deliver it again.',
    vi: 'Hãy sửa gói tin theo lý do ghi trong tệp .ly-do.txt bên cạnh, rồi gửi lại.'
  },
  BUS_CONFIG_INVALID: {
    en: 'Correct every setting listed in the detail, then start again.',
    vi: 'Hãy sửa mọi thiết lập nêu trong phần chi tiết, rồi khởi động lại.'
  },
  BUS_DATA_IN_USE: {
    en: 'Stop the other process, or choose another data folder.',
    vi: 'Hãy dừng tiến trình kia, hoặc chọn thư mục dữ liệu khác.'
  },
  BUS_TOO_MANY_REQUESTS: {
    en: 'Wait for the time in Retry-After, then send the same request again. Send fewer requests at the same time, and several events in one batch. The header RateLimit says what is left.',
    vi: 'Hãy chờ hết thời gian ghi trong Retry-After, rồi gửi lại đúng yêu cầu này. Hãy gửi ít yêu cầu cùng lúc hơn, và gộp nhiều sự kiện vào một lô. Header RateLimit cho biết phần còn lại.'
  },
  BUS_OVERLOADED: {
    en: 'Send the same request again after the time in Retry-After.',
    vi: 'Hãy gửi lại đúng yêu cầu này sau thời gian ghi trong Retry-After.'
  },
  BUS_STOPPING: {
    en: 'The bus is stopping or restarting. Send the same request again after the time in Retry-After.',
    vi: 'Trục liên thông đang dừng hoặc khởi động lại. Hãy gửi lại đúng yêu cầu này sau thời gian ghi trong Retry-After.'
  },
  BUS_LOG_UNAVAILABLE: {
    en: 'Send the same request again: events that were stored are answered as repeated. Operators: check the disk of the data folder, or the Kafka brokers.',
    vi: 'Hãy gửi lại đúng yêu cầu này: sự kiện đã lưu sẽ được trả lời là đã có (repeated). Đơn vị vận hành: hãy kiểm tra ổ đĩa của thư mục dữ liệu, hoặc các broker Kafka.'
  },
  BUS_STORE_UNAVAILABLE: {
    en: 'Send the same request again. Operators: check the disk, the database or the attachment storage named in the detail.',
    vi: 'Hãy gửi lại đúng yêu cầu này. Đơn vị vận hành: hãy kiểm tra ổ đĩa, cơ sở dữ liệu hoặc nơi lưu tệp đính kèm nêu trong phần chi tiết.'
  },
  BUS_CONTROL_STALE: {
    en: 'Send the same request again after a few seconds. Operators: if it lasts, check the connection of this process to the database.',
    vi: 'Hãy gửi lại đúng yêu cầu này sau vài giây. Đơn vị vận hành: nếu kéo dài, hãy kiểm tra kết nối từ tiến trình này đến cơ sở dữ liệu.'
  },
  BUS_RECORD_FOREIGN: {
    en: 'Operators: another program writes to the event log. Find it, and remove its right to write.',
    vi: 'Đơn vị vận hành: có phần mềm khác ghi vào nhật ký sự kiện. Hãy xác định phần mềm đó và thu hồi quyền ghi.'
  },
  BUS_PEER_UNREACHABLE: {
    en: 'The bus retries automatically. Check that the outside system runs and can be reached.',
    vi: 'Trục liên thông tự thử lại. Hãy bảo đảm hệ thống bên ngoài đang chạy và kết nối được.'
  },
  BUS_PEER_REFUSED: {
    en: 'The bus does not retry automatically. Find out why the outside system rejected the message, fix the cause, then ask the sender to send it again as a new event.',
    vi: 'Trục liên thông không tự thử lại. Hãy xác định lý do hệ thống bên ngoài từ chối, khắc phục, rồi đề nghị bên gửi gửi lại bằng một sự kiện mới.'
  },
  BUS_PEER_FAILED: {
    en: 'The bus retries automatically. If it goes on, ask whoever operates the outside system why it does not take the request.',
    vi: 'Trục liên thông tự thử lại. Nếu lỗi kéo dài, hãy hỏi đơn vị vận hành hệ thống bên ngoài vì sao yêu cầu chưa được nhận.'
  },
  BUS_PEER_CREDENTIALS: {
    en: 'Correct the credentials in the settings of the connector. Until then it is paused; the bus tries them again once an hour.',
    vi: 'Hãy sửa thông tin xác thực trong cấu hình kết nối. Kết nối tạm dừng đến khi sửa xong; mỗi giờ trục liên thông thử lại một lần.'
  },
  BUS_CONNECTOR_PAUSED: {
    en: 'Send the same request again later, after the time in Retry-After. If it goes on, ask the operator of the bus why the connector is paused.',
    vi: 'Hãy gửi lại đúng yêu cầu này sau thời gian ghi trong Retry-After. Nếu tình trạng kéo dài, hãy hỏi đơn vị vận hành trục vì sao kết nối đang tạm dừng.'
  },
  BUS_ITEM_INVALID: {
    en: 'The item is quarantined and the others go on. Correct it in the outside system, or retry it after the cause is fixed.',
    vi: 'Mục này được cách ly, các mục khác vẫn được xử lý. Hãy sửa trong hệ thống bên ngoài, hoặc thử lại sau khi khắc phục nguyên nhân.'
  },
  BUS_GATEWAY_UNREACHABLE: {
    en: 'Raised by the client, not by the bus. Whether the request was taken is not known: send the very same event or acknowledgement again, it counts once. If it goes on, check the network, the gateway’s address and its certificate.',
    vi: 'Do thư viện phía cơ quan báo, không phải do trục. Không rõ yêu cầu đã được nhận hay chưa: hãy gửi lại đúng sự kiện hoặc xác nhận đó, trục chỉ tính một lần. Nếu kéo dài, hãy kiểm tra mạng, địa chỉ của cổng và chứng thư số của cổng.'
  },
  BUS_DOWNLOAD_DAMAGED: {
    en: 'Raised by the client, not by the bus. Discard what was read and download the attachment again. If it goes on, look for a proxy or cache on the way that changes answers, and report the SHA-256 to the operator of the bus.',
    vi: 'Do thư viện phía cơ quan báo, không phải do trục. Hãy bỏ dữ liệu đã đọc và tải tệp xuống lại. Nếu kéo dài, hãy kiểm tra proxy hoặc bộ nhớ đệm trên đường truyền có làm thay đổi dữ liệu không, và báo mã SHA-256 cho đơn vị vận hành trục.'
  },
  BUS_INTERNAL: {
    en: 'Report the traceId to the operator of the bus. Operators: search for it in the log of the bus.',
    vi: 'Hãy báo mã truy vết (traceId) cho đơn vị vận hành. Đơn vị vận hành: hãy tra mã này trong nhật ký của trục liên thông.'
  }
}
