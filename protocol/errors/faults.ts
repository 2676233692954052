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
  'upload-offset-differs': {
    en: 'The next byte of this upload is {expected}, not {got}.',
    vi: 'Byte tiếp theo của lần tải lên này là {expected}, không phải {got}.'
  },
  'upload-superseded': {
    en: 'Another request has gone on with this upload.',
    vi: 'Một yêu cầu khác đã tiếp tục lần tải lên này.'
  },
  'upload-header-invalid': {
    en: 'The header {name} must be {form}.',
    vi: 'Trường {name} phải là {form}.'
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
  'bucket-not-usable': {
    en: 'The bucket {bucket} at {endpoint} cannot be used: {problem}. See that it exists, that the access key is right and may list, read, write and delete in it.',
    vi: 'Không dùng được bucket {bucket} tại {endpoint}: {problem}. Hãy kiểm tra bucket có tồn tại, khóa truy cập đúng và có quyền liệt kê, đọc, ghi, xóa.'
  },
  'bucket-secret-not-one': {
    en: 'Name the secret of the access key for the bucket {bucket} once: in secretAccessKey or in secretAccessKeyFile.',
    vi: 'Hãy khai bí mật của khóa truy cập bucket {bucket} đúng một lần: trong secretAccessKey hoặc secretAccessKeyFile.'
  },
  's3-client-not-installed': {
    en: 'Attachments are to be kept in S3, but its client is not installed: npm install without --omit=optional.',
    vi: 'Tệp đính kèm được cấu hình lưu trên S3 nhưng thư viện S3 chưa cài: chạy npm install không kèm --omit=optional.'
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
    en: 'The cursor is from before the bus was restored. Read again with from={from}; what you have seen since then comes once more, under the same source and id.',
    vi: 'Con trỏ có từ trước khi trục được phục hồi. Hãy đọc lại bằng from={from}; những gì đã nhận sau thời điểm đó sẽ đến lại, với cùng source và id.'
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
    en: 'You may not do {act} on {resource}.',
    vi: 'Bên gọi không được thực hiện {act} trên {resource}.'
  },
  'act-previous-differs': {
    en: 'Something else was done on {resource} first: previous must be {expected}. Read it again, then decide.',
    vi: '{resource} đã có thay đổi trước đó: previous phải là {expected}. Hãy đọc lại rồi quyết định.'
  },
  'act-agency-unknown': {
    en: '{value} is no agency known here.',
    vi: 'Không có cơ quan nào mang mã {value}.'
  },
  'act-agency-closed': {
    en: 'The agency code {value} is closed.',
    vi: 'Mã định danh {value} đã đóng.'
  },
  'act-resource-unknown': {
    en: 'There is no {resource}, or it is revoked.',
    vi: 'Không có {resource}, hoặc đã bị thu hồi.'
  },
  'act-resource-exists': {
    en: '{resource} already exists.',
    vi: '{resource} đã tồn tại.'
  },
  'act-already-so': {
    en: '{resource} is so already.',
    vi: '{resource} vốn đã như vậy.'
  },
  'act-kid-used': {
    en: '{resource} has already had a key of that kid. Choose another kid.',
    vi: '{resource} đã từng có khóa mang kid này. Hãy chọn kid khác.'
  },
  'act-key-held': {
    en: 'That very key is already held by a system. Make a new one.',
    vi: 'Khóa này đã thuộc về một hệ thống. Hãy tạo khóa mới.'
  },
  'act-key-unknown': {
    en: '{resource} has no key {value} in force.',
    vi: '{resource} không có khóa {value} đang hiệu lực.'
  },
  'act-right-too-wide': {
    en: 'Only document events may go to any agency; {value} needs recipients "agreements".',
    vi: 'Chỉ sự kiện văn bản được gửi đến mọi cơ quan; {value} cần recipients là "agreements".'
  },
  'act-right-unknown': {
    en: '{resource} has no right to publish {value}.',
    vi: '{resource} không có quyền phát {value}.'
  },
  'act-agreement-ended': {
    en: '{resource} has ended.',
    vi: '{resource} đã kết thúc.'
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
  'schema-reference-unknown': {
    en: 'The reference {name} leads nowhere: the subject {subject} has no version {version}. Register that first.',
    vi: 'Tham chiếu {name} không dẫn đến đâu: chủ thể {subject} không có phiên bản {version}. Hãy đăng ký phiên bản đó trước.'
  },
  'schema-references-refused': {
    en: 'The schema of the event type {type} must hold all its types itself, without references.',
    vi: 'Lược đồ của loại sự kiện {type} phải tự chứa mọi kiểu, không dùng tham chiếu.'
  },
  'schema-kind-unsupported': {
    en: 'Only Avro schemas are taken, got schemaType {got}.',
    vi: 'Chỉ nhận lược đồ Avro, nhận được schemaType {got}.'
  },
  'schema-domain-unknown': {
    en: 'There is no topic lienthong.{domain}: an event type belongs to a domain that has event types already.',
    vi: 'Không có chủ đề (topic) lienthong.{domain}: loại sự kiện phải thuộc lĩnh vực đã có loại sự kiện.'
  },
  'schema-incompatible': {
    en: 'The schema is not {level} compatible with what is registered for {subject}: {problem}.',
    vi: 'Lược đồ không tương thích mức {level} với các phiên bản đã đăng ký của {subject}: {problem}.'
  },
  'schema-of-event-type': {
    en: 'Events of {type} may have been written with this schema, so it stays. Delete it without permanent to take it out of use.',
    vi: 'Sự kiện loại {type} có thể đã được ghi bằng lược đồ này nên phải giữ lại. Hãy xóa không kèm permanent để ngừng sử dụng.'
  },
  'schema-referenced': {
    en: 'One or more references exist to the schema of {subject}, version {version}.',
    vi: 'Còn lược đồ khác tham chiếu đến phiên bản {version} của {subject}.'
  },
  'schema-unknown': {
    en: 'Schema {id} not found',
    vi: 'Không có lược đồ {id}.'
  },
  'schema-not-of-subject': {
    en: 'Schema not found',
    vi: 'Lược đồ chưa được đăng ký dưới chủ thể này.'
  },
  'subject-unknown': {
    en: "Subject '{subject}' not found.",
    vi: 'Không có chủ thể (subject) {subject}.'
  },
  'registry-subject-malformed': {
    en: "The subject '{subject}' is not a name: 1 to 255 characters as percent-encoded, none of them a control.",
    vi: 'Tên chủ thể (subject) {subject} không hợp lệ: 1 đến 255 ký tự sau khi mã hóa phần trăm, không có ký tự điều khiển.'
  },
  'subject-of-other-type': {
    en: 'The subject {subject} belongs to the event type {type}: their record names are the same.',
    vi: 'Chủ thể {subject} thuộc loại sự kiện {type}: hai loại có cùng tên bản ghi.'
  },
  'subject-resource-malformed': {
    en: 'Acts on a subject are on /schemas/<type> for an event type, with its type as member, else on /subjects/<subject> percent-encoded, without: {resource}.',
    vi: 'Hành vi trên chủ thể được thực hiện trên /schemas/<loại> với loại sự kiện, kèm thành phần type, còn lại trên /subjects/<chủ thể> mã hóa phần trăm, không kèm type: {resource}.'
  },
  'subject-deleted-already': {
    en: "Subject '{subject}' was soft deleted. Set permanent=true to delete permanently",
    vi: 'Chủ thể {subject} đã được xóa mềm. Đặt permanent=true để xóa hẳn.'
  },
  'subject-not-deleted': {
    en: "Subject '{subject}' was not deleted first before being permanently deleted",
    vi: 'Chủ thể {subject} phải được xóa mềm trước khi xóa hẳn.'
  },
  'version-unknown': {
    en: 'Version {version} not found.',
    vi: 'Không có phiên bản {version}.'
  },
  'version-malformed': {
    en: 'The specified version \'{version}\' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"',
    vi: 'Phiên bản {version} không hợp lệ: chỉ nhận số từ 1 đến 2^31-1 hoặc "latest".'
  },
  'version-deleted-already': {
    en: "Subject '{subject}' Version {version} was soft deleted. Set permanent=true to delete permanently",
    vi: 'Phiên bản {version} của {subject} đã được xóa mềm. Đặt permanent=true để xóa hẳn.'
  },
  'version-not-deleted': {
    en: "Subject '{subject}' Version {version} was not deleted first before being permanently deleted",
    vi: 'Phiên bản {version} của {subject} phải được xóa mềm trước khi xóa hẳn.'
  },
  'level-not-set': {
    en: "Subject '{subject}' does not have subject-level compatibility configured",
    vi: 'Chủ thể {subject} chưa được đặt mức tương thích riêng.'
  },
  'level-malformed': {
    en: 'Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive',
    vi: 'Mức tương thích không hợp lệ. Các giá trị: none, backward, forward, full, backward_transitive, forward_transitive, full_transitive.'
  },
  'mode-not-set': {
    en: "Subject '{subject}' does not have subject-level mode configured",
    vi: 'Chủ thể {subject} chưa được đặt chế độ riêng.'
  },
  'mode-fixed': {
    en: 'The mode of this registry is READWRITE and cannot be changed.',
    vi: 'Chế độ của sổ đăng ký này là READWRITE và không đổi được.'
  },
  'registry-full': {
    en: 'There are too many versions of {subject}, or its agency has too many subjects, or has brought too many schemas in all. Delete permanently what is not needed any more, or ask an operator.',
    vi: 'Chủ thể {subject} có quá nhiều phiên bản, hoặc cơ quan có quá nhiều chủ thể hay đã đưa vào quá nhiều lược đồ. Hãy xóa hẳn những gì không còn dùng, hoặc liên hệ người vận hành.'
  },
  'registry-needs-act': {
    en: 'This would be done, but changes are signed acts here: send it through `lienthong registry-proxy --as SYSTEM --key FILE`, or post the act to /v1/schemas.',
    vi: 'Yêu cầu hợp lệ, nhưng mọi thay đổi ở đây là hành vi có chữ ký: hãy gửi qua `lienthong registry-proxy --as SYSTEM --key FILE`, hoặc gửi hành vi đến /v1/schemas.'
  },
  'proxy-is-local': {
    en: 'The proxy signs what comes to it, so it answers no web page and no other name than localhost or 127.0.0.1.',
    vi: 'Proxy ký mọi yêu cầu gửi đến nó nên không trả lời trang web và chỉ nhận tên localhost hoặc 127.0.0.1.'
  },
  'registry-body-invalid': {
    en: 'The body is not as the registry takes it: {problem}.',
    vi: 'Nội dung không đúng dạng sổ đăng ký nhận: {problem}.'
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
  'avro-too-long': {
    en: 'The schema, or the schema with its references, is longer than {limit} bytes.',
    vi: 'Lược đồ, hoặc lược đồ cùng các tham chiếu, dài hơn {limit} byte.'
  },
  'avro-too-many-values': {
    en: 'The schema with its references holds more than {limit} values.',
    vi: 'Lược đồ cùng các tham chiếu chứa hơn {limit} giá trị.'
  },
  'avro-too-many-references': {
    en: 'The schema has more than {limit} references, counting those of its references.',
    vi: 'Lược đồ có hơn {limit} tham chiếu, tính cả tham chiếu của tham chiếu.'
  },
  'avro-too-complex': {
    en: 'The defaults of the schema take more than {limit} steps to check. Make them simpler.',
    vi: 'Kiểm tra các giá trị mặc định của lược đồ cần hơn {limit} bước. Hãy làm chúng đơn giản hơn.'
  },
  'avro-type-unknown': {
    en: '{got} at {field} is neither a type of Avro nor a name defined before it or in a reference.',
    vi: '{got} tại {field} không phải kiểu Avro, cũng không phải tên đã định nghĩa trước đó hoặc trong tham chiếu.'
  },
  'avro-union-malformed': {
    en: 'The union at {field} holds another union, or {got} twice.',
    vi: 'Union tại {field} chứa một union khác, hoặc chứa {got} hai lần.'
  },
  'avro-enum-malformed': {
    en: 'The symbols of the enum {got} at {field} are malformed, missing or named twice.',
    vi: 'Các giá trị của enum {got} tại {field} sai dạng, thiếu hoặc bị lặp.'
  },
  'avro-fixed-malformed': {
    en: 'The size of the fixed at {field} must be a whole number of bytes: {got}.',
    vi: 'Kích thước của fixed tại {field} phải là số byte nguyên: {got}.'
  },
  'avro-default-wrong': {
    en: 'The default {got} at {field} is not a value of its type.',
    vi: 'Giá trị mặc định {got} tại {field} không thuộc kiểu của nó.'
  },
  'incompatible-backward': {
    en: 'What was written with version {version} cannot be read with the new schema:',
    vi: 'Không đọc được bằng lược đồ mới những gì đã ghi theo phiên bản {version}:'
  },
  'incompatible-forward': {
    en: 'What is written with the new schema cannot be read with version {version}:',
    vi: 'Không đọc được bằng phiên bản {version} những gì ghi theo lược đồ mới:'
  },
  'unreadable-type': {
    en: '{field} is written as {written}, and cannot be read as {expected}.',
    vi: '{field} được ghi theo kiểu {written}, không đọc được theo kiểu {expected}.'
  },
  'unreadable-name': {
    en: '{field} is written as {written} and read as {expected}, which has another name and no alias for it.',
    vi: '{field} được ghi theo {written} và đọc theo {expected}, khác tên và không có bí danh tương ứng.'
  },
  'unreadable-missing': {
    en: '{field} is not written in {written}, and is read as {expected} without a default.',
    vi: '{field} không được ghi trong {written}, mà được đọc theo {expected} không có mặc định.'
  },
  'unreadable-ambiguous': {
    en: '{field} is written twice for its reader, by its name and its aliases: {written}. It is read as {expected}.',
    vi: '{field} được ghi hai lần đối với bên đọc, theo tên và theo bí danh: {written}. Bên đọc dùng {expected}.'
  },
  'unreadable-symbols': {
    en: '{field} may be written as {written}, which the enum {expected} does not have, and it has no default.',
    vi: '{field} có thể được ghi là {written}, mà enum {expected} không có, cũng không có mặc định.'
  },
  'unreadable-size': {
    en: '{field} is written with {written} bytes and read with {expected}.',
    vi: '{field} được ghi với {written} byte và đọc với {expected} byte.'
  },
  'unreadable-branch': {
    en: '{field} may be written as {written}, which cannot be read as any of the {expected}.',
    vi: '{field} có thể được ghi theo {written}, không đọc được theo kiểu nào của {expected}.'
  },
  'unreadable-complex': {
    en: 'comparing {written} with {expected} at {field} takes too long. Make the schema simpler, in smaller unions and fewer types.',
    vi: 'so sánh {written} với {expected} tại {field} mất quá nhiều thời gian. Hãy làm lược đồ đơn giản hơn, ít kiểu hơn và union nhỏ hơn.'
  },
  'schema-unknown-yet': {
    en: 'The record at {position} was written with a schema that is not known yet.',
    vi: 'Bản ghi tại {position} dùng lược đồ chưa biết.'
  },
  'acts-not-heard-of': {
    en: 'It is not known now whether rights have changed: the database has not answered. Try again.',
    vi: 'Hiện không biết quyền có thay đổi hay không: cơ sở dữ liệu chưa trả lời. Hãy thử lại.'
  },
  'lease-lost': {
    en: 'Another process has taken the channel {channel} over.',
    vi: 'Một tiến trình khác đã tiếp quản kênh {channel}.'
  },
  'act-unknown-yet': {
    en: 'The record was checked under act {act}, which is not known yet.',
    vi: 'Bản ghi được kiểm theo hành vi {act} chưa biết.'
  },
  'projector-behind': {
    en: 'The bus has not yet taken in all that was published. It is tried again.',
    vi: 'Trục chưa xử lý hết những gì đã công bố. Sẽ thử lại.'
  },
  'position-moved-elsewhere': {
    en: "The projector's position was moved by another process.",
    vi: 'Vị trí đọc đã bị tiến trình khác thay đổi.'
  },
  'config-invalid': {
    en: '{file}: {problems}',
    vi: '{file}: {problems}'
  },
  'backup-exists': {
    en: '{path} is there already. Name a folder that is not.',
    vi: '{path} đã có. Hãy chọn thư mục chưa tồn tại.'
  },
  'backup-missing': {
    en: 'There is no finished backup in {path}.',
    vi: 'Không có bản sao lưu hoàn chỉnh trong {path}.'
  },
  'backup-nothing-there': {
    en: 'There is no bus data in {path}.',
    vi: 'Không có dữ liệu của trục trong {path}.'
  },
  'backup-of-other-format': {
    en: '{path} is a backup of another format. Restore it with the release that made it.',
    vi: '{path} là bản sao lưu theo định dạng khác. Hãy phục hồi bằng phiên bản đã tạo ra nó.'
  },
  'backup-unsound': {
    en: 'The copy of {path} is not sound. Look at the disk, and keep earlier backups.',
    vi: 'Bản sao của {path} bị hỏng. Hãy kiểm tra ổ đĩa và giữ các bản sao lưu trước.'
  },
  'restore-log-older': {
    en: 'The log kept in {path} ends before what the backup has taken from it: it is another log. Restore without --keep-log.',
    vi: 'Nhật ký được giữ trong {path} kết thúc trước phần bản sao lưu đã lấy: đó là nhật ký khác. Hãy phục hồi không kèm --keep-log.'
  },
  'restore-unfinished': {
    en: 'A restore into {path} was broken off. Run it again.',
    vi: 'Việc phục hồi vào {path} đã bị ngắt giữa chừng. Hãy chạy lại.'
  },
  'data-migrated': {
    en: 'The data in {folder} was moved to {to}, or is on its way there: run the bus with that configuration, or lienthong migrate again where it was broken off. To go on here all the same, delete {file}; what was accepted there since is not here.',
    vi: 'Dữ liệu trong {folder} đã được chuyển, hoặc đang được chuyển, sang {to}: hãy chạy trục với cấu hình đó, hoặc chạy lại lienthong migrate nếu việc chuyển bị ngắt. Muốn tiếp tục ở đây, hãy xóa {file}; những gì đã nhận ở nơi mới sẽ không có ở đây.'
  },
  'migration-unfinished': {
    en: 'A migration into this database has not come to its end. Run lienthong migrate again.',
    vi: 'Việc chuyển dữ liệu vào cơ sở dữ liệu này chưa hoàn tất. Hãy chạy lại lienthong migrate.'
  },
  'migration-needs-shared-engines': {
    en: 'The configuration names no engines to migrate to: it needs eventLog.kafka and store.postgres.',
    vi: 'Cấu hình chưa nêu nơi chuyển đến: cần có eventLog.kafka và store.postgres.'
  },
  'migration-target-not-empty': {
    en: 'There is something already where the data would go: {what}. Name a database without a bus in it, topics fresh from lienthong topics apply, and an empty bucket, prefix or folder.',
    vi: 'Nơi chuyển đến đã có dữ liệu: {what}. Hãy chọn cơ sở dữ liệu chưa có trục, các chủ đề vừa tạo bằng lienthong topics apply, và bucket, tiền tố hoặc thư mục trống.'
  },
  'migration-bus-key-unknown': {
    en: 'The bus key {kid} that trust.busKeyFile names was not made known by an act. Name the key the bus has signed with: by default keys/bus.jwk of its data folder.',
    vi: 'Khóa {kid} nêu ở trust.busKeyFile chưa được công bố bằng hành vi quản trị. Hãy nêu đúng khóa trục đã dùng để ký: mặc định là keys/bus.jwk trong thư mục dữ liệu.'
  },
  'migration-operator-key-missing': {
    en: 'Acts were signed with operator keys that the configuration does not name: {kids}. Add their public halves to trust.operatorKeys, or name the one key by trust.operatorKeyFile: by default keys/operator.jwk of the data folder.',
    vi: 'Có hành vi quản trị ký bằng khóa vận hành chưa nêu trong cấu hình: {kids}. Hãy thêm phần công khai vào trust.operatorKeys, hoặc nêu khóa đó ở trust.operatorKeyFile: mặc định là keys/operator.jwk trong thư mục dữ liệu.'
  },
  'migration-not-projected': {
    en: 'The log holds {count} events that could not be put into inboxes yet: {problem}. Mend that on this machine first, then migrate.',
    vi: 'Nhật ký còn {count} sự kiện chưa đưa được vào hộp nhận: {problem}. Hãy khắc phục trên máy này trước rồi mới chuyển.'
  },
  'migration-topic-unknown': {
    en: 'The log holds records of topics this release does not make: {topics}.',
    vi: 'Nhật ký có bản ghi thuộc chủ đề mà phiên bản này không tạo: {topics}.'
  },
  'migration-log-differs': {
    en: '{shard} holds {got} records, not the {expected} that were moved: somebody else writes to it. Make the topics anew, empty the database, and migrate again.',
    vi: '{shard} có {got} bản ghi, không phải {expected} bản ghi đã chuyển: có nơi khác ghi vào. Hãy tạo lại chủ đề, làm trống cơ sở dữ liệu rồi chuyển lại.'
  },
  'migration-differs': {
    en: 'What arrived is not what was sent: {what}. Nothing is lost: the data folder stands as it was. Empty the database and migrate again.',
    vi: 'Dữ liệu đến nơi không giống dữ liệu gửi đi: {what}. Không mất gì: thư mục dữ liệu vẫn nguyên. Hãy làm trống cơ sở dữ liệu rồi chuyển lại.'
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
  'store-settings-wrong': {
    en: 'The settings of the store cannot be used: {problem}.',
    vi: 'Không dùng được thiết lập của kho dữ liệu: {problem}.'
  },
  'database-away': {
    en: 'The database does not answer. Try again.',
    vi: 'Cơ sở dữ liệu không trả lời. Hãy thử lại.'
  },
  'database-not-opened': {
    en: 'The database cannot be used: {problem}',
    vi: 'Không dùng được cơ sở dữ liệu: {problem}'
  },
  'database-standby': {
    en: 'The database is a standby and takes no writes. Try again.',
    vi: 'Cơ sở dữ liệu là bản dự phòng, không cho ghi. Hãy thử lại.'
  },
  'database-encoding': {
    en: 'The database stores text in {got}. Make one with encoding UTF8.',
    vi: 'Cơ sở dữ liệu lưu văn bản bằng {got}. Hãy tạo cơ sở dữ liệu với mã hoá UTF8.'
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
  'position-before-start': {
    en: 'The reader has taken {shard} up to {position}, but its records begin at {first} now: those between are no longer in the log. Restore the store from a backup that is not older than the log, or accept the loss by moving the position.',
    vi: 'Bên đọc đã đọc {shard} đến vị trí {position} nhưng các bản ghi nay bắt đầu từ {first}: phần ở giữa không còn trong nhật ký. Hãy phục hồi kho dữ liệu từ bản sao lưu không cũ hơn nhật ký, hoặc chấp nhận mất mát bằng cách dời vị trí.'
  },
  'partitions-changed': {
    en: 'The topic {topic} has {found} partitions, and the configuration says {partitions}. The order within a case rests on their number: nothing is appended or read. Make the topic anew with {partitions} partitions, or migrate to new topics.',
    vi: 'Chủ đề (topic) {topic} có {found} phân vùng trong khi cấu hình ghi {partitions}. Thứ tự trong một hồ sơ dựa vào số này nên không ghi và không đọc nữa. Hãy tạo lại chủ đề với {partitions} phân vùng, hoặc chuyển sang chủ đề mới.'
  },
  'log-ends-earlier': {
    en: '{shard} ends at {end} now and ended at {once} before: the topic was made anew, or has lost records. Nothing is appended or read there. Bring the topic back, or restore store and log together, then start the bus again.',
    vi: '{shard} nay kết thúc ở {end}, trước đó ở {once}: chủ đề (topic) đã bị tạo lại hoặc đã mất bản ghi. Không ghi và không đọc ở đó nữa. Hãy khôi phục chủ đề, hoặc phục hồi kho dữ liệu và nhật ký cùng lúc, rồi khởi động lại.'
  },
  'log-not-begun': {
    en: 'The topic {topic} does not begin with a record that names the log: it has none, or is not there. Run lienthong topics apply, or set eventLog.kafka.brokers and namespace to where the log is.',
    vi: 'Chủ đề (topic) {topic} chưa có bản ghi đầu tiên nêu tên nhật ký: chủ đề còn trống hoặc không tồn tại. Hãy chạy lienthong topics apply, hoặc đặt eventLog.kafka.brokers và namespace đúng nơi có nhật ký.'
  },
  'log-begins-otherwise': {
    en: 'The topic {topic} does not begin with the record that names a log: lienthong topics apply did not make it, somebody else wrote to it first, or its first records were deleted. Nothing is appended or read. Set eventLog.kafka.brokers and namespace to where the log is; for a new bus, delete the topics and run lienthong topics apply.',
    vi: 'Chủ đề (topic) {topic} không bắt đầu bằng bản ghi nêu tên nhật ký: chủ đề không do lienthong topics apply tạo, có nơi khác ghi vào trước, hoặc các bản ghi đầu đã bị xóa. Không ghi và không đọc nữa. Hãy đặt eventLog.kafka.brokers và namespace đúng nơi có nhật ký; với trục mới, hãy xóa các chủ đề rồi chạy lienthong topics apply.'
  },
  'log-is-another': {
    en: 'These brokers hold the log {found}, and the database goes with the log {known}: eventLog.kafka.brokers, namespace or store.postgres.url name another place, or the topics were made anew. Nothing is appended or read. Set them to the log and the database that belong together; where that log is lost, restore its topics, or begin again with an empty database, migrating into both where there is a data folder.',
    vi: 'Các broker này giữ nhật ký {found}, còn cơ sở dữ liệu thuộc về nhật ký {known}: eventLog.kafka.brokers, namespace hoặc store.postgres.url trỏ sai nơi, hoặc các chủ đề (topic) đã bị tạo lại. Không ghi và không đọc nữa. Hãy đặt đúng nhật ký và cơ sở dữ liệu đi cùng nhau; nếu nhật ký đó đã mất, hãy khôi phục các chủ đề, hoặc bắt đầu lại với cơ sở dữ liệu trống và chuyển dữ liệu vào cả hai nếu còn thư mục dữ liệu.'
  },
  'no-kafka-configured': {
    en: 'The configuration names no eventLog.kafka: there are no topics to make.',
    vi: 'Cấu hình không có eventLog.kafka nên không có chủ đề (topic) nào cần tạo.'
  },
  'engines-mixed': {
    en: 'The configured engines do not go together: {problem}.',
    vi: 'Các thành phần lưu trữ được cấu hình không đi cùng nhau: {problem}.'
  },
  'roles-need-shared-engines': {
    en: 'lienthong {role} runs beside other processes: that needs eventLog.kafka, store.postgres and gateway.publicUrl. On one machine use lienthong up.',
    vi: 'lienthong {role} chạy cạnh các tiến trình khác nên cần eventLog.kafka, store.postgres và gateway.publicUrl. Trên một máy hãy dùng lienthong up.'
  },
  'keys-not-configured': {
    en: 'Processes that share Kafka and PostgreSQL share their keys: set trust.busKeyFile, and trust.operatorKeys or trust.operatorKeyFile.',
    vi: 'Các tiến trình dùng chung Kafka và PostgreSQL cũng dùng chung khóa: hãy đặt trust.busKeyFile, và trust.operatorKeys hoặc trust.operatorKeyFile.'
  },
  'topics-not-as-needed': {
    en: 'The topics are not as the bus needs them: {problems}.',
    vi: 'Các chủ đề (topic) chưa đúng yêu cầu: {problems}.'
  },
  'brokers-unavailable': {
    en: 'The brokers of the event log did not answer in time. Try again.',
    vi: 'Các máy chủ của nhật ký sự kiện không trả lời kịp. Hãy thử lại.'
  },
  'brokers-not-trusted': {
    en: 'The brokers and this client do not trust each other: {problem}. See that tls.caFile holds who signed the certificates of the brokers, that these name the hosts in brokers, that the listener speaks TLS, and that tls.certFile is good where a certificate is asked for.',
    vi: 'Máy chủ của nhật ký sự kiện và bên kết nối không tin nhau: {problem}. Hãy kiểm tra tls.caFile có chứa nơi ký chứng thư của máy chủ, chứng thư ghi đúng tên trong brokers, cổng có dùng TLS, và tls.certFile hợp lệ nếu máy chủ yêu cầu chứng thư.'
  },
  'brokers-refuse-login': {
    en: 'The brokers refuse the log-in: {problem}. See that sasl names a mechanism they offer and a user they know, and that its password is right.',
    vi: 'Máy chủ của nhật ký sự kiện từ chối đăng nhập: {problem}. Hãy kiểm tra sasl ghi đúng cơ chế máy chủ cho phép, đúng người dùng và đúng mật khẩu.'
  },
  'brokers-forbid': {
    en: 'The brokers do not allow this: {problem}. Give the user of the bus the right to describe, read and write its topics and to read its groups.',
    vi: 'Máy chủ của nhật ký sự kiện không cho phép: {problem}. Hãy cấp cho người dùng của trục quyền xem, đọc, ghi các chủ đề (topic) và đọc các nhóm của nó.'
  },
  'brokers-hang-up': {
    en: 'The brokers end the connection without an answer. See whether their listener speaks TLS, or asks for a log-in, and set tls and sasl accordingly.',
    vi: 'Máy chủ của nhật ký sự kiện ngắt kết nối mà không trả lời. Hãy kiểm tra cổng có dùng TLS hoặc yêu cầu đăng nhập không, rồi đặt tls và sasl cho đúng.'
  },
  'brokers-settings-wrong': {
    en: 'The settings of eventLog.kafka cannot be used: {problem}.',
    vi: 'Không dùng được thiết lập eventLog.kafka: {problem}.'
  },
  'append-failed': {
    en: 'The event log could not store this. Send the same again: what was stored is answered as a repeat.',
    vi: 'Nhật ký sự kiện không lưu được. Hãy gửi lại y nguyên: phần đã lưu sẽ được trả lời là lặp lại.'
  },
  'append-under-way': {
    en: 'Another process is storing this, or died while it did. Send the same again: what was stored is answered as a repeat.',
    vi: 'Một tiến trình khác đang lưu nội dung này, hoặc đã dừng giữa chừng. Hãy gửi lại y nguyên: phần đã lưu sẽ được trả lời là lặp lại.'
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
  'package-signature-odd': {
    en: 'The package must have at most one signature, over the whole of it, by RSA with SHA-256 or SHA-512. Sign it again so.',
    vi: 'Gói tin chỉ được có một chữ ký, ký trên toàn bộ gói, bằng RSA với SHA-256 hoặc SHA-512. Hãy ký lại như vậy.'
  },
  'package-signature-wrong': {
    en: "The package was changed after it was signed, or its certificate is not the signer's. Have it signed and sent again.",
    vi: 'Gói tin đã bị thay đổi sau khi ký, hoặc chứng thư không phải của người ký. Hãy ký và gửi lại.'
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
