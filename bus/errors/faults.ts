/** Languages a reader may ask for. */
export type Language = 'vi' | 'en'

/** What fills the places of a text, each cut to 100 characters where it is shown. */
export type Values = Readonly<Record<string, string | number>>

/**
 * What went wrong and what would mend it, for each place that throws. `{name}`
 * is filled from the error's values. Texts speak to an agency's operator.
 */
export const faults = {
  'body-too-large': {
    en: 'The body is larger than {limit} bytes. Send fewer events at once, or put large content into attachments.',
    vi: 'Nội dung lớn hơn {limit} byte. Hãy gửi ít sự kiện hơn mỗi lần, hoặc chuyển nội dung lớn vào tệp đính kèm.'
  },
  'encoding-unsupported': {
    en: 'No Content-Encoding is accepted. Send the body as it is.',
    vi: 'Không nhận Content-Encoding. Hãy gửi nội dung không nén.'
  },
  'token-refused': {
    en: 'The token is missing, malformed, expired, or not signed by a key that is valid here. Check the clock, the audience and the key.',
    vi: 'Mã xác thực thiếu, sai dạng, hết hạn, hoặc không được ký bằng khóa đang có hiệu lực. Hãy kiểm tra đồng hồ, địa chỉ đích (aud) và khóa.'
  },
  internal: {
    en: 'The bus met a fault of its own. Its operators find it under the trace id.',
    vi: 'Trục gặp lỗi của chính nó. Người vận hành tra được theo mã vết.'
  },
  'request-too-large': {
    en: 'The request is larger than is accepted here.',
    vi: 'Yêu cầu lớn hơn mức được nhận ở đây.'
  },
  'request-malformed': {
    en: 'The request is malformed: its address, its length or its headers cannot be read.',
    vi: 'Yêu cầu sai cú pháp: không đọc được địa chỉ, độ dài hoặc phần đầu.'
  },
  'request-cut-off': {
    en: 'The request did not arrive in full. Send it again.',
    vi: 'Yêu cầu không đến đủ. Hãy gửi lại.'
  },
  'header-twice': {
    en: 'The header {header} came twice. Send it once.',
    vi: 'Phần đầu {header} xuất hiện hai lần. Hãy gửi một lần.'
  },
  'media-type-unknown': {
    en: 'This media type is not accepted here. Events are application/cloudevents+json, application/cloudevents-batch+json, or application/json with ce- headers; acts are application/json.',
    vi: 'Không nhận kiểu nội dung này. Sự kiện dùng application/cloudevents+json, application/cloudevents-batch+json, hoặc application/json kèm phần đầu ce-; hành vi quản trị dùng application/json.'
  },
  'handler-timeout': {
    en: 'The bus did not answer in time. Try again.',
    vi: 'Trục không trả lời kịp. Hãy thử lại.'
  },
  'query-invalid': {
    en: 'The parameter {name} is not valid: {problem}.',
    vi: 'Tham số {name} không hợp lệ: {problem}.'
  },
  'token-for-other-use': {
    en: 'This token opens something else: expected a token of kind {expected}, got {got}.',
    vi: 'Mã xác thực này dùng cho việc khác: cần loại {expected}, nhận được {got}.'
  },
  'system-suspended': {
    en: 'The system {system} is suspended. Ask the operator.',
    vi: 'Hệ thống {system} đang bị tạm dừng. Hãy liên hệ đơn vị vận hành.'
  },
  'json-not-utf8': {
    en: 'The body is not valid UTF-8.',
    vi: 'Nội dung không phải UTF-8 hợp lệ.'
  },
  'json-syntax': {
    en: 'The body is not JSON: see position {position}.',
    vi: 'Nội dung không phải JSON: xem vị trí {position}.'
  },
  'json-number': {
    en: 'Only whole numbers within ±(2^53 − 1), written without fraction, exponent or minus zero, are taken: see position {position}.',
    vi: 'Chỉ nhận số nguyên trong ±(2^53 − 1), không có phần thập phân, số mũ hay âm không: xem vị trí {position}.'
  },
  'json-too-deep': {
    en: 'Arrays and objects nest too deeply: see position {position}.',
    vi: 'Mảng và đối tượng lồng nhau quá sâu: xem vị trí {position}.'
  },
  'json-too-many-members': {
    en: 'An object has too many members: see position {position}.',
    vi: 'Đối tượng có quá nhiều thành phần: xem vị trí {position}.'
  },
  'json-string-too-long': {
    en: 'A text is too long: see position {position}. Put large content into attachments.',
    vi: 'Chuỗi quá dài: xem vị trí {position}. Hãy chuyển nội dung lớn vào tệp đính kèm.'
  },
  'json-name-twice': {
    en: 'A member is named twice: see position {position}.',
    vi: 'Tên thành phần bị lặp: xem vị trí {position}.'
  },
  'json-name-forbidden': {
    en: 'A member has a name that is not allowed: see position {position}.',
    vi: 'Tên thành phần không được phép: xem vị trí {position}.'
  },
  'json-character-forbidden': {
    en: 'A text holds a control, a bidirectional override, a lone surrogate or a non-character: see position {position}.',
    vi: 'Chuỗi có ký tự điều khiển, đổi chiều chữ hoặc không hợp lệ: xem vị trí {position}.'
  },
  'root-differs': {
    en: 'The token was signed for other events: their root is {got}, the token says {expected}. Sign the canonical form (RFC 8785) of exactly the events sent, in this order.',
    vi: 'Mã xác thực được ký cho sự kiện khác: gốc tính được là {got}, mã ghi {expected}. Hãy ký dạng chuẩn (RFC 8785) của đúng các sự kiện được gửi, theo đúng thứ tự.'
  },
  'act-body-differs': {
    en: 'The token was signed for another body. Its claim body must be the base64url SHA-256 of the bytes sent.',
    vi: 'Mã xác thực được ký cho nội dung khác. Trường body phải là SHA-256 (base64url) của đúng các byte được gửi.'
  },
  'batch-not-an-array': {
    en: 'A batch is a JSON array of events.',
    vi: 'Một lô là mảng JSON các sự kiện.'
  },
  'batch-empty': {
    en: 'The batch is empty. Send at least one event.',
    vi: 'Lô rỗng. Hãy gửi ít nhất một sự kiện.'
  },
  'batch-too-long': {
    en: 'The batch holds {got} events; {limit} are accepted at once.',
    vi: 'Lô có {got} sự kiện; mỗi lần chỉ nhận {limit}.'
  },
  'event-not-an-object': {
    en: 'An event is a JSON object.',
    vi: 'Sự kiện phải là một đối tượng JSON.'
  },
  'too-many-attributes': {
    en: 'The event has more than 64 attributes.',
    vi: 'Sự kiện có hơn 64 thuộc tính.'
  },
  'attribute-missing': {
    en: 'The attribute {attribute} is missing.',
    vi: 'Thiếu thuộc tính {attribute}.'
  },
  'attribute-name-malformed': {
    en: '{attribute} is no attribute name: use 1 to 20 lower-case letters and digits.',
    vi: '{attribute} không phải tên thuộc tính: dùng 1 đến 20 chữ thường và chữ số.'
  },
  'attribute-not-a-string': {
    en: 'The attribute {attribute} must be a string.',
    vi: 'Thuộc tính {attribute} phải là chuỗi.'
  },
  'attribute-too-long': {
    en: 'The attribute {attribute} is longer than 8192 characters.',
    vi: 'Thuộc tính {attribute} dài hơn 8192 ký tự.'
  },
  'attribute-length': {
    en: 'The attribute {attribute} must have 1 to 256 characters.',
    vi: 'Thuộc tính {attribute} phải có từ 1 đến 256 ký tự.'
  },
  'attribute-not-nfc': {
    en: 'The attribute {attribute} is not in Unicode NFC. Compose it before signing.',
    vi: 'Thuộc tính {attribute} không ở dạng Unicode NFC. Hãy chuẩn hóa trước khi ký.'
  },
  'attribute-control': {
    en: 'The attribute {attribute} holds a control character.',
    vi: 'Thuộc tính {attribute} có ký tự điều khiển.'
  },
  'data-not-an-object': {
    en: 'The event needs data, and it must be a JSON object.',
    vi: 'Sự kiện phải có data và data phải là đối tượng JSON.'
  },
  'specversion-unknown': {
    en: 'specversion must be 1.0; got {got}.',
    vi: 'specversion phải là 1.0; nhận được {got}.'
  },
  'id-malformed': {
    en: 'id must be 1 to 128 visible ASCII characters; a UUIDv7 is advised.',
    vi: 'id phải có 1 đến 128 ký tự ASCII nhìn thấy được; nên dùng UUIDv7.'
  },
  'source-malformed': {
    en: 'source must be /agencies/<code>/systems/<name>; got {got}.',
    vi: 'source phải có dạng /agencies/<mã>/systems/<tên>; nhận được {got}.'
  },
  'type-malformed': {
    en: 'type must be <domain>.<past participle>.v<n>; got {got}.',
    vi: 'type phải có dạng <lĩnh vực>.<sự việc>.v<n>; nhận được {got}.'
  },
  'subject-malformed': {
    en: 'subject must have 1 to 256 characters.',
    vi: 'subject phải có từ 1 đến 256 ký tự.'
  },
  'time-malformed': {
    en: '{attribute} must be an RFC 3339 time with a real date; got {got}.',
    vi: '{attribute} phải là thời gian RFC 3339 với ngày có thật; nhận được {got}.'
  },
  'nonce-malformed': {
    en: 'nonce must be 16 random bytes as 22 characters of base64url.',
    vi: 'nonce phải là 16 byte ngẫu nhiên, viết bằng 22 ký tự base64url.'
  },
  'recipients-malformed': {
    en: 'recipients must be agency codes separated by commas, without blanks.',
    vi: 'recipients phải là các mã định danh cách nhau bằng dấu phẩy, không có khoảng trắng.'
  },
  'recipients-twice': {
    en: 'recipients names an agency twice.',
    vi: 'recipients nêu một cơ quan hai lần.'
  },
  'recipients-too-many': {
    en: 'recipients names more than 500 agencies.',
    vi: 'recipients nêu hơn 500 cơ quan.'
  },
  'code-malformed': {
    en: '{attribute} must be an agency code; got {got}.',
    vi: '{attribute} phải là mã định danh cơ quan; nhận được {got}.'
  },
  'traceparent-malformed': {
    en: 'traceparent must be as W3C Trace Context says, version 00.',
    vi: 'traceparent phải theo W3C Trace Context, phiên bản 00.'
  },
  'dataclassification-refused': {
    en: 'dataclassification may be public, internal or personal. What is a state secret must not cross this bus.',
    vi: 'dataclassification chỉ nhận public, internal hoặc personal. Nội dung thuộc bí mật nhà nước không được đi qua trục này.'
  },
  'datacontenttype-refused': {
    en: 'datacontenttype, when sent, must be application/json; got {got}.',
    vi: 'datacontenttype nếu có phải là application/json; nhận được {got}.'
  },
  'dataschema-of-other-type': {
    en: 'dataschema names another schema; for this type it is {expected}.',
    vi: 'dataschema nêu lược đồ khác; với loại này phải là {expected}.'
  },
  'binary-header-malformed': {
    en: 'The header ce-{attribute} cannot be read: percent-encode everything outside visible ASCII once.',
    vi: 'Không đọc được phần đầu ce-{attribute}: hãy mã hóa phần trăm một lần mọi ký tự ngoài ASCII nhìn thấy được.'
  },
  'source-not-signer': {
    en: 'source is {source}, but the token is of {system}. A system speaks for itself only.',
    vi: 'source là {source} nhưng mã xác thực của {system}. Mỗi hệ thống chỉ được nhân danh chính mình.'
  },
  'type-not-granted': {
    en: '{system} has no right to publish {type}. Ask the operator to grant it.',
    vi: '{system} không có quyền phát {type}. Hãy đề nghị đơn vị vận hành cấp quyền.'
  },
  'delegation-unknown': {
    en: 'No delegation lets this system act on behalf of {principal}.',
    vi: 'Không có ủy quyền nào cho phép hệ thống này thay mặt {principal}.'
  },
  'recipient-unknown': {
    en: '{recipient} is no agency known here. Check the code in /v1/agencies.',
    vi: 'Không có cơ quan nào mang mã {recipient}. Hãy kiểm tra mã tại /v1/agencies.'
  },
  'recipient-without-agreement': {
    en: '{recipient} has no agreement in force to see {type}.',
    vi: '{recipient} không có thỏa thuận đang hiệu lực để nhận {type}.'
  },
  'agency-closed': {
    en: 'The agency code {agency} is closed.',
    vi: 'Mã định danh {agency} đã đóng.'
  },
  'agency-closed-with-successor': {
    en: 'The agency code {agency} is closed; its successor is {successor}. Address that one.',
    vi: 'Mã định danh {agency} đã đóng; cơ quan kế thừa là {successor}. Hãy gửi đến mã đó.'
  },
  'type-without-schema': {
    en: 'No schema is registered for {type}.',
    vi: 'Chưa có lược đồ đăng ký cho {type}.'
  },
  'payload-missing': {
    en: 'At {path} the member {name} is missing.',
    vi: 'Tại {path} thiếu thành phần {name}.'
  },
  'payload-unknown': {
    en: 'At {path} the member {name} is not in the schema.',
    vi: 'Tại {path} thành phần {name} không có trong lược đồ.'
  },
  'payload-malformed': {
    en: 'The value at {path} is not as the schema says: expected {expected}.',
    vi: 'Giá trị tại {path} không đúng lược đồ: cần {expected}.'
  },
  'payload-differs': {
    en: 'The value at {path} is not as the schema says: expected {expected}, got {got}.',
    vi: 'Giá trị tại {path} không đúng lược đồ: cần {expected}, nhận được {got}.'
  },
  'payload-null': {
    en: 'The value at {path} is null. Leave the member out where there is nothing to say.',
    vi: 'Giá trị tại {path} là null. Hãy bỏ hẳn thành phần này khi không có giá trị.'
  },
  'payload-too-many-items': {
    en: 'The lists of the payload hold more than {limit} items, at {path}. Move long lists into an attachment.',
    vi: 'Các danh sách trong nội dung có hơn {limit} phần tử, tại {path}. Hãy chuyển danh sách dài vào tệp đính kèm.'
  },
  'payload-not-avro': {
    en: 'The payload is not Avro of its schema: see byte {position}.',
    vi: 'Nội dung không phải Avro theo lược đồ: xem byte {position}.'
  },
  'payload-not-kept': {
    en: 'The payload of {type} would not be kept exactly as written.',
    vi: 'Nội dung của {type} không thể giữ nguyên như đã viết.'
  },
  'attachment-missing': {
    en: 'The attachment {sha256} has not been uploaded by your agency, nor given to it. Upload it first, then send the event again.',
    vi: 'Tệp đính kèm {sha256} chưa được cơ quan tải lên hoặc chưa được trao. Hãy tải lên trước rồi gửi lại sự kiện.'
  },
  'attachment-size-differs': {
    en: 'The attachment {sha256} has {expected} bytes; the event says {got}.',
    vi: 'Tệp đính kèm {sha256} có {expected} byte; sự kiện ghi {got}.'
  },
  'attachment-without-length': {
    en: "Say the attachment's size in Content-Length.",
    vi: 'Hãy ghi kích thước tệp trong Content-Length.'
  },
  'attachment-size-not-announced': {
    en: 'The attachment was announced with {expected} bytes; {got} came.',
    vi: 'Tệp được khai {expected} byte; nhận được {got}.'
  },
  'attachment-digest-differs': {
    en: 'The bytes that came have the SHA-256 {got}; announced was {expected}.',
    vi: 'Nội dung nhận được có SHA-256 {got}; đã khai {expected}.'
  },
  'range-not-there': {
    en: 'The attachment has {size} bytes; the range asked for is not among them.',
    vi: 'Tệp đính kèm có {size} byte; khoảng yêu cầu nằm ngoài.'
  },
  'attachment-not-stored': {
    en: 'The attachment could not be stored. Try again.',
    vi: 'Không lưu được tệp đính kèm. Hãy thử lại.'
  },
  'event-id-spent': {
    en: 'The id {id} is already used by this source for other content. Choose a new id for new content.',
    vi: 'Mã {id} đã được nguồn này dùng cho nội dung khác. Hãy chọn mã mới cho nội dung mới.'
  },
  'cursor-not-yours': {
    en: 'The cursor was not given to this system with this filter. Start without `after`, or with `from`.',
    vi: 'Con trỏ không được cấp cho hệ thống này với bộ lọc này. Hãy bắt đầu không có `after`, hoặc dùng `from`.'
  },
  'cursor-of-other-epoch': {
    en: 'The cursor is from before the bus was restored. Read again with `from`, from a time before the restore.',
    vi: 'Con trỏ có từ trước khi trục được phục hồi. Hãy đọc lại bằng `from`, từ thời điểm trước khi phục hồi.'
  },
  'acknowledgement-invalid': {
    en: 'The answer is not valid at {member}: {problem}.',
    vi: 'Câu trả lời không hợp lệ tại {member}: {problem}.'
  },
  'already-answered': {
    en: 'The event was already answered: {state}, by {system}. What was answered first stands.',
    vi: 'Sự kiện đã được trả lời: {state}, bởi {system}. Câu trả lời đầu tiên có hiệu lực.'
  },
  'act-not-an-object': {
    en: 'An act is a JSON object.',
    vi: 'Hành vi quản trị là một đối tượng JSON.'
  },
  'act-kind-unknown': {
    en: 'There is no act {kind}.',
    vi: 'Không có hành vi {kind}.'
  },
  'act-member-invalid': {
    en: '{kind}: {member} is not valid: {problem}.',
    vi: '{kind}: {member} không hợp lệ: {problem}.'
  },
  'act-not-of-this-route': {
    en: '{act} is not done at this address.',
    vi: '{act} không thực hiện ở địa chỉ này.'
  },
  'act-not-permitted': {
    en: 'You may not do {act} on {thing}.',
    vi: 'Bên gọi không được thực hiện {act} trên {thing}.'
  },
  'act-previous-differs': {
    en: 'Something else was done on {thing} first: previous must be {expected}. Read it again, then decide.',
    vi: '{thing} đã có thay đổi trước đó: previous phải là {expected}. Hãy đọc lại rồi quyết định.'
  },
  'act-agency-unknown': {
    en: '{value} is no agency known here.',
    vi: 'Không có cơ quan nào mang mã {value}.'
  },
  'act-agency-closed': {
    en: 'The agency code {value} is closed.',
    vi: 'Mã định danh {value} đã đóng.'
  },
  'act-thing-unknown': {
    en: 'There is no {thing}, or it is revoked.',
    vi: 'Không có {thing}, hoặc đã bị thu hồi.'
  },
  'act-thing-exists': {
    en: '{thing} already exists.',
    vi: '{thing} đã tồn tại.'
  },
  'act-already-so': {
    en: '{thing} is so already.',
    vi: '{thing} vốn đã như vậy.'
  },
  'act-kid-used': {
    en: '{thing} has already had a key of that kid. Choose another kid.',
    vi: '{thing} đã từng có khóa mang kid này. Hãy chọn kid khác.'
  },
  'act-key-held': {
    en: 'That very key is already held by a system. Make a new one.',
    vi: 'Khóa này đã thuộc về một hệ thống. Hãy tạo khóa mới.'
  },
  'act-key-unknown': {
    en: '{thing} has no key {value} in force.',
    vi: '{thing} không có khóa {value} đang hiệu lực.'
  },
  'act-right-too-wide': {
    en: 'Only document events may go to any agency; {value} needs recipients "agreements".',
    vi: 'Chỉ sự kiện văn bản được gửi đến mọi cơ quan; {value} cần recipients là "agreements".'
  },
  'act-right-unknown': {
    en: '{thing} has no right to publish {value}.',
    vi: '{thing} không có quyền phát {value}.'
  },
  'act-agreement-ended': {
    en: '{thing} has ended.',
    vi: '{thing} đã kết thúc.'
  },
  'key-not-an-object': {
    en: 'A key is a JSON object (JWK).',
    vi: 'Khóa là một đối tượng JSON (JWK).'
  },
  'key-private': {
    en: 'The key holds its private part ({member}). Register the public part only, and make a new key: this one has been shown.',
    vi: 'Khóa chứa phần bí mật ({member}). Chỉ đăng ký phần công khai, và hãy tạo khóa mới: khóa này đã lộ.'
  },
  'key-member-unknown': {
    en: 'The key has a member {member} that is not taken.',
    vi: 'Khóa có thành phần {member} không được nhận.'
  },
  'key-member-malformed': {
    en: "The key's member {member} is malformed.",
    vi: 'Thành phần {member} của khóa sai dạng.'
  },
  'key-kid-malformed': {
    en: 'The key needs a kid of 1 to 64 letters, digits, - and _.',
    vi: 'Khóa cần có kid gồm 1 đến 64 chữ cái, chữ số, - và _.'
  },
  'key-not-for-signing': {
    en: 'The key is not for signatures: see {member}.',
    vi: 'Khóa không dùng để ký: xem {member}.'
  },
  'key-kind-unsupported': {
    en: 'Keys of kind {member} are not taken. Use Ed25519, P-256, or RSA with alg PS256 or RS256.',
    vi: 'Không nhận khóa loại {member}. Hãy dùng Ed25519, P-256, hoặc RSA với alg PS256 hay RS256.'
  },
  'key-alg-differs': {
    en: 'alg {member} does not fit the key.',
    vi: 'alg {member} không phù hợp với khóa.'
  },
  'key-not-on-curve': {
    en: 'The key is no point of its curve.',
    vi: 'Khóa không phải điểm trên đường cong.'
  },
  'key-too-short': {
    en: 'An RSA key needs at least 2048 bits.',
    vi: 'Khóa RSA cần ít nhất 2048 bit.'
  },
  'key-exponent-weak': {
    en: 'An RSA key needs an odd exponent of at least 65537.',
    vi: 'Khóa RSA cần số mũ lẻ từ 65537 trở lên.'
  },
  'key-known-weak': {
    en: 'The key is of a known weak kind. Make a new one.',
    vi: 'Khóa thuộc loại yếu đã biết. Hãy tạo khóa mới.'
  },
  'schema-not-json': {
    en: 'The schema is not JSON.',
    vi: 'Lược đồ không phải JSON.'
  },
  'schema-not-a-record': {
    en: "An event's schema must be an Avro record.",
    vi: 'Lược đồ sự kiện phải là bản ghi Avro.'
  },
  'schema-too-deep': {
    en: 'The schema nests too deeply at {field}.',
    vi: 'Lược đồ lồng quá sâu tại {field}.'
  },
  'schema-too-large': {
    en: 'The schema has too many fields, at {field}.',
    vi: 'Lược đồ có quá nhiều trường, tại {field}.'
  },
  'schema-type-refused': {
    en: 'The type {got} at {field} is not one of an event type: no floating point, maps, fixed, or unions but with null.',
    vi: 'Kiểu {got} tại {field} không dùng được: không nhận số thực, map, fixed, hay union ngoài union với null.'
  },
  'schema-recursive': {
    en: 'The type {got} at {field} refers to itself.',
    vi: 'Kiểu {got} tại {field} tham chiếu chính nó.'
  },
  'schema-not-avro': {
    en: 'The schema is not Avro.',
    vi: 'Lược đồ không phải Avro.'
  },
  'schema-record-empty': {
    en: 'The record {got} at {field} has no fields.',
    vi: 'Bản ghi {got} tại {field} không có trường nào.'
  },
  'schema-enum-malformed': {
    en: 'The symbols of the enum {got} at {field} are malformed, missing, too many or named twice.',
    vi: 'Các giá trị của enum {got} tại {field} sai dạng, thiếu, quá nhiều hoặc bị lặp.'
  },
  'schema-attachment-malformed': {
    en: 'At {field} lienthong.Attachment is not what it is everywhere: name, mediaType and sha256 are strings, size is a long, all required, and nothing else.',
    vi: 'Tại {field} lienthong.Attachment không đúng quy ước: name, mediaType, sha256 kiểu string, size kiểu long, đều bắt buộc và không có trường nào khác.'
  },
  'schema-name-not-of-type': {
    en: 'The record is named {got}; for {type} it must be {expected}.',
    vi: 'Bản ghi có tên {got}; với {type} phải là {expected}.'
  },
  'schema-changes-field': {
    en: 'The field {field} of {type} is not as before. Within a version a schema may only gain optional fields; make a new version.',
    vi: 'Trường {field} của {type} khác trước. Trong cùng phiên bản, lược đồ chỉ được thêm trường không bắt buộc; hãy tạo phiên bản mới.'
  },
  'record-unreadable': {
    en: 'The record is not as the bus writes records.',
    vi: 'Bản ghi không đúng dạng do trục ghi.'
  },
  'schema-field-malformed': {
    en: 'A field of {field} is malformed, named twice, or has a name that is not allowed: {got}.',
    vi: 'Một trường của {field} sai dạng, trùng tên hoặc có tên không được phép: {got}.'
  },
  'schema-field-without-doc': {
    en: 'The field {field} needs a doc.',
    vi: 'Trường {field} cần có doc.'
  },
  'schema-optional-malformed': {
    en: 'The field {field} must be a union of null and one type, with default null.',
    vi: 'Trường {field} phải là union của null với một kiểu, mặc định null.'
  },
  'schema-default-refused': {
    en: 'The field {field} is required and takes no default.',
    vi: 'Trường {field} là bắt buộc, không nhận giá trị mặc định.'
  },
  'schema-name-malformed': {
    en: 'A name at {field} is malformed: {got}.',
    vi: 'Tên tại {field} sai dạng: {got}.'
  },
  'schema-name-twice': {
    en: 'The name {got} is defined twice, at {field}.',
    vi: 'Tên {got} được định nghĩa hai lần, tại {field}.'
  },
  'schema-unknown-yet': {
    en: 'The record at {position} was written with a schema that is not known yet.',
    vi: 'Bản ghi tại {position} dùng lược đồ chưa biết.'
  },
  'act-unknown-yet': {
    en: 'The record was checked under act {act}, which is not known yet.',
    vi: 'Bản ghi được kiểm theo hành vi {act} chưa biết.'
  },
  'position-moved-elsewhere': {
    en: "The projector's position was moved by another process.",
    vi: 'Vị trí đọc đã bị tiến trình khác thay đổi.'
  },
  'config-invalid': {
    en: '{file}: {problems}',
    vi: '{file}: {problems}'
  },
  'data-in-use': {
    en: 'The data folder {folder} is used by another process. Stop that one, or name another folder with --data.',
    vi: 'Thư mục dữ liệu {folder} đang được tiến trình khác dùng. Hãy dừng tiến trình đó hoặc chọn thư mục khác bằng --data.'
  },
  'data-not-locked': {
    en: 'The data folder {folder} cannot be used: {problem}. See that it exists and may be written.',
    vi: 'Không dùng được thư mục dữ liệu {folder}: {problem}. Hãy kiểm tra thư mục có tồn tại và ghi được.'
  },
  'store-closed': {
    en: 'The store is closed.',
    vi: 'Kho dữ liệu đã đóng.'
  },
  'store-failed': {
    en: 'The store could not write. Try again.',
    vi: 'Kho dữ liệu không ghi được. Hãy thử lại.'
  },
  'log-closed': {
    en: 'The event log is closed.',
    vi: 'Nhật ký sự kiện đã đóng.'
  },
  'log-not-opened': {
    en: 'The event log {file} could not be opened: {problem}.',
    vi: 'Không mở được nhật ký sự kiện {file}: {problem}.'
  },
  'log-failed': {
    en: 'The disk failed the event log, so that what it holds is not known. Start the bus again.',
    vi: 'Ổ đĩa gặp lỗi khi ghi nhật ký sự kiện nên không rõ nội dung đã lưu. Hãy khởi động lại trục.'
  },
  'log-not-read': {
    en: 'The event log could not be read. Try again.',
    vi: 'Không đọc được nhật ký sự kiện. Hãy thử lại.'
  },
  'position-past-end': {
    en: 'The reader has taken the log up to {position}, but it ends at {last}: it is another log, or an older copy. Restore store and log together.',
    vi: 'Bên đọc đã đọc đến vị trí {position} nhưng nhật ký kết thúc ở {last}: đây là nhật ký khác hoặc bản sao cũ. Hãy phục hồi kho dữ liệu và nhật ký cùng lúc.'
  },
  'append-failed': {
    en: 'The event log could not store this. Send the same again: what was stored is answered as a repeat.',
    vi: 'Nhật ký sự kiện không lưu được. Hãy gửi lại y nguyên: phần đã lưu sẽ được trả lời là lặp lại.'
  },
  'append-queue-full': {
    en: 'Too much is waiting to be stored. Try again after the time in Retry-After.',
    vi: 'Đang có quá nhiều sự kiện chờ lưu. Hãy thử lại sau thời gian trong Retry-After.'
  },
  stopping: {
    en: 'The bus is stopping. Send the same again in a moment.',
    vi: 'Trục đang dừng. Hãy gửi lại y nguyên sau giây lát.'
  },
  'package-not-xml': {
    en: 'The package is not well-formed XML. Export it again from the document system.',
    vi: 'Gói tin không phải XML đúng cú pháp. Hãy xuất lại từ phần mềm quản lý văn bản.'
  },
  'package-not-utf8': {
    en: 'The package is not written in UTF-8. Export it again as UTF-8.',
    vi: 'Gói tin không dùng bảng mã UTF-8. Hãy xuất lại với bảng mã UTF-8.'
  },
  'package-doctype': {
    en: 'The package holds a DOCTYPE, which is not allowed.',
    vi: 'Gói tin chứa khai báo DOCTYPE, không được phép.'
  },
  'package-instruction': {
    en: 'The package holds an XML processing instruction, which is not allowed.',
    vi: 'Gói tin chứa chỉ thị xử lý XML, không được phép.'
  },
  'package-too-large': {
    en: 'The package is too large or too deeply nested. Attachments may hold 50 MB in all.',
    vi: 'Gói tin quá lớn hoặc lồng nhau quá sâu. Tổng tệp đính kèm tối đa 50 MB.'
  },
  'package-not-edxml': {
    en: 'This is no edXML package of QCVN 102:2016: its envelope is missing or in another namespace.',
    vi: 'Đây không phải gói tin edXML theo QCVN 102:2016: thiếu phần edXMLEnvelope hoặc sai không gian tên.'
  },
  'package-element-missing': {
    en: 'The package lacks {element}, or it is empty.',
    vi: 'Gói tin thiếu {element}, hoặc để trống.'
  },
  'package-business-unknown': {
    en: 'The business type {got} is not known (0 new, 1 recall, 2 update, 3 replace).',
    vi: 'Loại nghiệp vụ {got} không có trong danh mục (0 mới, 1 thu hồi, 2 cập nhật, 3 thay thế).'
  },
  'package-date-malformed': {
    en: '{element} is no date: {got}. Write yyyy/MM/dd.',
    vi: '{element} không phải ngày hợp lệ: {got}. Hãy ghi theo dạng yyyy/MM/dd.'
  },
  'package-number-malformed': {
    en: '{element} must be a whole number of 0 to 65535: {got}.',
    vi: '{element} phải là số nguyên từ 0 đến 65535: {got}.'
  },
  'package-code-malformed': {
    en: '{got} is no agency code.',
    vi: '{got} không phải mã định danh cơ quan.'
  },
  'package-document-id-long': {
    en: 'DocumentId is longer than 200 characters.',
    vi: 'DocumentId dài hơn 200 ký tự.'
  },
  'package-recipient-twice': {
    en: 'The package names a receiver twice.',
    vi: 'Gói tin nêu một đơn vị nhận hai lần.'
  },
  'package-attachments-unpaired': {
    en: 'The attachments and their list in the manifest do not match.',
    vi: 'Tệp đính kèm và danh sách tệp trong gói tin không khớp nhau.'
  },
  'package-attachment-name': {
    en: "The attachment's name {name} is not allowed: no path, no control characters, at most 255 bytes.",
    vi: 'Tên tệp đính kèm {name} không được phép: không chứa đường dẫn, ký tự điều khiển, tối đa 255 byte.'
  },
  'package-attachment-encoding': {
    en: 'The attachment {name} is not readable base64.',
    vi: 'Không đọc được nội dung (base64) của tệp đính kèm {name}.'
  },
  'package-of-other-agency': {
    en: 'The package is sent by {got}, but this folder belongs to {expected}.',
    vi: 'Gói tin do {got} gửi, nhưng thư mục này của {expected}.'
  },
  'folder-unreachable': {
    en: 'The package folder cannot be used: {problem}.',
    vi: 'Không dùng được thư mục gói tin: {problem}.'
  },
  'not-found': {
    en: 'There is nothing here under that name, or it is not yours to see.',
    vi: 'Không có gì ở địa chỉ này, hoặc không thuộc quyền xem của bên gọi.'
  }
} as const satisfies Record<string, Readonly<Record<Language, string>>>

export type Fault = keyof typeof faults

/** The text of a fault in a language, its places filled. */
export function textOf(fault: Fault, values: Values, language: Language): string {
  return faults[fault][language].replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name]
    return value === undefined ? place : String(value).slice(0, 100)
  })
}
