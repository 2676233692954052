import { visible } from './visible-text.ts'

/** Languages a reader may ask for. */
export type Language = 'vi' | 'en'

/** Values for the placeholders of a text. */
export type Values = Readonly<Record<string, string | number>>

/**
 * What went wrong and what to do, for each place that throws. `{name}` is replaced by one of the error's
 * values. Operators, integrators and clerks read a text on its own: it names its subject and the next step.
 */
export const faults = {
  'body-too-large': {
    en: 'The request body is larger than {limit} bytes. Send fewer events per request, move large content into attachments, or split a large attachment.',
    vi: 'Nội dung yêu cầu lớn hơn {limit} byte. Hãy gửi ít sự kiện hơn trong mỗi yêu cầu, chuyển nội dung lớn vào tệp đính kèm, hoặc chia nhỏ tệp đính kèm.'
  },
  'encoding-unsupported': {
    en: 'The header Content-Encoding is not supported. Send the body uncompressed, without this header.',
    vi: 'Không hỗ trợ header Content-Encoding. Hãy gửi nội dung không nén và bỏ header này.'
  },
  'token-refused': {
    en: 'The token is missing, malformed, expired, or not signed with a valid key. Check the header Authorization (Bearer); the clock; that aud is the public URL of the gateway exactly; and that the key with this kid is registered and in force.',
    vi: 'Token xác thực bị thiếu, sai định dạng, hết hạn hoặc không được ký bằng khóa hợp lệ. Hãy kiểm tra: header Authorization (Bearer); đồng hồ máy chủ; trường aud đúng địa chỉ công khai của cổng (gateway); khóa mang kid này đã được đăng ký và còn hiệu lực.'
  },
  internal: {
    en: 'An unexpected error occurred in the bus. Report the traceId to the operator of the bus, who finds the cause in the log under it.',
    vi: 'Trục liên thông gặp lỗi ngoài dự kiến. Hãy báo mã truy vết (traceId) cho đơn vị vận hành để tra nguyên nhân trong nhật ký hệ thống.'
  },
  'request-too-large': {
    en: 'The request body is larger than this address accepts. Send less in one request.',
    vi: 'Nội dung yêu cầu lớn hơn mức cho phép tại địa chỉ này. Hãy giảm nội dung gửi trong một yêu cầu.'
  },
  'request-unreadable': {
    en: 'What was sent is not an HTTP/1.1 request that can be read. Check that the address has http:// or https:// as the gateway serves it, and that lengths and chunks are as HTTP demands.',
    vi: 'Dữ liệu gửi đến không phải là một yêu cầu HTTP/1.1 đọc được. Hãy kiểm tra địa chỉ dùng http:// hay https:// đúng như cổng (gateway), và độ dài, các chunk đúng theo HTTP.'
  },
  'head-too-large': {
    en: 'The request line and the headers together are larger than 16 KiB. Send shorter headers.',
    vi: 'Dòng yêu cầu và các header cộng lại lớn hơn 16 KiB. Hãy gửi header ngắn hơn.'
  },
  'host-missing': {
    en: 'The request has no header Host, which HTTP/1.1 demands. Add it.',
    vi: 'Yêu cầu không có header Host mà HTTP/1.1 bắt buộc. Hãy thêm header này.'
  },
  'request-malformed': {
    en: 'The URL or the Content-Length of the request cannot be read. Correct it and send the request again.',
    vi: 'Không đọc được URL hoặc Content-Length của yêu cầu. Hãy sửa rồi gửi lại.'
  },
  'request-cut-off': {
    en: 'The connection ended before the request arrived in full. Send the request again.',
    vi: 'Kết nối bị ngắt trước khi nhận đủ yêu cầu. Hãy gửi lại.'
  },
  'address-with-nul': {
    en: 'The address has %00, a character that no value has. Leave it out.',
    vi: 'Địa chỉ có %00, một ký tự không có trong giá trị nào. Hãy bỏ ký tự đó.'
  },
  'header-twice': {
    en: 'The header {header} appears more than once. Send it once.',
    vi: 'Header {header} xuất hiện nhiều lần. Hãy gửi đúng một lần.'
  },
  'media-type-unknown': {
    en: 'This Content-Type is not supported. For events use application/cloudevents+json, application/cloudevents-batch+json, or application/json with ce- headers; for acts use application/json.',
    vi: 'Không hỗ trợ Content-Type này. Với sự kiện, hãy dùng application/cloudevents+json, application/cloudevents-batch+json, hoặc application/json kèm các header ce-; với thao tác quản trị, hãy dùng application/json.'
  },
  'handler-timeout': {
    en: 'The bus did not answer within its time limit. Send the same request again.',
    vi: 'Trục liên thông không trả lời trong thời hạn. Hãy gửi lại đúng yêu cầu này.'
  },
  'query-invalid': {
    en: 'The parameter {name} is not valid: {problem}.',
    vi: 'Tham số {name} không hợp lệ: {problem}.'
  },
  'token-for-other-use': {
    en: 'This request needs a token of kind {expected}; the token is of kind {got}. The claims decide the kind: submission has events; act has htm, htu and body; bound-plain has htm and htu, for at most 60 seconds; plain has none of them.',
    vi: 'Yêu cầu này cần token loại {expected}; token đã gửi thuộc loại {got}. Loại do các trường quyết định: submission có events; act có htm, htu và body; bound-plain có htm và htu, hạn tối đa 60 giây; plain không có các trường này.'
  },
  'token-subject': {
    en: 'The claim sub of the token is {got}; it must be the agency of the system in iss: {expected}.',
    vi: 'Trường sub của token là {got}; phải là cơ quan của hệ thống trong iss: {expected}.'
  },
  'token-life': {
    en: 'The token is valid for {got} seconds (exp minus iat); it must be more than 0, and at most {limit}. Make a token shortly before you use it.',
    vi: 'Token có hạn {got} giây (exp trừ iat); phải lớn hơn 0 và tối đa {limit}. Hãy tạo token ngay trước khi dùng.'
  },
  'token-audience': {
    en: 'The claim aud of the token is {got}; it must be exactly the public URL of the gateway: {expected}.',
    vi: 'Trường aud của token là {got}; phải đúng nguyên văn địa chỉ công khai của cổng (gateway): {expected}.'
  },
  'token-expired': {
    en: 'The token expired at {exp}; the clock of the bus shows {now}. Make a token shortly before you use it, and check the clock of your machine.',
    vi: 'Token hết hạn lúc {exp}; đồng hồ của trục đang là {now}. Hãy tạo token ngay trước khi dùng, và kiểm tra đồng hồ máy chủ gửi.'
  },
  'token-too-early': {
    en: 'The token is valid from {from} on (iat, nbf); the clock of the bus shows {now}. Check the clock of your machine.',
    vi: 'Token có hiệu lực từ {from} (iat, nbf); đồng hồ của trục đang là {now}. Hãy kiểm tra đồng hồ máy chủ gửi.'
  },
  'token-of-other-request': {
    en: 'The token is bound to the request {htm} {htu}, but it was sent with {method} {url}. Make a token for each request, with its method in htm, and in htu its URL as the bus is called outside, without the query.',
    vi: 'Token chỉ dùng cho yêu cầu {htm} {htu}, nhưng được gửi cùng {method} {url}. Hãy tạo token cho từng yêu cầu: htm là phương thức, htu là URL theo địa chỉ công khai của trục, bỏ phần truy vấn.'
  },
  'token-bound-too-long': {
    en: 'A token that is bound to a request is valid for at most {limit} seconds, this one for {got} (exp minus iat).',
    vi: 'Token gắn với một yêu cầu có hạn tối đa {limit} giây; token này có hạn {got} giây (exp trừ iat).'
  },
  'token-used': {
    en: 'This token is bound to one request (htm, htu) and was used before. Make a new token with another jti each time you send a request, also when you send the same one again.',
    vi: 'Token này chỉ dùng cho một yêu cầu (htm, htu) và đã được sử dụng. Mỗi lần gửi yêu cầu, kể cả khi gửi lại, hãy tạo token mới với jti khác.'
  },
  'session-missing': {
    en: 'You are not logged in to the console. Log in with a link of `lienthong console`, or at the OpenID provider if one is set up.',
    vi: 'Bạn chưa đăng nhập bảng điều khiển. Hãy đăng nhập bằng liên kết của `lienthong console`, hoặc qua nhà cung cấp OpenID nếu đã cấu hình.'
  },
  'session-ended': {
    en: 'Your session has ended: it was not used for too long, reached its longest time, was logged out, or the clock of the bus was set back. Log in again.',
    vi: 'Phiên làm việc đã kết thúc: không sử dụng quá lâu, hết thời hạn tối đa, đã đăng xuất, hoặc đồng hồ của trục liên thông bị chỉnh lùi. Hãy đăng nhập lại.'
  },
  'session-revoked': {
    en: 'Your session has ended because its rights were withdrawn: the key that signed the log-in link is retired, its system is suspended or revoked, or your role is not accepted any more. Ask the operator of the bus.',
    vi: 'Phiên làm việc đã kết thúc vì quyền bị thu hồi: khóa ký liên kết đăng nhập đã ngừng sử dụng, hệ thống của khóa bị tạm ngừng hoặc thu hồi, hoặc vai trò của bạn không còn được chấp nhận. Hãy liên hệ đơn vị vận hành.'
  },
  'link-refused': {
    en: 'The log-in link is not valid: it is older than one minute, incomplete, for another gateway, or not signed with a valid key. Print a new one with `lienthong console` and open it at once.',
    vi: 'Liên kết đăng nhập không hợp lệ: đã quá một phút, không đầy đủ, dành cho cổng (gateway) khác, hoặc không được ký bằng khóa hợp lệ. Hãy in liên kết mới bằng `lienthong console` và mở ngay.'
  },
  'link-used': {
    en: 'The log-in link was used before; it is good once. If it was not you who used it, log in with a new one and tell the operator of the bus. Print a new link with `lienthong console`.',
    vi: 'Liên kết đăng nhập đã được sử dụng; mỗi liên kết chỉ dùng một lần. Nếu không phải bạn đã dùng, hãy báo ngay cho đơn vị vận hành. Hãy in liên kết mới bằng `lienthong console`.'
  },
  'page-of-other-origin': {
    en: 'The request comes from a page of another site, or does not say from which. In a session of the console only pages of {publicUrl} may send requests. Open the console at that address.',
    vi: 'Yêu cầu đến từ trang của địa chỉ khác, hoặc không cho biết đến từ đâu. Trong phiên của bảng điều khiển, chỉ trang thuộc {publicUrl} được gửi yêu cầu. Hãy mở bảng điều khiển tại địa chỉ đó.'
  },
  'csrf-token-wrong': {
    en: 'The header x-csrf-token is missing, or is not the one of this session. Send the value of csrf from /console/session; load the page again if you logged in anew.',
    vi: 'Thiếu header x-csrf-token, hoặc giá trị không thuộc phiên này. Hãy gửi giá trị csrf lấy từ /console/session; nếu vừa đăng nhập lại, hãy tải lại trang.'
  },
  'not-in-a-session': {
    en: 'This cannot be done in a session of the console. A system must do it, with a token that is signed with its key; for agencies, keys, agreements and schemas that is the key of an operator (`lienthong apply`).',
    vi: 'Không thực hiện được việc này trong phiên của bảng điều khiển. Việc này phải do một hệ thống thực hiện, bằng token ký bằng khóa của hệ thống; với cơ quan, khóa, thỏa thuận và lược đồ, đó là khóa của đơn vị vận hành (`lienthong apply`).'
  },
  'person-may-only-read': {
    en: 'Your role in the console allows reading only. Changes need the role operator.',
    vi: 'Vai trò của bạn trong bảng điều khiển chỉ được xem. Thay đổi cần vai trò vận hành (operator).'
  },
  'step-up-required': {
    en: 'Changes need a log-in of one of these levels (acr): {acr}. Log in again at /console/oidc/start?stepUp=1.',
    vi: 'Thay đổi cần đăng nhập ở một trong các mức xác thực (acr): {acr}. Hãy đăng nhập lại tại /console/oidc/start?stepUp=1.'
  },
  'login-not-begun-here': {
    en: 'This log-in was not begun in this browser, or was begun more than ten minutes ago. Begin it again from the console.',
    vi: 'Lần đăng nhập này không bắt đầu từ trình duyệt này, hoặc đã bắt đầu quá mười phút. Hãy bắt đầu lại từ bảng điều khiển.'
  },
  'login-provider-refused': {
    en: 'The OpenID provider did not log you in ({error}). Begin again from the console; if it stays so, ask who runs the provider.',
    vi: 'Nhà cung cấp OpenID không cho đăng nhập ({error}). Hãy bắt đầu lại từ bảng điều khiển; nếu vẫn vậy, hãy liên hệ đơn vị quản lý nhà cung cấp.'
  },
  'login-not-valid': {
    en: 'The answer of the OpenID provider {issuer} is not valid: {problem}. Begin again from the console; if it stays so, check console.oidc in the settings and the client at the provider.',
    vi: 'Phản hồi của nhà cung cấp OpenID {issuer} không hợp lệ: {problem}. Hãy bắt đầu lại từ bảng điều khiển; nếu vẫn vậy, hãy kiểm tra console.oidc trong cấu hình và máy khách (client) tại nhà cung cấp.'
  },
  'login-too-weak': {
    en: 'The OpenID provider logged you in at the level (acr) {acr}; changes need one of {wanted}. Log in again and use the stronger method, or ask who runs the provider to offer it to you.',
    vi: 'Nhà cung cấp OpenID cho đăng nhập ở mức xác thực (acr) {acr}; thay đổi cần một trong các mức {wanted}. Hãy đăng nhập lại bằng phương thức mạnh hơn, hoặc đề nghị đơn vị quản lý nhà cung cấp cấp phương thức đó.'
  },
  'login-without-role': {
    en: 'The OpenID provider gives you no role for this bus, or for a reader no agency that is registered and open. Roles are in the claim {claim}; ask who runs the provider, or who set console.oidc.roles.',
    vi: 'Nhà cung cấp OpenID không cấp cho bạn vai trò nào trên trục này, hoặc với vai trò xem (reader) không nêu cơ quan đã đăng ký và còn hoạt động. Vai trò nằm trong claim {claim}; hãy liên hệ đơn vị quản lý nhà cung cấp, hoặc người đặt console.oidc.roles.'
  },
  'login-provider-away': {
    en: 'The OpenID provider {issuer} cannot be reached, or does not answer as one. Try again later; an operator can log in with a link of `lienthong console` meanwhile.',
    vi: 'Không kết nối được nhà cung cấp OpenID {issuer}, hoặc phản hồi không đúng chuẩn. Hãy thử lại sau; trong lúc đó đơn vị vận hành có thể đăng nhập bằng liên kết của `lienthong console`.'
  },
  'system-suspended': {
    en: 'The system {system} is suspended. Ask the operator of the bus to resume it.',
    vi: 'Hệ thống {system} đang bị tạm ngừng. Hãy liên hệ đơn vị vận hành để được mở lại.'
  },
  'system-unknown': {
    en: 'The system {system} is not registered. Register it with its public key, or correct the name of the system in the settings.',
    vi: 'Hệ thống {system} chưa được đăng ký. Hãy đăng ký hệ thống cùng khóa công khai, hoặc sửa tên hệ thống trong cấu hình.'
  },
  'system-revoked': {
    en: 'The system {system} is revoked for good. Register a new system, and name it with its key in the settings.',
    vi: 'Hệ thống {system} đã bị thu hồi vĩnh viễn. Hãy đăng ký hệ thống mới rồi ghi tên và khóa của hệ thống đó trong cấu hình.'
  },
  'key-not-registered': {
    en: 'The key {kid} is not registered for the system {system}. Register its public half, or use the key file of a registered key.',
    vi: 'Khóa {kid} chưa được đăng ký cho hệ thống {system}. Hãy đăng ký khóa công khai tương ứng, hoặc dùng tệp của khóa đã đăng ký.'
  },
  'key-of-other-system': {
    en: 'The key {kid} is registered for another system than {system}. Use a key of the system itself.',
    vi: 'Khóa {kid} đã được đăng ký cho hệ thống khác, không phải {system}. Hãy dùng khóa của chính hệ thống này.'
  },
  'key-retired': {
    en: 'The key {kid} of the system {system} is retired. Register a new key and put its file in place of the old one.',
    vi: 'Khóa {kid} của hệ thống {system} đã ngừng sử dụng. Hãy đăng ký khóa mới và thay tệp khóa cũ.'
  },
  'key-expired': {
    en: 'The validity of the key {kid} of the system {system} has ended. Register a new key and put its file in place of the old one.',
    vi: 'Khóa {kid} của hệ thống {system} đã hết hạn. Hãy đăng ký khóa mới và thay tệp khóa cũ.'
  },
  'key-not-yet-valid': {
    en: 'The validity of the key {kid} of the system {system} has not begun. Wait until then, or use a key that is valid now.',
    vi: 'Khóa {kid} của hệ thống {system} chưa đến ngày có hiệu lực. Hãy chờ đến ngày đó, hoặc dùng khóa đang có hiệu lực.'
  },
  'json-not-utf8': {
    en: 'The body is not valid UTF-8. Encode it as UTF-8.',
    vi: 'Nội dung không phải UTF-8 hợp lệ. Hãy mã hóa bằng UTF-8.'
  },
  'json-syntax': {
    en: 'The body is not valid JSON: syntax error at position {position}.',
    vi: 'Nội dung không phải JSON hợp lệ: sai cú pháp tại vị trí {position}.'
  },
  'json-number': {
    en: 'The number at position {position} is not allowed. Only whole numbers within ±(2^53 − 1) are, without fraction, exponent or minus zero. Send other numbers as strings.',
    vi: 'Không chấp nhận số tại vị trí {position}. Chỉ chấp nhận số nguyên trong khoảng ±(2^53 − 1), không có phần thập phân, số mũ hoặc −0. Hãy gửi các số khác dưới dạng chuỗi.'
  },
  'json-too-deep': {
    en: 'Arrays and objects are nested more than {limit} levels deep at position {position}. Use fewer levels.',
    vi: 'Mảng và đối tượng lồng nhau quá {limit} cấp tại vị trí {position}. Hãy giảm số cấp.'
  },
  'json-too-many-members': {
    en: 'An object has more than {limit} fields; the limit is exceeded at position {position}. Use fewer fields.',
    vi: 'Một đối tượng có hơn {limit} trường; vượt giới hạn tại vị trí {position}. Hãy giảm số trường.'
  },
  'json-string-too-long': {
    en: 'The string at position {position} is longer than {limit} characters. Move long content into an attachment.',
    vi: 'Chuỗi tại vị trí {position} dài hơn {limit} ký tự. Hãy chuyển nội dung dài vào tệp đính kèm.'
  },
  'json-name-twice': {
    en: 'The field name at position {position} is used twice in its object. Remove one of the two.',
    vi: 'Tên trường tại vị trí {position} bị lặp trong cùng một đối tượng. Hãy bỏ một trong hai.'
  },
  'json-name-forbidden': {
    en: 'The field name at position {position} is not allowed: __proto__, prototype and constructor are reserved. Rename the field.',
    vi: 'Không được dùng tên trường tại vị trí {position}: __proto__, prototype và constructor là tên dành riêng. Hãy đổi tên trường.'
  },
  'json-name-marks': {
    en: 'The member name at position {position} has more than {limit} combining marks (accents) in a row. Remove them.',
    vi: 'Tên thành phần tại vị trí {position} có hơn {limit} dấu kết hợp liền nhau. Hãy xóa bớt.'
  },
  'json-character-forbidden': {
    en: 'The string at position {position} contains a control character, a text-direction character or an invalid Unicode character. Remove it.',
    vi: 'Chuỗi tại vị trí {position} có ký tự điều khiển, ký tự đổi chiều chữ hoặc ký tự Unicode không hợp lệ. Hãy xóa ký tự đó.'
  },
  'root-differs': {
    en: 'The token does not match the events sent: their Merkle root is {got}, but the claim events of the token is {expected}. Sign the canonical form (RFC 8785) of exactly the events sent, in the same order. In the canonical form, the attributes of the first event are: {attributes}.',
    vi: 'Token xác thực không khớp với các sự kiện đã gửi: gốc Merkle của chúng là {got}, nhưng trường events của token là {expected}. Hãy ký dạng chuẩn tắc (RFC 8785) của đúng các sự kiện gửi đi, theo đúng thứ tự. Trong dạng chuẩn tắc, sự kiện đầu tiên có các thuộc tính: {attributes}.'
  },
  'root-without-datacontenttype': {
    en: 'The token is signed for this event without the attribute datacontenttype, or without its parameters. In binary mode, the header Content-Type is this attribute, parameters included, and the signature covers it. Set datacontenttype in the event to exactly the value sent, {value}, then sign and send again. In the canonical form (RFC 8785), the attributes are: {attributes}.',
    vi: 'Token xác thực được ký cho sự kiện này khi chưa có thuộc tính datacontenttype, hoặc khi thuộc tính này chưa có các tham số. Ở chế độ nhị phân (binary mode), header Content-Type, kể cả các tham số, chính là thuộc tính này và nằm trong nội dung được ký. Hãy đặt datacontenttype trong sự kiện đúng bằng giá trị đã gửi, {value}, rồi ký và gửi lại. Trong dạng chuẩn tắc (RFC 8785), sự kiện có các thuộc tính: {attributes}.'
  },
  'root-of-array': {
    en: 'The token does not match what was sent: an array, where Content-Type says one event. Several events need the Content-Type application/cloudevents-batch+json.',
    vi: 'Token xác thực không khớp với nội dung đã gửi: nội dung là một mảng, trong khi Content-Type là của một sự kiện. Muốn gửi nhiều sự kiện, Content-Type phải là application/cloudevents-batch+json.'
  },
  'deliveries-changed': {
    en: 'The filter named {expected} deliveries at the dry run and names {found} now. Nothing was done. Look at them again (dryRun), and repeat the act with the count that it returns.',
    vi: 'Khi chạy thử, bộ lọc có {expected} lượt chuyển; hiện có {found}. Chưa thực hiện gì. Hãy xem lại (dryRun) rồi gửi lại thao tác với số lượng mới.'
  },
  'delivery-state': {
    en: 'The delivery of event {event} by connector {connector} is {state}; {act} is for deliveries that are {states}. Look at it again, and choose the act for its state.',
    vi: 'Lượt chuyển sự kiện {event} qua kết nối {connector} đang ở trạng thái {state}; thao tác {act} chỉ dùng cho trạng thái {states}. Hãy xem lại và chọn thao tác phù hợp.'
  },
  'delivery-running': {
    en: 'The delivery of event {event} by connector {connector} is being attempted now, so {act} cannot be applied. Try again when the attempt has ended, after a minute at most.',
    vi: 'Lượt chuyển sự kiện {event} qua kết nối {connector} đang được thực hiện nên chưa thể {act}. Hãy thử lại khi lần chuyển kết thúc, chậm nhất sau một phút.'
  },
  'views-of-operators': {
    en: 'Only an operator may have a view made again. Ask the operator of the bus.',
    vi: 'Chỉ đơn vị vận hành được yêu cầu dựng lại một khung nhìn. Hãy đề nghị đơn vị vận hành của trục.'
  },
  'delivery-of-other': {
    en: 'Only the recipient agency {agency} or an operator may see or change these deliveries. Use your own agency as recipient, or ask the operator.',
    vi: 'Chỉ cơ quan nhận {agency} hoặc đơn vị vận hành được xem hay thay đổi các lượt chuyển này. Hãy dùng mã cơ quan của mình, hoặc đề nghị đơn vị vận hành.'
  },
  'connector-misconfigured': {
    en: 'The connector {connector} does not run, because its settings are wrong: {problem}. Correct them, then start the bus again.',
    vi: 'Kết nối {connector} không chạy vì cấu hình sai: {problem}. Hãy sửa cấu hình rồi khởi động lại.'
  },
  'connector-removed': {
    en: 'The connector {connector} was removed from the settings before a process did this. Add it again, then repeat the act.',
    vi: 'Kết nối {connector} đã bị xoá khỏi cấu hình trước khi thao tác được thực hiện. Hãy khai báo lại rồi thực hiện lại thao tác.'
  },
  'connector-not-started': {
    en: 'The connector {connector} has not started yet. Try again in a few seconds; the log says what it waits for.',
    vi: 'Kết nối {connector} chưa khởi động xong. Hãy thử lại sau vài giây; nhật ký ghi rõ đang chờ gì.'
  },
  'connector-runs-elsewhere': {
    en: 'Another process still runs the connector {connector} with earlier settings: under its former name, or in another rate group. It is started here once that process has read the settings again (lienthong connectors reload) or has ended.',
    vi: 'Tiến trình khác vẫn đang chạy kết nối {connector} theo cấu hình cũ: với tên cũ hoặc trong nhóm tần suất khác. Kết nối sẽ chạy ở đây khi tiến trình đó đọc lại cấu hình (lienthong connectors reload) hoặc đã dừng.'
  },
  'instances-misconfigured': {
    en: 'The settings were read again. These instances are misconfigured and do not run; the others do: {problems}',
    vi: 'Đã đọc lại cấu hình. Các kết nối sau cấu hình sai nên không chạy; các kết nối khác vẫn chạy: {problems}'
  },
  'still-quarantined': {
    en: '{failed} of {of} items still cannot be used ({codes}) and stay in quarantine. See their reasons: lienthong quarantine list.',
    vi: '{failed} trong {of} mục vẫn không dùng được ({codes}) và còn bị cách ly. Xem lý do: lienthong quarantine list.'
  },
  'connector-act-invalid': {
    en: 'The body is not an act on a connector: {member} {problem}. See /openapi.json for its members.',
    vi: 'Nội dung không phải thao tác hợp lệ trên kết nối: {member} {problem}. Xem các trường trong /openapi.json.'
  },
  'delivery-act-invalid': {
    en: 'The body is not an act on deliveries: {member} {problem}. See /openapi.json for its members.',
    vi: 'Nội dung không phải thao tác hợp lệ trên lượt chuyển: {member} {problem}. Xem các trường trong /openapi.json.'
  },
  'act-body-differs': {
    en: 'The token does not match the request body. Its claim body must be the base64url SHA-256 of exactly the bytes sent.',
    vi: 'Token xác thực không khớp với nội dung yêu cầu. Trường body của token phải là SHA-256 (base64url) của đúng các byte đã gửi.'
  },
  'batch-not-an-array': {
    en: 'A batch must be a JSON array of events.',
    vi: 'Lô sự kiện phải là một mảng JSON gồm các sự kiện.'
  },
  'batch-empty': {
    en: 'The batch is empty. Send at least one event.',
    vi: 'Lô sự kiện trống. Hãy gửi ít nhất một sự kiện.'
  },
  'batch-too-long': {
    en: 'The batch has more than {limit} events. Split it into smaller batches.',
    vi: 'Lô có nhiều hơn {limit} sự kiện. Hãy chia thành các lô nhỏ hơn.'
  },
  'event-not-an-object': {
    en: 'An event must be a JSON object.',
    vi: 'Sự kiện phải là một đối tượng JSON.'
  },
  'too-many-attributes': {
    en: 'The event has more than 64 attributes. Move your own attributes into data.',
    vi: 'Sự kiện có hơn 64 thuộc tính. Hãy chuyển các thuộc tính riêng vào data.'
  },
  'attribute-missing': {
    en: 'The required attribute {attribute} is missing.',
    vi: 'Thiếu thuộc tính bắt buộc {attribute}.'
  },
  'attribute-name-malformed': {
    en: '{attribute} is not a valid attribute name. Use 1 to 20 lower-case letters and digits.',
    vi: '{attribute} không phải tên thuộc tính hợp lệ. Hãy dùng từ 1 đến 20 chữ thường không dấu và chữ số.'
  },
  'extension-reserved': {
    en: 'The extensions of a connector’s item must not contain the attribute {attribute}. Set it by the member of the draft that is meant for it, if there is one.',
    vi: 'Phần mở rộng (extensions) trong mục của bộ kết nối không được chứa thuộc tính {attribute}. Nếu bản nháp có thành phần dành cho thuộc tính này, hãy dùng thành phần đó.'
  },
  'attribute-not-a-string': {
    en: 'The attribute {attribute} must be a string.',
    vi: 'Thuộc tính {attribute} phải là chuỗi.'
  },
  'attribute-not-simple': {
    en: 'The attribute {attribute} must be a string, a boolean, or a whole number from -2147483648 to 2147483647. Send anything else as a string, or in data.',
    vi: 'Thuộc tính {attribute} phải là chuỗi, giá trị đúng/sai (boolean), hoặc số nguyên từ -2147483648 đến 2147483647. Giá trị khác hãy gửi dưới dạng chuỗi hoặc đặt trong data.'
  },
  'data-base64': {
    en: 'The payload is in data_base64, which is for binary payloads; the bus carries JSON only. Send the payload as a JSON object in data. In a CloudEvents SDK, give the event an object, not bytes.',
    vi: 'Dữ liệu nằm trong data_base64, vốn dành cho dữ liệu nhị phân; trục liên thông chỉ nhận JSON. Hãy gửi dữ liệu dưới dạng đối tượng JSON trong data. Nếu dùng CloudEvents SDK, hãy truyền một đối tượng thay vì chuỗi byte.'
  },
  'attribute-too-long': {
    en: 'The attribute {attribute} is longer than 8192 characters. Shorten it.',
    vi: 'Thuộc tính {attribute} dài hơn 8192 ký tự. Hãy rút ngắn.'
  },
  'attribute-length': {
    en: 'The attribute {attribute} must have 1 to 256 characters.',
    vi: 'Thuộc tính {attribute} phải có từ 1 đến 256 ký tự.'
  },
  'attribute-marks': {
    en: 'The attribute {attribute} has more than 30 combining marks (accents) in a row. Remove them.',
    vi: 'Thuộc tính {attribute} có hơn 30 dấu kết hợp liền nhau. Hãy xóa bớt.'
  },
  'attribute-not-nfc': {
    en: 'The attribute {attribute} is not in Unicode form NFC. Normalize it to NFC before signing.',
    vi: 'Thuộc tính {attribute} không ở dạng Unicode NFC (dựng sẵn). Hãy chuẩn hóa về NFC trước khi ký.'
  },
  'attribute-control': {
    en: 'The attribute {attribute} contains a tab, a line break or another control character. Remove it.',
    vi: 'Thuộc tính {attribute} có ký tự tab, ký tự xuống dòng hoặc ký tự điều khiển khác. Hãy xóa ký tự đó.'
  },
  'attribute-of-the-bus': {
    en: 'The attribute {attribute} is set by the bus only. Remove it, or give your own attribute another name.',
    vi: 'Chỉ trục liên thông được đặt thuộc tính {attribute}. Hãy bỏ thuộc tính này, hoặc đặt tên khác cho thuộc tính riêng.'
  },
  'data-not-an-object': {
    en: 'The event must have data, and data must be a JSON object.',
    vi: 'Sự kiện phải có data, và data phải là một đối tượng JSON.'
  },
  'specversion-unknown': {
    en: 'specversion must be 1.0; got {got}.',
    vi: 'specversion phải là 1.0; giá trị nhận được: {got}.'
  },
  'id-malformed': {
    en: 'id must be 1 to 128 visible ASCII characters, without spaces. A UUIDv7 is recommended.',
    vi: 'id phải gồm từ 1 đến 128 ký tự ASCII hiển thị được, không có khoảng trắng. Nên dùng UUIDv7.'
  },
  'system-malformed': {
    en: 'A system is named /agencies/<code>/systems/<name>; got {got}.',
    vi: 'Tên hệ thống có dạng /agencies/<mã>/systems/<tên>; nhận được {got}.'
  },
  'gateway-malformed': {
    en: "The gateway's address must be its public URL, such as https://bus.example.vn, without query, fragment or a slash at the end; got {got}.",
    vi: 'Địa chỉ cổng phải là URL công khai của cổng, ví dụ https://bus.example.vn, không có query, fragment hay dấu gạch chéo ở cuối; nhận được {got}.'
  },
  'gateway-silent': {
    en: 'The gateway {gateway} did not answer: {problem}.',
    vi: 'Cổng {gateway} không trả lời: {problem}.'
  },
  'download-differs': {
    en: 'The SHA-256 of the bytes downloaded from {gateway} is {got}, but that of the attachment is {expected}. Discard them and download the attachment again.',
    vi: 'SHA-256 của dữ liệu tải xuống từ {gateway} là {got} nhưng của tệp đính kèm là {expected}. Hãy bỏ dữ liệu đó và tải tệp xuống lại.'
  },
  'clock-differs': {
    en: "This machine's clock and the gateway's are {seconds} s apart. Set it by NTP.",
    vi: 'Đồng hồ của máy này và của cổng lệch nhau {seconds} giây. Hãy đồng bộ bằng NTP.'
  },
  'source-malformed': {
    en: 'source must be /agencies/<code>/systems/<name>; got {got}.',
    vi: 'source phải có dạng /agencies/<mã định danh>/systems/<tên hệ thống>; giá trị nhận được: {got}.'
  },
  'type-malformed': {
    en: 'type must be <domain>.<past participle>.v<n>, for example document.issued.v1; got {got}.',
    vi: 'type phải có dạng <lĩnh vực>.<sự việc>.v<n>, ví dụ document.issued.v1; giá trị nhận được: {got}.'
  },
  'subject-malformed': {
    en: 'subject must have 1 to 256 characters.',
    vi: 'subject phải có từ 1 đến 256 ký tự.'
  },
  'time-malformed': {
    en: '{attribute} must be a time in RFC 3339 format with an existing date; got {got}.',
    vi: '{attribute} phải là thời điểm theo RFC 3339 với ngày có thật; giá trị nhận được: {got}.'
  },
  'nonce-malformed': {
    en: 'nonce must be 16 random bytes, written as 22 characters of base64url.',
    vi: 'nonce phải là 16 byte ngẫu nhiên, viết bằng 22 ký tự base64url.'
  },
  'recipients-missing': {
    en: 'The attribute recipients is missing. A document goes only to the agencies it names: write their codes, separated by commas.',
    vi: 'Thiếu thuộc tính recipients. Văn bản chỉ được gửi đến các cơ quan được nêu tên: hãy ghi các mã định danh, cách nhau bằng dấu phẩy.'
  },
  'recipients-malformed': {
    en: 'recipients must be agency codes separated by commas, without spaces.',
    vi: 'recipients phải là các mã định danh cơ quan cách nhau bằng dấu phẩy, không có khoảng trắng.'
  },
  'recipients-twice': {
    en: 'recipients contains an agency code twice. Name each agency once.',
    vi: 'recipients có mã định danh bị lặp. Hãy ghi mỗi cơ quan một lần.'
  },
  'recipients-too-many': {
    en: 'recipients contains more than 500 agency codes. Send several events.',
    vi: 'recipients có hơn 500 mã định danh. Hãy chia thành nhiều sự kiện.'
  },
  'code-malformed': {
    en: '{attribute} must be an agency code, for example 000.00.91.H03; got {got}.',
    vi: '{attribute} phải là mã định danh cơ quan, ví dụ 000.00.91.H03; giá trị nhận được: {got}.'
  },
  'traceparent-malformed': {
    en: 'traceparent does not follow W3C Trace Context, version 00; got {got}. Correct it or leave it out.',
    vi: 'traceparent không đúng W3C Trace Context phiên bản 00; giá trị nhận được: {got}. Hãy sửa hoặc bỏ thuộc tính này.'
  },
  'dataclassification-refused': {
    en: 'dataclassification must be public, internal or personal; got {got}. State secrets must not be sent through this bus.',
    vi: 'dataclassification phải là public, internal hoặc personal; giá trị nhận được: {got}. Không được gửi nội dung thuộc bí mật nhà nước qua trục liên thông này.'
  },
  'datacontenttype-refused': {
    en: 'datacontenttype must be application/json, and its charset utf-8 if it has one; got {got}. Correct it or leave it out; in binary mode it is the header Content-Type.',
    vi: 'datacontenttype phải là application/json, và charset (nếu có) phải là utf-8; giá trị nhận được: {got}. Hãy sửa hoặc bỏ thuộc tính này; ở chế độ nhị phân (binary mode), đó là header Content-Type.'
  },
  'dataschema-of-other-type': {
    en: 'dataschema does not belong to this event type; got {got}. Set it to {expected} or leave it out.',
    vi: 'dataschema không thuộc loại sự kiện này; giá trị nhận được: {got}. Hãy đặt là {expected} hoặc bỏ thuộc tính này.'
  },
  'binary-header-not-attribute': {
    en: 'The header ce-{attribute} is not used in binary mode: the body is data, and Content-Type is datacontenttype. Remove the header.',
    vi: 'Chế độ nhị phân (binary mode) không dùng header ce-{attribute}: nội dung yêu cầu là data, còn Content-Type là datacontenttype. Hãy bỏ header này.'
  },
  'binary-header-forbidden': {
    en: 'The header ce-{attribute} has a reserved name, or its value contains a control character, a text-direction character or an invalid Unicode character. Rename the attribute, or remove that character.',
    vi: 'Header ce-{attribute} mang tên dành riêng, hoặc giá trị có ký tự điều khiển, ký tự đổi chiều chữ hoặc ký tự Unicode không hợp lệ. Hãy đổi tên thuộc tính, hoặc xóa ký tự đó.'
  },
  'binary-header-malformed': {
    en: 'The header ce-{attribute} cannot be decoded. Percent-encode spaces, double quotes, percent signs and all characters outside ASCII, once, as UTF-8.',
    vi: 'Không giải mã được header ce-{attribute}. Hãy mã hóa phần trăm (percent-encode) đúng một lần, theo UTF-8, các khoảng trắng, dấu nháy kép, dấu phần trăm và mọi ký tự ngoài ASCII.'
  },
  'source-not-signer': {
    en: 'source is {source}, but the token was signed by {system}. A system may publish only under its own source: set source to {system}.',
    vi: 'source là {source} nhưng token do {system} ký. Mỗi hệ thống chỉ được gửi sự kiện với source của chính mình: hãy đặt source là {system}.'
  },
  'type-not-granted': {
    en: 'The system {system} has no right to publish {type}. Check how the type is spelled, or ask the operator of the bus to grant the right.',
    vi: 'Hệ thống {system} không có quyền gửi sự kiện {type}. Hãy kiểm tra tên loại sự kiện, hoặc đề nghị đơn vị vận hành cấp quyền.'
  },
  'delegation-unknown': {
    en: 'No delegation allows this system to act on behalf of {principal}. Leave out the attribute onbehalfof.',
    vi: 'Không có ủy quyền cho phép hệ thống này gửi thay {principal}. Hãy bỏ thuộc tính onbehalfof.'
  },
  'recipient-unknown': {
    en: 'No agency with the code {recipient} is registered. Look the code up in /v1/agencies.',
    vi: 'Chưa có cơ quan nào đăng ký mã định danh {recipient}. Hãy tra mã tại /v1/agencies.'
  },
  'recipient-without-agreement': {
    en: 'The agency {recipient} has no agreement in force to receive {type}. Conclude the agreement first, or remove this recipient.',
    vi: 'Cơ quan {recipient} không có thỏa thuận đang hiệu lực để nhận {type}. Hãy ký thỏa thuận trước, hoặc bỏ cơ quan nhận này.'
  },
  'agency-closed': {
    en: 'The agency code {agency} is closed and has no successor. Remove it from recipients. If it is your own code, ask the operator of the bus.',
    vi: 'Mã định danh {agency} đã đóng và không có cơ quan kế thừa. Hãy bỏ mã này khỏi danh sách cơ quan nhận. Nếu là mã của cơ quan mình, hãy liên hệ đơn vị vận hành.'
  },
  'agency-closed-with-successor': {
    en: 'The agency code {agency} is closed. Use the code of its successor {successor}.',
    vi: 'Mã định danh {agency} đã đóng. Hãy dùng mã của cơ quan kế thừa: {successor}.'
  },
  'type-without-schema': {
    en: 'No schema is registered for the event type {type}. Check the type, or register its schema first.',
    vi: 'Chưa có lược đồ đăng ký cho loại sự kiện {type}. Hãy kiểm tra lại loại sự kiện, hoặc đăng ký lược đồ trước.'
  },
  'payload-missing': {
    en: 'The required field {name} is missing at {path}.',
    vi: 'Thiếu trường bắt buộc {name} tại {path}.'
  },
  'payload-unknown': {
    en: 'The field {name} at {path} is not in the schema. Remove it or correct its name.',
    vi: 'Trường {name} tại {path} không có trong lược đồ. Hãy bỏ trường này hoặc sửa lại tên.'
  },
  'payload-attachment-name': {
    en: 'The attachment name at {path} is not allowed. Rename the file: 1 to 255 characters; no path, slash, backslash or colon; no control or text-direction character; no name that Windows reserves, such as CON or NUL; no dot or space at the end.',
    vi: 'Không được dùng tên tệp đính kèm tại {path}. Hãy đổi tên tệp: dài từ 1 đến 255 ký tự; không có đường dẫn, dấu gạch chéo hoặc dấu hai chấm; không có ký tự điều khiển hoặc ký tự đổi chiều chữ; không dùng tên mà Windows dành riêng, như CON, NUL; không có dấu chấm hoặc dấu cách ở cuối.'
  },
  'payload-malformed': {
    en: 'The value at {path} does not match the schema: expected {expected}.',
    vi: 'Giá trị tại {path} không đúng lược đồ: cần {expected}.'
  },
  'payload-differs': {
    en: 'The value at {path} does not match the schema: expected {expected}, got {got}.',
    vi: 'Giá trị tại {path} không đúng lược đồ: cần {expected}, nhận được {got}.'
  },
  'payload-null': {
    en: 'The value at {path} is null. Leave the field out when it has no value.',
    vi: 'Giá trị tại {path} là null. Khi không có giá trị, hãy bỏ hẳn trường này.'
  },
  'payload-too-many-items': {
    en: 'The lists in data have more than {limit} items in total; the limit is exceeded at {path}. Move long lists into an attachment.',
    vi: 'Các danh sách trong data có tổng cộng hơn {limit} phần tử; vượt giới hạn tại {path}. Hãy chuyển danh sách dài vào tệp đính kèm.'
  },
  'payload-sender-differs': {
    en: 'The value at {path} must be the code of the agency that sends the event, as in source: expected {expected}, got {got}. Write the code of your own agency.',
    vi: 'Giá trị tại {path} phải là mã định danh của cơ quan gửi sự kiện, như trong source: cần {expected}, nhận được {got}. Hãy ghi mã của chính cơ quan mình.'
  },
  'payload-subject-differs': {
    en: 'The value at {path} must be the subject of the event: expected {expected}, got {got}. Write the same value in both places.',
    vi: 'Giá trị tại {path} phải trùng với thuộc tính subject của sự kiện: cần {expected}, nhận được {got}. Hãy ghi cùng một giá trị ở cả hai nơi.'
  },
  'payload-extensions-many': {
    en: 'The document has more than {limit} extensions, or more than {limitOfText} characters of paths and values in them; the limit is exceeded at {path}. Put the content into an attachment.',
    vi: 'Văn bản có hơn {limit} mục mở rộng (extensions), hoặc đường dẫn và giá trị trong đó có hơn {limitOfText} ký tự; vượt giới hạn tại {path}. Hãy đưa nội dung này vào tệp đính kèm.'
  },
  'payload-extension-path': {
    en: 'The path at {path} is not the place of an element or an attribute in a package. Write it as edXMLEnvelope/edXMLHeader/MessageHeader/Note or …/@id, with the namespace in braces before names of other namespaces than that of edXML; namespaces that XML reserves are not allowed.',
    vi: 'Đường dẫn tại {path} không phải vị trí của phần tử hoặc thuộc tính trong gói tin. Hãy ghi theo dạng edXMLEnvelope/edXMLHeader/MessageHeader/Note hoặc …/@id, với không gian tên (namespace) trong ngoặc nhọn đứng trước tên không thuộc edXML; không dùng không gian tên mà XML dành riêng.'
  },
  'payload-extension-file': {
    en: 'The value at {path} is the content of a file in base64. Upload the file, and list it in attachments.',
    vi: 'Giá trị tại {path} là nội dung tệp ở dạng base64. Hãy tải tệp lên và ghi vào attachments.'
  },
  'payload-not-avro': {
    en: 'The stored data cannot be decoded with its Avro schema: error at byte {position}. It was written with another schema or is damaged.',
    vi: 'Không giải mã được dữ liệu đã lưu theo lược đồ Avro: lỗi tại byte {position}. Dữ liệu được ghi bằng lược đồ khác hoặc đã hỏng.'
  },
  'attachment-missing': {
    en: 'The attachment {sha256} was neither uploaded by your agency nor received by it in an event. Upload it with PUT /v1/attachments/{sha256}, then send the event again.',
    vi: 'Cơ quan chưa tải lên tệp đính kèm {sha256}, cũng chưa nhận tệp này qua sự kiện nào. Hãy tải lên bằng PUT /v1/attachments/{sha256}, rồi gửi lại sự kiện.'
  },
  'attachment-size-differs': {
    en: 'The attachment {sha256} has {expected} bytes, but the event says {got}. Correct the size in the event.',
    vi: 'Tệp đính kèm {sha256} có {expected} byte nhưng sự kiện ghi {got} byte. Hãy sửa kích thước trong sự kiện.'
  },
  'attachment-without-length': {
    en: 'The header Content-Length is missing. Send the size of the attachment in it.',
    vi: 'Thiếu header Content-Length. Hãy ghi kích thước tệp đính kèm vào header này.'
  },
  'attachment-size-not-announced': {
    en: '{expected} bytes were announced for the attachment, but {got} arrived. Correct the announced size and upload again.',
    vi: 'Tệp đính kèm được khai báo {expected} byte nhưng nhận được {got} byte. Hãy sửa kích thước khai báo rồi tải lên lại.'
  },
  'upload-offset-differs': {
    en: 'The upload must continue at byte {expected}, not at byte {got}.',
    vi: 'Việc tải lên phải tiếp tục từ byte {expected}, không phải từ byte {got}.'
  },
  'upload-superseded': {
    en: 'Another request continued this upload, so this request was stopped. Ask for the offset with HEAD before you continue.',
    vi: 'Một yêu cầu khác đã tiếp tục lần tải lên này nên yêu cầu này bị dừng. Hãy dùng HEAD để hỏi vị trí trước khi tiếp tục.'
  },
  'upload-header-invalid': {
    en: 'The header {name} must be {form}.',
    vi: 'Header {name} phải là {form}.'
  },
  'attachment-digest-differs': {
    en: 'The SHA-256 of the bytes received is {got}, but {expected} was announced. Compute it from the bytes you send and upload them again.',
    vi: 'SHA-256 của dữ liệu nhận được là {got} nhưng khai báo là {expected}. Hãy tính lại từ chính dữ liệu gửi đi rồi tải lên lại.'
  },
  'range-not-there': {
    en: 'The requested range is outside the attachment, which has {size} bytes.',
    vi: 'Khoảng yêu cầu nằm ngoài tệp đính kèm; tệp có {size} byte.'
  },
  'upload-without-right': {
    en: 'The system {system} has no right to publish any event type, so no event of it could list an attachment. The operator of the bus grants a right (act right.granted) before it uploads.',
    vi: 'Hệ thống {system} chưa có quyền phát hành loại sự kiện nào, nên không sự kiện nào của nó có thể kèm tệp. Đơn vị vận hành cần cấp quyền (thao tác right.granted) trước khi tải lên.'
  },
  'attachment-quota-used': {
    en: 'The agency {agency} holds {used} bytes of attachments, uploads that are not complete included; with these {size} it would hold more than its limit of {limit}. Delete uploads that are not complete (DELETE /v1/attachments/…); what no event lists goes by itself after a day. The operator of the bus can raise the limit (setting attachments.maxBytesPerAgency).',
    vi: 'Cơ quan {agency} đang giữ {used} byte tệp đính kèm, kể cả các lượt tải lên chưa hoàn tất; thêm {size} byte này sẽ vượt hạn mức {limit}. Hãy xóa các lượt tải lên chưa hoàn tất (DELETE /v1/attachments/…); tệp không được sự kiện nào liệt kê sẽ tự mất sau một ngày. Đơn vị vận hành có thể nâng hạn mức (thiết lập attachments.maxBytesPerAgency).'
  },
  'uploads-too-many': {
    en: 'The agency {agency} has {limit} uploads that are not complete. Complete or delete some of them (DELETE /v1/attachments/…), then send this one again.',
    vi: 'Cơ quan {agency} có {limit} lượt tải lên chưa hoàn tất. Hãy hoàn tất hoặc xóa bớt (DELETE /v1/attachments/…), rồi gửi lại.'
  },
  'attachments-too-many': {
    en: 'The event lists {got} attachments; one event may list at most {limit}. Send several events or packages, or put the files into one archive.',
    vi: 'Sự kiện liệt kê {got} tệp đính kèm; mỗi sự kiện được liệt kê tối đa {limit}. Hãy gửi nhiều sự kiện hoặc nhiều gói tin, hoặc gộp các tệp vào một tệp nén.'
  },
  'attachments-too-large': {
    en: 'The attachments that the event lists have {got} bytes together, each listing counted; one event may list at most {limit} bytes. List each file once, or send several events.',
    vi: 'Các tệp đính kèm của sự kiện có tổng cộng {got} byte, tính theo từng lần liệt kê; mỗi sự kiện được tối đa {limit} byte. Hãy liệt kê mỗi tệp một lần, hoặc gửi nhiều sự kiện.'
  },
  'attachment-too-large': {
    en: 'The attachment is larger than {limit} bytes, the most that one event may list. Split the file, or raise attachments.maxBytesPerEvent in the configuration of the bus.',
    vi: 'Tệp đính kèm lớn hơn {limit} byte, mức tối đa mà một sự kiện được liệt kê. Hãy chia nhỏ tệp, hoặc tăng attachments.maxBytesPerEvent trong cấu hình của trục liên thông.'
  },
  'attachment-not-stored': {
    en: 'The attachment storage (disk or S3) did not complete the operation. Send the same request again.',
    vi: 'Nơi lưu tệp đính kèm (ổ đĩa hoặc S3) không thực hiện được thao tác. Hãy gửi lại đúng yêu cầu này.'
  },
  'bucket-not-usable': {
    en: 'The bucket {bucket} at {endpoint} cannot be used: {problem}. Check that it exists, that the access key is correct, and that it may list, read, write and delete objects.',
    vi: 'Không dùng được bucket {bucket} tại {endpoint}: {problem}. Hãy bảo đảm bucket tồn tại, khóa truy cập đúng và có quyền liệt kê, đọc, ghi, xóa đối tượng.'
  },
  'bucket-secret-not-one': {
    en: 'Set the secret of the access key for the bucket {bucket} in exactly one of secretAccessKey and secretAccessKeyFile.',
    vi: 'Hãy khai báo bí mật của khóa truy cập bucket {bucket} ở đúng một nơi: secretAccessKey hoặc secretAccessKeyFile.'
  },
  's3-client-not-installed': {
    en: 'attachments.s3 is configured, but the S3 client is not installed. Run npm install without --omit=optional.',
    vi: 'Cấu hình có attachments.s3 nhưng chưa cài thư viện S3. Hãy chạy npm install không kèm --omit=optional.'
  },
  'event-id-spent': {
    en: 'The id {id} was already used by this source for another event. Use a new id. To repeat the earlier event, send it unchanged, including time and nonce.',
    vi: 'Mã sự kiện (id) {id} đã được nguồn này dùng cho sự kiện khác. Hãy dùng mã mới. Muốn gửi lại sự kiện cũ, hãy gửi nguyên văn, kể cả time và nonce.'
  },
  'cursor-not-yours': {
    en: 'The cursor was not issued to this system with this filter. Read without `after`, or with `from`.',
    vi: 'Con trỏ (cursor) không được cấp cho hệ thống này với bộ lọc này. Hãy đọc không có `after`, hoặc dùng `from`.'
  },
  'cursor-of-other-epoch': {
    en: 'The cursor was issued before the bus was restored from a backup. Read again with from={from}. Skip the events you already have: they keep their source and id.',
    vi: 'Con trỏ (cursor) được cấp trước khi trục liên thông được phục hồi từ bản sao lưu. Hãy đọc lại bằng from={from}. Bỏ qua những sự kiện đã có: source và id của chúng không đổi.'
  },
  'acknowledgement-invalid': {
    en: 'The acknowledgement is not valid at {member}: {problem}.',
    vi: 'Phản hồi không hợp lệ tại {member}: {problem}.'
  },
  'answered-not-found': {
    en: 'Your agency did not receive an event with the source and id of {member}, so none of the answers in this request was recorded. Take both from the inbox, correct this answer or remove it, and send the others again.',
    vi: 'Cơ quan của hệ thống gửi yêu cầu chưa nhận sự kiện nào có source và id như ở {member}, nên không phản hồi nào trong yêu cầu này được ghi nhận. Hãy lấy cả hai từ hộp thư, sửa hoặc bỏ phản hồi này, rồi gửi lại các phản hồi khác.'
  },
  'already-answered': {
    en: 'The system {system} already answered the event {event}: {state}. The first answer is final and cannot be changed; of the answers in this request, none was recorded.',
    vi: 'Hệ thống {system} đã phản hồi sự kiện {event}: {state}. Phản hồi đầu tiên có hiệu lực và không thay đổi được; không phản hồi nào trong yêu cầu này được ghi nhận.'
  },
  'act-not-an-object': {
    en: 'An act must be a JSON object.',
    vi: 'Thao tác quản trị phải là một đối tượng JSON.'
  },
  'act-kind-unknown': {
    en: 'There is no act of kind {kind}. /openapi.json lists all kinds.',
    vi: 'Không có loại thao tác quản trị {kind}. /openapi.json liệt kê mọi loại.'
  },
  'act-member-invalid': {
    en: 'The field {member} of {kind} is not valid: {problem}.',
    vi: 'Trường {member} của {kind} không hợp lệ: {problem}.'
  },
  'act-not-of-this-route': {
    en: 'The act {act} is not accepted at this address. /openapi.json gives the address of each act.',
    vi: 'Địa chỉ này không nhận thao tác {act}. /openapi.json ghi địa chỉ của từng thao tác.'
  },
  'act-not-permitted': {
    en: 'Your system is not permitted to perform {act} on {resource}. Ask the operator of the bus.',
    vi: 'Hệ thống gửi yêu cầu không có quyền thực hiện {act} trên {resource}. Hãy liên hệ đơn vị vận hành.'
  },
  'act-on-root': {
    en: '{value} is the operator that trust starts from: its keys are those in trust.operatorKeys or trust.operatorKeyFile, and no act changes it. Change the configuration instead.',
    vi: '{value} là đơn vị vận hành gốc: khóa của hệ thống này nằm trong trust.operatorKeys hoặc trust.operatorKeyFile, không thao tác quản trị nào thay đổi được. Hãy sửa cấu hình.'
  },
  'act-previous-differs': {
    en: '{resource} was changed in the meantime: previous must be {expected}. Read {resource} again, then decide and sign the act again.',
    vi: '{resource} đã được thay đổi trong lúc đó: previous phải là {expected}. Hãy đọc lại {resource}, rồi quyết định và ký lại thao tác.'
  },
  'schema-check-outdated': {
    en: 'While this schema was checked, the versions or the compatibility level of the subject {subject} changed. Nothing was registered. Read the subject again, then send the act again.',
    vi: 'Trong lúc lược đồ này được kiểm tra, các phiên bản hoặc mức tương thích của subject {subject} đã thay đổi. Chưa có gì được đăng ký. Hãy đọc lại subject rồi gửi lại thao tác.'
  },
  'act-agency-unknown': {
    en: 'No agency with the code {value} is registered. Look the code up in /v1/agencies.',
    vi: 'Chưa có cơ quan nào đăng ký mã định danh {value}. Hãy tra mã tại /v1/agencies.'
  },
  'act-agency-closed': {
    en: 'The agency code {value} is closed. Use the code of an open agency.',
    vi: 'Mã định danh {value} đã đóng. Hãy dùng mã của cơ quan đang hoạt động.'
  },
  'act-resource-unknown': {
    en: '{resource} does not exist or is revoked.',
    vi: '{resource} không tồn tại hoặc đã bị thu hồi.'
  },
  'act-resource-exists': {
    en: '{resource} already exists. Use another name, or change the existing one.',
    vi: '{resource} đã tồn tại. Hãy dùng tên khác, hoặc thay đổi đối tượng đã có.'
  },
  'act-already-so': {
    en: '{resource} already has the requested state. Nothing was changed.',
    vi: '{resource} đã ở trạng thái được yêu cầu. Không có gì thay đổi.'
  },
  'act-kid-used': {
    en: '{resource} has, or once had, a key with this kid. Choose another kid.',
    vi: '{resource} đang có hoặc từng có khóa mang kid này. Hãy chọn kid khác.'
  },
  'act-key-held': {
    en: 'This key is already registered. Create a new key.',
    vi: 'Khóa này đã được đăng ký. Hãy tạo khóa mới.'
  },
  'act-key-unknown': {
    en: '{resource} has no key in force with the kid {value}.',
    vi: '{resource} không có khóa đang hiệu lực mang kid {value}.'
  },
  'act-right-too-wide': {
    en: 'Only document events may be sent to every agency. For {value} set recipients to "agreements".',
    vi: 'Chỉ sự kiện văn bản (document) được gửi đến mọi cơ quan. Với {value}, hãy đặt recipients là "agreements".'
  },
  'act-right-unknown': {
    en: '{resource} has no right to publish {value}, so there is nothing to withdraw.',
    vi: '{resource} không có quyền gửi {value} nên không có gì để thu hồi.'
  },
  'agreement-terms-differ': {
    en: 'The agreement {resource} already exists with other terms than the file: {terms}. Its {term} is {found}, the file says {wanted}. Nothing was done. Find out who drafted it, then give the agreement in the file another id, or correct the file.',
    vi: 'Đã có thỏa thuận {resource} nhưng điều khoản khác với tệp: {terms}. {term} đang là {found}, trong tệp là {wanted}. Chưa có thao tác nào được thực hiện. Hãy tìm hiểu ai đã lập, rồi đặt id khác cho thỏa thuận trong tệp, hoặc sửa lại tệp.'
  },
  'act-agreement-ended': {
    en: 'The agreement {resource} has ended and cannot be changed. Draft a new agreement.',
    vi: 'Thỏa thuận {resource} đã kết thúc, không thay đổi được. Hãy lập thỏa thuận mới.'
  },
  'key-not-an-object': {
    en: 'A key must be a JSON object (JWK).',
    vi: 'Khóa phải là một đối tượng JSON (JWK).'
  },
  'key-private': {
    en: 'The key contains its private part ({member}) and is exposed now. Create a new key and register only its public part.',
    vi: 'Khóa có chứa phần bí mật ({member}) nên đã bị lộ. Hãy tạo khóa mới và chỉ đăng ký phần công khai.'
  },
  'key-not-private': {
    en: 'To sign takes a private JWK, as `lienthong keys new` writes it. This one has no private part, or one that does not fit.',
    vi: 'Muốn ký phải có khóa bí mật dạng JWK, như lệnh `lienthong keys new` tạo ra. Khóa này không có phần bí mật, hoặc phần đó không khớp.'
  },
  'key-published': {
    en: 'The private half of this key is published: it is an example of a standard, so anybody can sign with it. Create a new key.',
    vi: 'Phần bí mật của khóa này đã được công bố (khóa ví dụ trong tiêu chuẩn) nên ai cũng ký được. Hãy tạo khóa mới.'
  },
  'key-member-unknown': {
    en: 'The field {member} is not allowed in a key. Remove it.',
    vi: 'Khóa không được có trường {member}. Hãy bỏ trường này.'
  },
  'key-member-malformed': {
    en: 'The field {member} of the key is malformed. Export the key again as a JWK.',
    vi: 'Trường {member} của khóa sai định dạng. Hãy xuất lại khóa dưới dạng JWK.'
  },
  'key-kid-malformed': {
    en: 'The key must have a kid of 1 to 64 letters, digits, - and _.',
    vi: 'Khóa phải có kid gồm từ 1 đến 64 chữ cái không dấu, chữ số, dấu - và dấu _.'
  },
  'key-not-for-signing': {
    en: 'The field {member} says that the key is not for verifying signatures. use must be "sig" and key_ops must be ["verify"], where present.',
    vi: 'Trường {member} cho biết khóa không dùng để kiểm tra chữ ký. Nếu có, use phải là "sig" và key_ops phải là ["verify"].'
  },
  'key-kind-unsupported': {
    en: 'This kind of key ({member}) is not supported. Use Ed25519, P-256, or RSA with alg PS256 or RS256.',
    vi: 'Không hỗ trợ loại khóa này ({member}). Hãy dùng Ed25519, P-256, hoặc RSA với alg PS256 hay RS256.'
  },
  'key-alg-differs': {
    en: 'alg {member} does not fit the key. Use EdDSA for Ed25519, ES256 for P-256, PS256 or RS256 for RSA.',
    vi: 'alg {member} không phù hợp với khóa. Hãy dùng EdDSA cho Ed25519, ES256 cho P-256, PS256 hoặc RS256 cho RSA.'
  },
  'key-not-on-curve': {
    en: 'The key is not a valid point: x (and y) must be the public half of a P-256 or Ed25519 key, in its only encoding. Create the key again, or export it again as a JWK.',
    vi: 'Khóa không phải một điểm hợp lệ: x (và y) phải là phần công khai của khóa P-256 hoặc Ed25519, ở đúng dạng mã hóa duy nhất. Hãy tạo lại khóa, hoặc xuất lại khóa dưới dạng JWK.'
  },
  'key-too-short': {
    en: 'The RSA key is shorter than 2048 bits. Create a longer key.',
    vi: 'Khóa RSA ngắn hơn 2048 bit. Hãy tạo khóa dài hơn.'
  },
  'key-exponent-weak': {
    en: 'The exponent of the RSA key must be odd and at least 65537. Create a new key.',
    vi: 'Số mũ của khóa RSA phải lẻ và từ 65537 trở lên. Hãy tạo khóa mới.'
  },
  'key-known-weak': {
    en: 'The RSA key is weak: its modulus has a small factor or the ROCA weakness. Create a new key with other software.',
    vi: 'Khóa RSA yếu: modulus có ước số nhỏ hoặc có lỗ hổng ROCA. Hãy tạo khóa mới bằng phần mềm khác.'
  },
  'schema-not-json': {
    en: 'The schema is not valid JSON. Check its syntax, and that no object names a field twice.',
    vi: 'Lược đồ không phải JSON hợp lệ. Hãy kiểm tra cú pháp và tên trường bị lặp.'
  },
  'schema-not-a-record': {
    en: 'The schema of an event type must be an Avro record.',
    vi: 'Lược đồ của loại sự kiện phải là bản ghi (record) Avro.'
  },
  'schema-too-deep': {
    en: 'The schema is nested too deeply at {field}. Use fewer levels.',
    vi: 'Lược đồ lồng nhau quá nhiều cấp tại {field}. Hãy giảm số cấp.'
  },
  'schema-too-large': {
    en: 'The schema has too many fields; the limit is exceeded at {field}. Each use of a named type counts its fields again. Use fewer fields, or move content into an attachment.',
    vi: 'Lược đồ có quá nhiều trường; vượt giới hạn tại {field}. Mỗi lần dùng một kiểu có tên, các trường của kiểu đó được tính lại. Hãy giảm số trường, hoặc chuyển nội dung vào tệp đính kèm.'
  },
  'schema-type-refused': {
    en: 'The type {got} at {field} is not allowed in an event type. Allowed are string, boolean, bytes, int, long, date, timestamp-millis, enum, array, record, a type defined earlier, and the union of null and one of these.',
    vi: 'Không được dùng kiểu {got} tại {field} trong loại sự kiện. Được dùng: string, boolean, bytes, int, long, date, timestamp-millis, enum, array, record, kiểu đã định nghĩa trước đó, và union của null với một trong các kiểu này.'
  },
  'schema-recursive': {
    en: 'The type {got} at {field} contains itself. Recursive types are not allowed in an event type.',
    vi: 'Kiểu {got} tại {field} chứa chính nó. Loại sự kiện không được dùng kiểu đệ quy.'
  },
  'schema-not-avro': {
    en: 'The schema is not a valid Avro schema.',
    vi: 'Lược đồ không phải lược đồ Avro hợp lệ.'
  },
  'schema-record-empty': {
    en: 'The record {got} at {field} has no fields. Define at least one.',
    vi: 'Bản ghi (record) {got} tại {field} không có trường nào. Hãy khai báo ít nhất một trường.'
  },
  'schema-enum-malformed': {
    en: 'The symbols of the enum {got} at {field} are missing, malformed, repeated or too many. Use letters, digits and _, each symbol once.',
    vi: 'Các giá trị của enum {got} tại {field} bị thiếu, sai định dạng, bị lặp hoặc quá nhiều. Hãy dùng chữ cái không dấu, chữ số và dấu _, mỗi giá trị một lần.'
  },
  'schema-attachment-malformed': {
    en: 'The record lienthong.Attachment at {field} differs from its fixed definition: name, mediaType and sha256 (string), size (long), all required, no other fields.',
    vi: 'Bản ghi lienthong.Attachment tại {field} khác định nghĩa quy định: name, mediaType, sha256 (string), size (long), đều bắt buộc, không có trường khác.'
  },
  'schema-name-not-of-type': {
    en: 'The record is named {got}. For the event type {type} it must be named {expected}.',
    vi: 'Bản ghi (record) có tên {got}. Với loại sự kiện {type}, tên phải là {expected}.'
  },
  'schema-changes-field': {
    en: 'The field {field} of {type} differs from the registered schema. Within a version only optional fields may be added; for any other change create a new version (.v2).',
    vi: 'Trường {field} của {type} khác với lược đồ đã đăng ký. Trong cùng một phiên bản chỉ được thêm trường không bắt buộc; với thay đổi khác, hãy tạo phiên bản mới (.v2).'
  },
  'schema-reference-unknown': {
    en: 'The reference {name} cannot be resolved: the subject {subject} has no version {version}, or it is deleted. Register that version first, or refer to one that is not deleted.',
    vi: 'Không tìm thấy tham chiếu {name}: chủ thể (subject) {subject} không có phiên bản {version}, hoặc phiên bản đó đã bị xóa. Hãy đăng ký phiên bản đó trước, hoặc tham chiếu đến phiên bản chưa bị xóa.'
  },
  'schema-spelled-otherwise': {
    en: 'This schema is registered under id {id} in another spelling (order of members, short or full names, types written out). Register it with the text at /registry/schemas/ids/{id}.',
    vi: 'Lược đồ này đã được đăng ký với mã {id} theo cách viết khác (thứ tự các trường, tên ngắn hay tên đầy đủ, kiểu viết gọn hay viết dài). Hãy đăng ký bằng nội dung tại /registry/schemas/ids/{id}.'
  },
  'schema-references-refused': {
    en: 'The schema of the event type {type} must define all its types itself. Replace the references by the definitions.',
    vi: 'Lược đồ của loại sự kiện {type} phải tự định nghĩa mọi kiểu. Hãy thay các tham chiếu bằng định nghĩa.'
  },
  'schema-kind-unsupported': {
    en: 'schemaType must be AVRO; got {got}.',
    vi: 'schemaType phải là AVRO; giá trị nhận được: {got}.'
  },
  'schema-domain-unknown': {
    en: 'There is no topic lienthong.{domain}. The first part of an event type must be an existing domain.',
    vi: 'Không có topic lienthong.{domain}. Phần đầu của loại sự kiện phải là lĩnh vực đã có.'
  },
  'schema-incompatible': {
    en: 'The schema is not {level} compatible with the registered versions of {subject}: {problem}',
    vi: 'Lược đồ không tương thích mức {level} với các phiên bản đã đăng ký của {subject}: {problem}'
  },
  'schema-of-event-type': {
    en: 'The schema of {type} cannot be deleted permanently, because events may be stored with it. Delete it without permanent to take it out of use.',
    vi: 'Không được xóa vĩnh viễn lược đồ của {type} vì có thể có sự kiện đã lưu theo lược đồ này. Hãy xóa không kèm permanent để ngừng sử dụng.'
  },
  'schema-referenced': {
    en: 'One or more references exist to the schema of {subject}, version {version}. Delete the schemas that refer to it first.',
    vi: 'Còn lược đồ khác tham chiếu đến phiên bản {version} của {subject}. Hãy xóa các lược đồ đó trước.'
  },
  // Until `mode-not-set`, the English text is that of the Confluent Schema Registry if it has the error,
  // since its clients show it.
  'schema-unknown': {
    en: 'Schema {id} not found',
    vi: 'Không tìm thấy lược đồ {id}.'
  },
  'schema-not-of-subject': {
    en: 'Schema not found',
    vi: 'Lược đồ chưa được đăng ký trong chủ thể (subject) này.'
  },
  'subject-unknown': {
    en: "Subject '{subject}' not found.",
    vi: 'Không tìm thấy chủ thể (subject) {subject}.'
  },
  'registry-subject-malformed': {
    en: "The subject '{subject}' is not valid. It must have 1 to 255 characters when percent-encoded, without control characters.",
    vi: 'Chủ thể (subject) {subject} không hợp lệ. Tên phải có từ 1 đến 255 ký tự sau khi mã hóa phần trăm (percent-encode), không có ký tự điều khiển.'
  },
  'subject-of-other-type': {
    en: 'The subject {subject} belongs to the event type {type}: both types lead to the same record name. Choose another event type name.',
    vi: 'Chủ thể (subject) {subject} thuộc loại sự kiện {type}: hai loại có cùng tên bản ghi. Hãy chọn tên loại sự kiện khác.'
  },
  'subject-resource-malformed': {
    en: '{resource} is not valid for this act. For an event type use /schemas/<type> and set the field type; for any other subject use /subjects/<subject>, percent-encoded, without the field type.',
    vi: '{resource} không hợp lệ với thao tác này. Với loại sự kiện, hãy dùng /schemas/<loại> và ghi trường type; với chủ thể (subject) khác, hãy dùng /subjects/<chủ thể> đã mã hóa phần trăm, không ghi trường type.'
  },
  'subject-deleted-already': {
    en: "Subject '{subject}' was soft deleted. Set permanent=true to delete permanently",
    vi: 'Chủ thể (subject) {subject} đã được xóa tạm. Hãy đặt permanent=true để xóa vĩnh viễn.'
  },
  'subject-not-deleted': {
    en: "Subject '{subject}' was not deleted first before being permanently deleted",
    vi: 'Chủ thể (subject) {subject} chưa được xóa tạm. Hãy xóa tạm trước khi xóa vĩnh viễn.'
  },
  'version-unknown': {
    en: 'Version {version} not found.',
    vi: 'Không tìm thấy phiên bản {version}.'
  },
  'version-malformed': {
    en: 'The specified version \'{version}\' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"',
    vi: 'Phiên bản {version} không hợp lệ. Chỉ nhận số từ 1 đến 2^31-1 hoặc "latest".'
  },
  'version-deleted-already': {
    en: "Subject '{subject}' Version {version} was soft deleted. Set permanent=true to delete permanently",
    vi: 'Phiên bản {version} của {subject} đã được xóa tạm. Hãy đặt permanent=true để xóa vĩnh viễn.'
  },
  'version-not-deleted': {
    en: "Subject '{subject}' Version {version} was not deleted first before being permanently deleted",
    vi: 'Phiên bản {version} của {subject} chưa được xóa tạm. Hãy xóa tạm trước khi xóa vĩnh viễn.'
  },
  'level-not-set': {
    en: "Subject '{subject}' does not have subject-level compatibility configured",
    vi: 'Chủ thể (subject) {subject} không có mức tương thích riêng.'
  },
  'level-malformed': {
    en: 'Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive',
    vi: 'Mức tương thích không hợp lệ. Các giá trị hợp lệ: none, backward, forward, full, backward_transitive, forward_transitive, full_transitive.'
  },
  'mode-not-set': {
    en: "Subject '{subject}' does not have subject-level mode configured",
    vi: 'Chủ thể (subject) {subject} không có chế độ riêng.'
  },
  'mode-fixed': {
    en: 'The mode of this schema registry is always READWRITE and cannot be changed.',
    vi: 'Chế độ của sổ đăng ký lược đồ này luôn là READWRITE, không thay đổi được.'
  },
  'mode-malformed': {
    en: 'Invalid mode. Valid values are readwrite, readonly, and import',
    vi: 'Chế độ không hợp lệ. Các giá trị hợp lệ: readwrite, readonly, import.'
  },
  'registry-unsupported': {
    en: 'This schema registry does not support {what}. Send the request without it.',
    vi: 'Sổ đăng ký lược đồ này không hỗ trợ {what}. Hãy gửi lại yêu cầu không kèm mục đó.'
  },
  'registry-member-unknown': {
    en: 'Unrecognized field: {name}. Check its spelling, or leave it out.',
    vi: 'Không nhận ra trường {name}. Hãy kiểm tra cách viết, hoặc bỏ trường đó.'
  },
  'registry-id-fixed': {
    en: 'The schema cannot get id {id}: the mode is READWRITE, so the registry gives the ids. Register it without id.',
    vi: 'Không thể đặt mã {id} cho lược đồ: chế độ là READWRITE nên mã do sổ đăng ký cấp. Hãy đăng ký không kèm id.'
  },
  'version-not-next': {
    en: 'The schema cannot be version {version} of {subject}: it is, or would be, version {expected}. Register it without version.',
    vi: 'Lược đồ không thể là phiên bản {version} của {subject}: đây là, hoặc sẽ là, phiên bản {expected}. Hãy đăng ký không kèm version.'
  },
  'schema-empty': {
    en: 'Empty schema. Put the text of the Avro schema into the field schema.',
    vi: 'Lược đồ rỗng. Hãy ghi nội dung lược đồ Avro vào trường schema.'
  },
  'registry-media-type': {
    en: 'This Content-Type is not supported. Use application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json or application/json.',
    vi: 'Không hỗ trợ Content-Type này. Hãy dùng application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json hoặc application/json.'
  },
  'registry-accept': {
    en: 'None of the media types in Accept can be sent. Ask for application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json or application/json.',
    vi: 'Không trả lời được theo các kiểu nội dung trong Accept. Hãy yêu cầu application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json hoặc application/json.'
  },
  'registry-body-large': {
    en: 'The request body is larger than the schema registry accepts. One schema has at most 256 KiB; move parts of it into schemas of their own and refer to them.',
    vi: 'Nội dung yêu cầu lớn hơn mức sổ đăng ký lược đồ nhận. Mỗi lược đồ tối đa 256 KiB; hãy tách các phần thành lược đồ riêng và tham chiếu đến chúng.'
  },
  'registry-full': {
    en: 'A limit of the schema registry is reached for {subject}: the subject has too many versions, or its agency has too many subjects or too much schema text. Delete permanently what is no longer needed, or ask the operator of the bus.',
    vi: 'Đã đạt giới hạn của sổ đăng ký lược đồ với {subject}: chủ thể có quá nhiều phiên bản, hoặc cơ quan có quá nhiều chủ thể hay quá nhiều nội dung lược đồ. Hãy xóa vĩnh viễn những gì không còn dùng, hoặc liên hệ đơn vị vận hành.'
  },
  'registry-config-empty': {
    en: 'The act on {resource} changes nothing. Set compatibility or normalize; null removes the setting.',
    vi: 'Thao tác trên {resource} không thay đổi gì. Hãy ghi compatibility hoặc normalize; null để bỏ thiết lập.'
  },
  'registry-needs-act': {
    en: 'The request is valid, but changes of the schema registry must be signed acts. Send it through `lienthong registry-proxy --as SYSTEM --key FILE`, or post the act to /v1/schemas.',
    vi: 'Yêu cầu hợp lệ, nhưng mọi thay đổi trong sổ đăng ký lược đồ phải là thao tác quản trị có chữ ký. Hãy gửi qua `lienthong registry-proxy --as SYSTEM --key FILE`, hoặc gửi thao tác đến /v1/schemas.'
  },
  'proxy-is-local': {
    en: 'The registry proxy signs every request it accepts, so it accepts only requests to localhost or 127.0.0.1, and none from a web page (header Origin).',
    vi: 'Proxy của sổ đăng ký lược đồ ký mọi yêu cầu được nhận, nên chỉ nhận yêu cầu gửi đến localhost hoặc 127.0.0.1 và không nhận yêu cầu từ trang web (header Origin).'
  },
  'registry-body-invalid': {
    en: 'The request to the schema registry is not valid: {problem}.',
    vi: 'Yêu cầu gửi sổ đăng ký lược đồ không hợp lệ: {problem}.'
  },
  'record-unreadable': {
    en: 'The record in the event log does not have the format of the bus: another program wrote it.',
    vi: 'Bản ghi trong nhật ký sự kiện không đúng định dạng của trục liên thông: do phần mềm khác ghi vào.'
  },
  'schema-field-malformed': {
    en: 'A field at {field} is not defined correctly: {got}. Check its name (letters, digits and _, once per record) and its attributes.',
    vi: 'Một trường tại {field} được khai báo không đúng: {got}. Hãy kiểm tra tên trường (chữ cái không dấu, chữ số và dấu _, không trùng trong bản ghi) và các thuộc tính.'
  },
  'schema-mark-malformed': {
    en: 'The property sender or subject of the field {field} is not valid: {got}. Write true on a field of type string, or on a record the name of its member of type string. Personal fields cannot be marked.',
    vi: 'Thuộc tính sender hoặc subject của trường {field} không hợp lệ: {got}. Với trường kiểu string, hãy ghi true; với bản ghi, hãy ghi tên một thành phần kiểu string. Không được đánh dấu trường chứa dữ liệu cá nhân.'
  },
  'schema-mark-in-list': {
    en: 'The field {field} is in a list and is marked sender or subject. Mark a field that occurs once in the data.',
    vi: 'Trường {field} nằm trong danh sách nhưng được đánh dấu sender hoặc subject. Hãy đánh dấu trường chỉ xuất hiện một lần trong dữ liệu.'
  },
  'schema-flow-malformed': {
    en: 'The property {field} of the schema is not valid: {got}. `flow` may have title (a field of type string outside lists that is not personal, or a list of them), number, dossier and citizen (a field of type string, or a list of them; a/b joins two), and actor with name, title and department. Fields are named by paths such as signer.fullName.',
    vi: 'Thuộc tính {field} của lược đồ không hợp lệ: {got}. `flow` có thể có title (một trường kiểu string ngoài danh sách, không chứa dữ liệu cá nhân, hoặc danh sách các trường như vậy), number, dossier và citizen (một trường kiểu string hoặc danh sách các trường; a/b ghép hai trường), và actor với name, title, department. Trường được gọi bằng đường dẫn như signer.fullName.'
  },
  'schema-expects-malformed': {
    en: 'The property {field} of the schema is not valid: {got}. Write a list of at most 20 objects with type (an event type), from (recipient or sender), and if wanted withinWorkingHours (a whole number from 1 to 10,000) and until (the path of a date or timestamp outside lists).',
    vi: 'Thuộc tính {field} của lược đồ không hợp lệ: {got}. Hãy ghi danh sách tối đa 20 đối tượng có type (một loại sự kiện), from (recipient hoặc sender), và nếu cần withinWorkingHours (số nguyên từ 1 đến 10.000) và until (đường dẫn của một trường ngày hoặc thời điểm ngoài danh sách).'
  },
  'schema-field-without-doc': {
    en: 'The field {field} has no doc. Describe the field in it.',
    vi: 'Trường {field} không có doc. Hãy mô tả trường này trong doc.'
  },
  'schema-optional-malformed': {
    en: 'The union at the field {field} must be of null and one other type, in this order, with default null.',
    vi: 'Union tại trường {field} phải gồm null và một kiểu khác, theo thứ tự này, với giá trị mặc định là null.'
  },
  'schema-default-refused': {
    en: 'The field {field} is required, so it may not have a default. Remove the default, or make the field optional.',
    vi: 'Trường {field} là bắt buộc nên không được có giá trị mặc định. Hãy bỏ giá trị mặc định, hoặc chuyển thành trường không bắt buộc.'
  },
  'schema-name-malformed': {
    en: 'The name {got} at {field} is not valid. Use letters, digits and _, with dots only between the parts of a namespace, and no name of an Avro type.',
    vi: 'Tên {got} tại {field} không hợp lệ. Chỉ dùng chữ cái không dấu, chữ số, dấu _ (dấu chấm chỉ để ngăn cách các phần của namespace) và không trùng tên kiểu của Avro.'
  },
  'schema-name-twice': {
    en: 'The name {got} is defined a second time at {field}. Refer to it by name, or use another name.',
    vi: 'Tên {got} được định nghĩa lần thứ hai tại {field}. Hãy dùng lại kiểu theo tên, hoặc đặt tên khác.'
  },
  'avro-too-long': {
    en: 'The schema together with its references is longer than {limit} bytes. Make it shorter.',
    vi: 'Lược đồ cùng các tham chiếu dài hơn {limit} byte. Hãy rút ngắn.'
  },
  'avro-too-many-values': {
    en: 'The schema together with its references has more than {limit} JSON values. Make it simpler.',
    vi: 'Lược đồ cùng các tham chiếu có hơn {limit} giá trị JSON. Hãy làm lược đồ đơn giản hơn.'
  },
  'avro-too-many-references': {
    en: 'The schema has more than {limit} references, including the references of its references. Use fewer.',
    vi: 'Lược đồ có hơn {limit} tham chiếu, tính cả tham chiếu của tham chiếu. Hãy giảm số tham chiếu.'
  },
  'avro-too-complex': {
    en: 'The default values of the schema need more than {limit} steps to check. Use simpler default values.',
    vi: 'Việc kiểm tra các giá trị mặc định của lược đồ cần hơn {limit} bước. Hãy dùng giá trị mặc định đơn giản hơn.'
  },
  'avro-type-unknown': {
    en: '{got} at {field} is not an Avro type, and no type of this name is defined before it or in a reference.',
    vi: '{got} tại {field} không phải kiểu Avro, và chưa có kiểu mang tên này được định nghĩa trước đó hoặc trong tham chiếu.'
  },
  'avro-union-malformed': {
    en: 'The union at {field} may not contain {got}: a union contains each type once and no other union.',
    vi: 'Union tại {field} không được chứa {got}: union chỉ chứa mỗi kiểu một lần và không chứa union khác.'
  },
  'avro-enum-malformed': {
    en: 'The symbols of the enum {got} at {field} are missing, malformed or repeated.',
    vi: 'Các giá trị của enum {got} tại {field} bị thiếu, sai định dạng hoặc bị lặp.'
  },
  'avro-fixed-malformed': {
    en: 'The size of the fixed at {field} must be a whole number of bytes; got {got}.',
    vi: 'Kích thước của fixed tại {field} phải là số nguyên byte; giá trị nhận được: {got}.'
  },
  'avro-default-wrong': {
    en: 'The default value {got} at {field} does not match the type.',
    vi: 'Giá trị mặc định {got} tại {field} không đúng kiểu.'
  },
  'incompatible-backward': {
    en: 'Data written with version {version} cannot be read with the new schema:',
    vi: 'Dữ liệu ghi theo phiên bản {version} không đọc được bằng lược đồ mới:'
  },
  'incompatible-forward': {
    en: 'Data written with the new schema cannot be read with version {version}:',
    vi: 'Dữ liệu ghi theo lược đồ mới không đọc được bằng phiên bản {version}:'
  },
  'unreadable-type': {
    en: '{field} is written as {written} and cannot be read as {expected}.',
    vi: '{field} được ghi theo kiểu {written}, không đọc được theo kiểu {expected}.'
  },
  'unreadable-name': {
    en: '{field} is written as {written} but read as {expected}: the names differ, and the reader has no alias for it.',
    vi: '{field} được ghi theo {written} nhưng đọc theo {expected}: khác tên, và bên đọc không có bí danh (alias) tương ứng.'
  },
  'unreadable-missing': {
    en: '{field} does not exist in {written}, and is read as {expected} without a default. Give it a default.',
    vi: '{field} không có trong {written} và được đọc theo {expected} mà không có giá trị mặc định. Hãy thêm giá trị mặc định.'
  },
  'unreadable-ambiguous': {
    en: '{field} matches several written fields by its name and aliases: {written}. It is read as {expected}. Remove an alias.',
    vi: '{field} khớp với nhiều trường đã ghi theo tên và bí danh (alias): {written}. Trường được đọc là {expected}. Hãy bỏ bớt bí danh.'
  },
  'unreadable-symbols': {
    en: '{field} may be written as {written}, which the enum {expected} does not have. Add the symbols, or give the enum a default.',
    vi: '{field} có thể được ghi là {written}, nhưng enum {expected} không có giá trị này. Hãy thêm giá trị, hoặc đặt giá trị mặc định cho enum.'
  },
  'unreadable-size': {
    en: '{field} is written with {written} bytes but read with {expected} bytes.',
    vi: '{field} được ghi với {written} byte nhưng đọc với {expected} byte.'
  },
  'unreadable-branch': {
    en: '{field} may be written as {written}, which matches no type of the {expected}.',
    vi: '{field} có thể được ghi theo {written}, không khớp kiểu nào của {expected}.'
  },
  'unreadable-complex': {
    en: 'comparing {written} with {expected} at {field} takes too long. Make the schema simpler: fewer types and smaller unions.',
    vi: 'việc so sánh {written} với {expected} tại {field} mất quá nhiều thời gian. Hãy làm lược đồ đơn giản hơn: ít kiểu hơn và union nhỏ hơn.'
  },
  'schema-unknown-yet': {
    en: 'The record at {position} was written with a schema that this process does not know yet. The bus retries automatically.',
    vi: 'Bản ghi tại {position} được ghi theo lược đồ mà tiến trình này chưa biết. Trục liên thông sẽ tự thử lại.'
  },
  'control-state-stale': {
    en: 'The control state is stale: the database has not answered in time, so it is unknown whether rights have changed. Send the same request again.',
    vi: 'Trạng thái quản trị chưa được cập nhật: cơ sở dữ liệu không trả lời kịp thời nên chưa rõ quyền có thay đổi hay không. Hãy gửi lại đúng yêu cầu này.'
  },
  'lease-lost': {
    en: 'Another process now runs the channel {channel}, so this process has stopped it. Nothing needs to be done.',
    vi: 'Tiến trình khác đang vận hành kênh {channel} nên tiến trình này đã dừng kênh đó. Không cần xử lý.'
  },
  'act-unknown-yet': {
    en: 'The record was checked under act number {act}, which this process does not know yet. The bus retries automatically.',
    vi: 'Bản ghi được kiểm tra theo thao tác quản trị số {act} mà tiến trình này chưa biết. Trục liên thông sẽ tự thử lại.'
  },
  'projector-behind': {
    en: 'The bus has not yet processed all published events. The bus retries automatically.',
    vi: 'Trục liên thông chưa xử lý hết các sự kiện đã gửi. Trục liên thông sẽ tự thử lại.'
  },
  'position-moved-elsewhere': {
    en: 'Another process moved the position of the projector. This process reads the position again and continues.',
    vi: 'Tiến trình khác đã thay đổi vị trí đọc của bộ xử lý sự kiện (projector). Tiến trình này sẽ đọc lại vị trí rồi tiếp tục.'
  },
  'config-invalid': {
    en: '{file} is not valid: {problems}',
    vi: '{file} không hợp lệ: {problems}'
  },
  'flows-settings-invalid': {
    en: 'The settings are not valid: {problems}. Correct them and run the command again.',
    vi: 'Cấu hình không hợp lệ: {problems}. Hãy sửa rồi chạy lại.'
  },
  'settings-invalid': {
    en: '{file} is not valid: {problems}. Correct it and run the command again.',
    vi: '{file} không hợp lệ: {problems}. Hãy sửa rồi chạy lại.'
  },
  'port-malformed': {
    en: 'A port is a number from 0 to 65535; got {got}. Correct --port or --management-port.',
    vi: 'Cổng mạng (port) là số từ 0 đến 65535; nhận được {got}. Hãy sửa --port hoặc --management-port.'
  },
  'backup-exists': {
    en: '{path} already exists. Name a folder that does not exist yet.',
    vi: '{path} đã tồn tại. Hãy chọn thư mục chưa tồn tại.'
  },
  'backup-attachments-missing': {
    en: 'Attachments that events list are not in {path}: {missing}. If the settings name another folder for attachments, give them with --config. If the attachments are kept safe by other means, use --no-attachments.',
    vi: 'Có tệp đính kèm được sự kiện liệt kê nhưng không có trong {path}: {missing} tệp. Nếu tệp cấu hình chỉ định thư mục khác cho tệp đính kèm, hãy dùng --config. Nếu tệp đính kèm đã được bảo quản bằng cách khác, hãy dùng --no-attachments.'
  },
  'backup-attachments-in-s3': {
    en: 'The attachments are in the S3 bucket {bucket}, which this command does not copy. Keep the bucket safe by other means, such as replication, and use --no-attachments.',
    vi: 'Tệp đính kèm nằm trong bucket S3 {bucket}, lệnh này không sao chép bucket. Hãy bảo quản bucket bằng cách khác, ví dụ sao chép dự phòng (replication), rồi dùng --no-attachments.'
  },
  'backup-of-shared-engines': {
    en: 'By this configuration the bus stores its data in Kafka and PostgreSQL, not in {path}: nothing was done. Back up and restore the database, the topics and the attachments with their own tools, as docs/running.md says.',
    vi: 'Theo cấu hình này, trục liên thông lưu dữ liệu ở Kafka và PostgreSQL, không phải ở {path}: chưa thực hiện gì. Hãy sao lưu và phục hồi cơ sở dữ liệu, các topic và tệp đính kèm bằng công cụ riêng của chúng, như docs/running.md hướng dẫn.'
  },
  'backup-without-keys': {
    en: 'The backup in {path} is finished, but it does not have these files, which the configuration names and which are not in the folder keys of the data folder: {files}. Keep copies of them in another safe place: without them a restored bus or its connectors do not start. Once they are kept, use --keys-apart.',
    vi: 'Bản sao lưu trong {path} đã hoàn tất, nhưng không có các tệp sau, được cấu hình chỉ định mà không nằm trong thư mục keys của thư mục dữ liệu: {files}. Hãy giữ bản sao của các tệp này ở nơi an toàn khác: thiếu chúng, trục liên thông hoặc kết nối sau khi phục hồi không khởi động được. Khi đã giữ, hãy dùng --keys-apart.'
  },
  'backup-missing': {
    en: '{path} does not contain a complete backup: backup.json or store.sqlite is missing (in a backup of an earlier release also log.sqlite), or backup.json is damaged. Name the folder of a finished backup.',
    vi: '{path} không chứa bản sao lưu hoàn chỉnh: thiếu backup.json hoặc store.sqlite (bản sao lưu của phiên bản trước còn cần log.sqlite), hoặc backup.json bị hỏng. Hãy chọn thư mục của bản sao lưu đã hoàn tất.'
  },
  'backup-nothing-there': {
    en: '{path} contains no bus data: store.sqlite is missing. Name the data folder of the bus.',
    vi: '{path} không chứa dữ liệu của trục liên thông: thiếu store.sqlite. Hãy chọn đúng thư mục dữ liệu.'
  },
  'backup-of-other-format': {
    en: 'The backup in {path} has a format that this release does not read. Restore it with the release that made it.',
    vi: 'Bản sao lưu trong {path} có định dạng mà phiên bản phần mềm này không đọc được. Hãy phục hồi bằng phiên bản đã tạo ra bản sao lưu.'
  },
  'backup-unsound': {
    en: 'The copy of {path} failed the integrity check of SQLite, so the backup was not completed. Check the disk, and keep the earlier backups.',
    vi: 'Bản sao của {path} không qua được kiểm tra toàn vẹn của SQLite nên bản sao lưu chưa hoàn tất. Hãy kiểm tra ổ đĩa và giữ các bản sao lưu trước đó.'
  },
  'restore-loses-records': {
    en: '{path} has records that the backup lacks, or that cannot be read; nothing was changed. To restore all the same, use --replace: it keeps the present data in a folder of its own.',
    vi: '{path} có dữ liệu mà bản sao lưu không có, hoặc không đọc được; chưa có gì thay đổi. Nếu vẫn muốn phục hồi, hãy dùng --replace: dữ liệu hiện có được giữ lại trong một thư mục riêng.'
  },
  'restore-unfinished': {
    en: 'A restore into {path} was interrupted. Run lienthong restore again.',
    vi: 'Việc phục hồi vào {path} đã bị gián đoạn. Hãy chạy lại lienthong restore.'
  },
  'data-migrated': {
    en: 'The data in {folder} was migrated to {to}, or a migration to there was started. Run the bus with that configuration, or run lienthong migrate again if it was interrupted. To use this folder anyway, delete {file}: events accepted at {to} since then are not in this folder.',
    vi: 'Dữ liệu trong {folder} đã được chuyển, hoặc đang được chuyển, sang {to}. Hãy chạy trục liên thông với cấu hình đó, hoặc chạy lại lienthong migrate nếu việc chuyển bị gián đoạn. Nếu vẫn muốn dùng thư mục này, hãy xóa {file}: thư mục này không có các sự kiện mà {to} đã tiếp nhận từ đó đến nay.'
  },
  'data-of-newer-release': {
    en: 'The stored data has format {format}, written by release {release}; this is release {own}, which reads format {known} and older. Run release {release} or later. To go back to {own}, restore a backup made with {own} before the upgrade.',
    vi: 'Dữ liệu đã lưu có định dạng {format}, do phiên bản {release} ghi; phiên bản đang chạy là {own}, chỉ đọc được định dạng {known} trở về trước. Hãy chạy phiên bản {release} hoặc mới hơn. Để quay lại {own}, hãy phục hồi bản sao lưu do {own} tạo trước khi nâng cấp.'
  },
  'log-file-differs': {
    en: 'The event log of an earlier release, log.sqlite in {folder}, does not match store.sqlite: see the record at position {position}. The bus does not start, and nothing was deleted. Run the earlier release again, or restore a backup: lienthong restore BACKUP --data {folder} --replace.',
    vi: 'Nhật ký sự kiện của phiên bản trước, log.sqlite trong {folder}, không khớp với store.sqlite: xem bản ghi ở vị trí {position}. Trục liên thông không khởi động và không xóa gì. Hãy chạy lại phiên bản trước, hoặc phục hồi bản sao lưu: lienthong restore BACKUP --data {folder} --replace.'
  },
  'log-file-missing': {
    en: '{folder} has data of an earlier release, but its event log, log.sqlite, is missing. Put the file back, or restore a backup: lienthong restore BACKUP --data {folder} --replace.',
    vi: '{folder} có dữ liệu của phiên bản trước, nhưng thiếu nhật ký sự kiện log.sqlite. Hãy đặt lại tệp này, hoặc phục hồi bản sao lưu: lienthong restore BACKUP --data {folder} --replace.'
  },
  'migration-unfinished': {
    en: 'A migration into this database is not finished. Run lienthong migrate again until it ends.',
    vi: 'Việc chuyển dữ liệu vào cơ sở dữ liệu này chưa hoàn tất. Hãy chạy lại lienthong migrate cho đến khi kết thúc.'
  },
  'migration-needs-shared-engines': {
    en: 'The configuration does not say where to migrate to. Set eventLog.kafka and store.postgres.',
    vi: 'Cấu hình chưa nêu nơi chuyển dữ liệu đến. Hãy đặt eventLog.kafka và store.postgres.'
  },
  'migration-target-not-empty': {
    en: 'The target of the migration already has content: {what}. Use a database without data of a bus, topics newly created with lienthong topics apply, and an empty bucket, prefix or folder.',
    vi: 'Nơi chuyển dữ liệu đến đã có nội dung: {what}. Hãy dùng cơ sở dữ liệu chưa có dữ liệu của trục liên thông, các topic mới tạo bằng lienthong topics apply, và bucket, tiền tố hoặc thư mục trống.'
  },
  'migration-bus-key-unknown': {
    en: 'The bus key {kid} in trust.busKeyFile is not registered as a key of this bus. Set trust.busKeyFile to the key that this bus signed with, by default keys/bus.jwk in its data folder.',
    vi: 'Khóa {kid} trong trust.busKeyFile chưa được đăng ký là khóa của trục liên thông này. Hãy đặt trust.busKeyFile là khóa mà trục đã dùng để ký, mặc định là keys/bus.jwk trong thư mục dữ liệu.'
  },
  'migration-operator-key-missing': {
    en: 'The configuration lacks operator keys that this bus started with: {kids}. Add their public keys to trust.operatorKeys. If there is only one, you can set trust.operatorKeyFile to it, by default keys/operator.jwk in the data folder.',
    vi: 'Cấu hình thiếu khóa của đơn vị vận hành mà trục liên thông này đã khởi tạo: {kids}. Hãy thêm khóa công khai tương ứng vào trust.operatorKeys. Nếu chỉ có một khóa, có thể đặt trust.operatorKeyFile là tệp khóa đó, mặc định là keys/operator.jwk trong thư mục dữ liệu.'
  },
  'migration-not-projected': {
    en: 'Some events of the log are not in the inboxes yet ({count}): {problem}. Fix this problem on this machine first, then run lienthong migrate again.',
    vi: 'Còn sự kiện trong nhật ký chưa được đưa vào hộp thư ({count}): {problem}. Hãy khắc phục trên máy này trước, rồi chạy lại lienthong migrate.'
  },
  'migration-topic-unknown': {
    en: 'The event log has records in topics that this release does not know: {topics}. Migrate with the release that wrote them.',
    vi: 'Nhật ký sự kiện có bản ghi thuộc các topic mà phiên bản phần mềm này không biết: {topics}. Hãy chuyển dữ liệu bằng phiên bản đã ghi các bản ghi đó.'
  },
  'migration-source-old': {
    en: 'The data in {folder} has the format of an earlier release. If that release began to migrate it, finish with that release. Otherwise start the bus of this release on it once, which converts it, stop the bus, and run the command again.',
    vi: 'Dữ liệu trong {folder} có định dạng của phiên bản trước. Nếu phiên bản đó đã bắt đầu chuyển dữ liệu này đi, hãy chuyển cho xong bằng phiên bản đó. Nếu chưa, hãy khởi động trục liên thông của phiên bản này trên thư mục đó một lần để đổi định dạng, dừng trục, rồi chạy lại lệnh.'
  },
  'migration-schema-missing': {
    en: 'The archive has events without the id of their schema, as an earlier release stored them, so they cannot be written to Kafka. Nothing was copied. Restore the last backup made by the earlier release, start the bus of this release on it once and stop it: the start adds the ids. Then run lienthong migrate again.',
    vi: 'Kho lưu trữ có sự kiện thiếu mã lược đồ, như phiên bản trước đã lưu, nên không ghi được vào Kafka. Chưa sao chép gì. Hãy phục hồi bản sao lưu gần nhất của phiên bản trước, khởi động trục liên thông của phiên bản này trên đó một lần rồi dừng lại: khi khởi động, mã lược đồ được bổ sung. Sau đó chạy lại lienthong migrate.'
  },
  'migration-schema-unknown': {
    en: 'The archive has events of schema {schema}, which no valid act registered, so they cannot be written to Kafka. Nothing was copied. Run lienthong doctor --verify-acts on the data folder: it names the acts that are not valid.',
    vi: 'Kho lưu trữ có sự kiện theo lược đồ {schema}, nhưng không có thao tác hợp lệ nào đăng ký lược đồ này, nên không ghi được vào Kafka. Chưa sao chép gì. Hãy chạy lienthong doctor --verify-acts trên thư mục dữ liệu: lệnh này nêu các thao tác không hợp lệ.'
  },
  'migration-log-differs': {
    en: '{shard} has {got} records, but {expected} were copied: another program also writes to this topic. Stop that program, delete the topics and create them again with lienthong topics apply, empty the database, and run lienthong migrate again.',
    vi: '{shard} có {got} bản ghi nhưng số đã chuyển là {expected}: có phần mềm khác cũng ghi vào topic này. Hãy dừng phần mềm đó, xóa các topic và tạo lại bằng lienthong topics apply, làm trống cơ sở dữ liệu, rồi chạy lại lienthong migrate.'
  },
  'migration-differs': {
    en: 'The copied data differs from the source: {what}. No data is lost: the data folder is unchanged. Empty the database and run lienthong migrate again.',
    vi: 'Dữ liệu đã chuyển khác dữ liệu nguồn: {what}. Không mất dữ liệu: thư mục dữ liệu vẫn giữ nguyên. Hãy làm trống cơ sở dữ liệu rồi chạy lại lienthong migrate.'
  },
  'data-in-use': {
    en: 'The data folder {folder} is used by another process. Stop that process, or choose another folder with --data.',
    vi: 'Thư mục dữ liệu {folder} đang được tiến trình khác sử dụng. Hãy dừng tiến trình đó, hoặc chọn thư mục khác bằng --data.'
  },
  'data-not-locked': {
    en: 'The data folder {folder} cannot be used: {problem}. Check that it exists and that the bus may write to it.',
    vi: 'Không dùng được thư mục dữ liệu {folder}: {problem}. Hãy bảo đảm thư mục tồn tại và trục liên thông có quyền ghi.'
  },
  'store-closed': {
    en: 'The store is closed because this process is stopping. Try again.',
    vi: 'Kho dữ liệu đã đóng vì tiến trình này đang dừng. Hãy thử lại.'
  },
  'disk-space-low': {
    en: 'The disk of the bus has {free} MB left; {reserve} MB are kept back so that acts, such as revoking a system, can still be recorded. Send the same request again later. The operator of the bus frees or adds disk space (setting data.reserveMb).',
    vi: 'Ổ đĩa của trục liên thông còn {free} MB; {reserve} MB được giữ lại để vẫn ghi được các thao tác quản trị, như thu hồi một hệ thống. Hãy gửi lại đúng yêu cầu này sau. Đơn vị vận hành cần giải phóng hoặc bổ sung dung lượng ổ đĩa (thiết lập data.reserveMb).'
  },
  'data-file-gone': {
    en: 'The file {file} of the bus was moved, deleted or replaced while the bus ran. Nothing more is accepted. The operator of the bus puts the file back, or restarts the bus with the data folder that is right.',
    vi: 'Tệp {file} của trục liên thông đã bị di chuyển, xóa hoặc thay thế khi trục đang chạy. Trục liên thông tạm ngừng tiếp nhận. Đơn vị vận hành cần đưa tệp về chỗ cũ, hoặc khởi động lại trục với đúng thư mục dữ liệu.'
  },
  'store-failed': {
    en: 'The store could not write to the disk. Try again. If it fails again, check the free space and the state of the disk with the data folder.',
    vi: 'Kho dữ liệu không ghi được vào ổ đĩa. Hãy thử lại. Nếu vẫn lỗi, hãy kiểm tra dung lượng trống và tình trạng ổ đĩa chứa thư mục dữ liệu.'
  },
  'store-settings-wrong': {
    en: 'The setting store.postgres is not valid: {problem}.',
    vi: 'Thiết lập store.postgres không hợp lệ: {problem}.'
  },
  'database-away': {
    en: 'The database did not answer. Try again. If it fails again, check that PostgreSQL runs and can be reached.',
    vi: 'Cơ sở dữ liệu không trả lời. Hãy thử lại. Nếu vẫn lỗi, hãy bảo đảm PostgreSQL đang chạy và kết nối được.'
  },
  'database-not-opened': {
    en: 'The database cannot be used: {problem}. Check store.postgres, and the rights of its user.',
    vi: 'Không dùng được cơ sở dữ liệu: {problem}. Hãy kiểm tra store.postgres và quyền của người dùng cơ sở dữ liệu.'
  },
  'database-standby': {
    en: 'The database server is a standby, which accepts no writes. Connect to the primary server, or try again after the failover.',
    vi: 'Máy chủ cơ sở dữ liệu là máy dự phòng (standby), không cho ghi. Hãy kết nối đến máy chủ chính, hoặc thử lại sau khi chuyển đổi dự phòng.'
  },
  'database-encoding': {
    en: 'The database has the encoding {got}. Create a database with the encoding UTF8.',
    vi: 'Cơ sở dữ liệu dùng bảng mã {got}. Hãy tạo cơ sở dữ liệu với bảng mã UTF8.'
  },
  'log-closed': {
    en: 'The event log is closed because this process is stopping. Try again.',
    vi: 'Nhật ký sự kiện đã đóng vì tiến trình này đang dừng. Hãy thử lại.'
  },
  'log-not-read': {
    en: 'The event log could not be read. Try again. If it fails again, check the disk.',
    vi: 'Không đọc được nhật ký sự kiện. Hãy thử lại. Nếu vẫn lỗi, hãy kiểm tra ổ đĩa.'
  },
  'position-past-end': {
    en: 'The stored read position {position} is after the end of the event log, {last}: this is another log or an older copy. Restore the store and the event log from the same backup.',
    vi: 'Vị trí đọc đã lưu là {position}, sau điểm cuối của nhật ký sự kiện là {last}: đây là nhật ký khác hoặc bản sao cũ. Hãy phục hồi kho dữ liệu và nhật ký sự kiện từ cùng một bản sao lưu.'
  },
  'position-before-start': {
    en: 'The stored read position of {shard} is {position}, but its records now begin at {first}: the records between were deleted. Restore the store from a backup that is not older than the log, or accept the loss and set the position to {first} in the table projectorPositions.',
    vi: 'Vị trí đọc đã lưu của {shard} là {position}, nhưng các bản ghi hiện bắt đầu từ {first}: các bản ghi ở giữa đã bị xóa. Hãy phục hồi kho dữ liệu từ bản sao lưu không cũ hơn nhật ký, hoặc chấp nhận mất dữ liệu và đặt vị trí đọc trong bảng projectorPositions là {first}.'
  },
  'partitions-changed': {
    en: 'The topic {topic} has {found} partitions, but the configuration says {partitions}. The order of events in a case depends on this number, so writing and reading are stopped. Create the topic again with {partitions} partitions, or migrate to new topics.',
    vi: 'Topic {topic} có {found} phân vùng nhưng cấu hình ghi {partitions}. Thứ tự sự kiện trong một hồ sơ phụ thuộc vào số này nên đã dừng ghi và đọc. Hãy tạo lại topic với {partitions} phân vùng, hoặc chuyển sang topic mới.'
  },
  'records-not-taken': {
    en: 'Records wait in the event log, and this process takes none. A new Kafka consumer is started by itself. If this is repeated, check the brokers and the network to them.',
    vi: 'Có bản ghi chờ trong nhật ký sự kiện nhưng tiến trình này không nhận được. Trục tự khởi động lại việc đọc từ Kafka. Nếu lặp lại, hãy kiểm tra các broker và đường mạng đến các broker.'
  },
  'topic-missing': {
    en: 'The topic {topic} does not exist any more: it was deleted. Writing and reading the event log are stopped; inboxes stay readable. Create it with lienthong topics apply (or restore it), then run lienthong topics accept {topic}.',
    vi: 'Topic {topic} không còn tồn tại: đã bị xóa. Đã dừng ghi và đọc nhật ký sự kiện; hộp thư vẫn đọc được. Hãy tạo lại bằng lienthong topics apply (hoặc phục hồi topic), rồi chạy lienthong topics accept {topic}.'
  },
  'topic-created-anew': {
    en: 'The topic {topic} was deleted and created again, so the stored read positions do not fit it. Writing and reading the event log are stopped; inboxes stay readable. Run lienthong topics accept {topic}: it reads the new topic from its beginning, and lists accepted events that were only in the deleted one.',
    vi: 'Topic {topic} đã bị xóa rồi tạo lại nên các vị trí đọc đã lưu không còn đúng. Đã dừng ghi và đọc nhật ký sự kiện; hộp thư vẫn đọc được. Hãy chạy lienthong topics accept {topic}: lệnh này đọc topic mới từ đầu và liệt kê các sự kiện đã tiếp nhận mà chỉ topic bị xóa mới có.'
  },
  'topic-not-of-this-release': {
    en: 'There is no topic {topic} in this release. Its topics: {topics}.',
    vi: 'Phiên bản này không có topic {topic}. Các topic: {topics}.'
  },
  'partitions-refuse': {
    en: 'Kafka does not take records in {count} partition(s), first {first}: {problem}. Events of these partitions are answered 503. Check the brokers that lead them, and the network to them.',
    vi: 'Kafka không nhận bản ghi ở {count} phân vùng, đầu tiên là {first}: {problem}. Sự kiện thuộc các phân vùng này được trả lời 503. Hãy kiểm tra các broker đang giữ vai trò leader và đường mạng đến các broker đó.'
  },
  'copies-behind': {
    en: '{count} partition(s) of the event log, first {first}, have fewer copies in step than they should: a broker is away, is slow, or has lost its disk. Start it again or check it. While copies are missing, one more failure may stop publishing.',
    vi: '{count} phân vùng của nhật ký sự kiện, đầu tiên là {first}, thiếu bản sao đồng bộ: một broker đang dừng, chậm hoặc hỏng ổ đĩa. Hãy khởi động lại hoặc kiểm tra broker đó. Trong lúc thiếu bản sao, thêm một sự cố nữa có thể làm ngừng việc tiếp nhận.'
  },
  'topics-not-seen': {
    en: 'The topics of the event log cannot be looked at: the brokers or the database do not answer. Whether copies are missing or a topic was changed is not known, and what is said of copies here may have changed. Check that the brokers run and can be reached.',
    vi: 'Không xem được các topic của nhật ký sự kiện: các broker hoặc cơ sở dữ liệu không trả lời. Chưa biết có thiếu bản sao hay có topic bị thay đổi không, và thông tin về bản sao ở đây có thể đã cũ. Hãy kiểm tra các broker có đang chạy và kết nối được không.'
  },
  'broker-clock-off': {
    en: 'The clock of the broker that leads {partition} differed from the clock of this machine by {seconds} s (negative: the broker is behind) when it last stored a record, at {seenAt}. No record is lost or reordered, but Kafka deletes old records by its clock. Let both machines follow a time server.',
    vi: 'Đồng hồ của broker giữ vai trò leader của {partition} lệch {seconds} giây so với đồng hồ của máy này (số âm: broker chậm hơn) khi broker lưu bản ghi gần nhất, lúc {seenAt}. Không bản ghi nào bị mất hay sai thứ tự, nhưng Kafka xóa bản ghi cũ theo đồng hồ của broker. Hãy cho cả hai máy đồng bộ với máy chủ thời gian.'
  },
  'log-ends-earlier': {
    en: '{shard} now ends at {end}, but ended at {once} before: the topic was created again or has lost records. Writing and reading are stopped. Restore the topic, or restore the store and the event log together, then restart the bus.',
    vi: '{shard} hiện kết thúc ở {end} nhưng trước đó ở {once}: topic đã bị tạo lại hoặc mất bản ghi. Đã dừng ghi và đọc. Hãy khôi phục topic, hoặc phục hồi đồng thời kho dữ liệu và nhật ký sự kiện, rồi khởi động lại trục liên thông.'
  },
  'log-not-begun': {
    en: 'The topic {topic} is empty or does not exist, so its first record, which names the log, is missing. Run lienthong topics apply, or set eventLog.kafka.brokers and eventLog.kafka.namespace to the place of the log.',
    vi: 'Topic {topic} trống hoặc không tồn tại nên thiếu bản ghi đầu tiên định danh nhật ký. Hãy chạy lienthong topics apply, hoặc đặt eventLog.kafka.brokers và eventLog.kafka.namespace đúng nơi có nhật ký.'
  },
  'log-begins-otherwise': {
    en: 'The first record of the topic {topic} is not the one that names the log: the topic was not created by lienthong topics apply, another program wrote to it first, or its first records were deleted. Writing and reading are stopped. Set eventLog.kafka.brokers and eventLog.kafka.namespace to the place of the log. For a new bus, delete the topics and run lienthong topics apply.',
    vi: 'Bản ghi đầu tiên của topic {topic} không phải bản ghi định danh nhật ký: topic không do lienthong topics apply tạo, phần mềm khác đã ghi vào trước, hoặc các bản ghi đầu đã bị xóa. Đã dừng ghi và đọc. Hãy đặt eventLog.kafka.brokers và eventLog.kafka.namespace đúng nơi có nhật ký. Với trục liên thông mới, hãy xóa các topic rồi chạy lienthong topics apply.'
  },
  'log-is-another': {
    en: 'These brokers hold the log {found}, but the database belongs to the log {known}. Writing and reading are stopped. Either eventLog.kafka.brokers, eventLog.kafka.namespace or store.postgres.url names the wrong place, or the topics were created again. Set them to the log and the database that belong together. If the log {known} is lost, restore its topics, or start again with an empty database; if a data folder exists, migrate it into both.',
    vi: 'Các broker này chứa nhật ký {found}, nhưng cơ sở dữ liệu thuộc nhật ký {known}. Đã dừng ghi và đọc. Nguyên nhân: eventLog.kafka.brokers, eventLog.kafka.namespace hoặc store.postgres.url sai, hoặc các topic đã bị tạo lại. Hãy đặt đúng nhật ký và cơ sở dữ liệu thuộc cùng một trục liên thông. Nếu nhật ký {known} đã mất, hãy khôi phục các topic, hoặc bắt đầu lại với cơ sở dữ liệu trống; nếu còn thư mục dữ liệu, hãy chuyển dữ liệu từ đó sang.'
  },
  'no-kafka-configured': {
    en: 'eventLog.kafka is not configured, so there are no topics to create. Add it to the configuration file.',
    vi: 'Chưa cấu hình eventLog.kafka nên không có topic cần tạo. Hãy thêm vào tệp cấu hình.'
  },
  'engines-mixed': {
    en: 'The configured engines cannot be used together: {problem}.',
    vi: 'Không dùng chung được các thành phần lưu trữ đã cấu hình: {problem}.'
  },
  'roles-need-shared-engines': {
    en: 'lienthong {role} runs as a process of its own and needs eventLog.kafka, store.postgres and gateway.publicUrl. On a single machine use lienthong up.',
    vi: 'lienthong {role} chạy thành tiến trình riêng nên cần eventLog.kafka, store.postgres và gateway.publicUrl. Trên một máy đơn, hãy dùng lienthong up.'
  },
  'keys-not-configured': {
    en: 'Processes that share Kafka and PostgreSQL must use the same keys: set trust.busKeyFile, and set trust.operatorKeys or trust.operatorKeyFile.',
    vi: 'Các tiến trình dùng chung Kafka và PostgreSQL phải dùng cùng khóa: hãy đặt trust.busKeyFile, và đặt trust.operatorKeys hoặc trust.operatorKeyFile.'
  },
  'key-file-missing': {
    en: '{file} does not exist. Create the key with lienthong keys new, or correct trust.busKeyFile or trust.operatorKeyFile.',
    vi: '{file} không tồn tại. Hãy tạo khóa bằng lienthong keys new, hoặc sửa trust.busKeyFile hay trust.operatorKeyFile.'
  },
  'key-file-unreadable': {
    en: '{file} cannot be read ({code}). Let the user that the bus or the command runs as read it and enter its folder.',
    vi: 'Không đọc được {file} ({code}). Hãy cho người dùng chạy bus hoặc lệnh này quyền đọc tệp và quyền vào thư mục của tệp.'
  },
  'key-file-not-jwk': {
    en: '{file} is not a private key in JWK form with a kid. Create one with lienthong keys new, without --pem.',
    vi: '{file} không phải khóa bí mật dạng JWK có kid. Hãy tạo khóa bằng lệnh lienthong keys new, không dùng --pem.'
  },
  'bus-key-unknown': {
    en: '{file} is missing, or holds a key that no bus-key.added makes known: nobody would accept the receipts of this bus. If the bus signed with another key before, restore that file from a backup. To sign with a new key, create one with a kid not used before (lienthong keys new --kid bus-2), set trust.busKeyFile to it, and start once with the private key of the operator in trust.operatorKeyFile: it signs the bus-key.added.',
    vi: '{file} không còn, hoặc chứa khóa chưa được công bố bằng thao tác bus-key.added: không nơi nào chấp nhận biên nhận của trục liên thông này. Nếu trước đây trục ký bằng khóa khác, hãy khôi phục tệp đó từ bản sao lưu. Muốn ký bằng khóa mới, hãy tạo khóa có kid chưa từng dùng (lienthong keys new --kid bus-2), đặt trust.busKeyFile là tệp đó, rồi khởi động một lần với khóa bí mật của đơn vị vận hành trong trust.operatorKeyFile để ký thao tác bus-key.added.'
  },
  'operator-keys-differ': {
    en: 'The operator keys of the configuration are not those that this bus started with: all agencies, systems and rights would be ignored. Missing: {problems}. Restore the key file, by default keys/operator.jwk in the data folder. If the private key is lost, list in trust.operatorKeys the missing public key and the public key of a new operator key with another kid.',
    vi: 'Khóa của đơn vị vận hành trong cấu hình không phải khóa mà trục liên thông này đã khởi tạo: mọi cơ quan, hệ thống và quyền sẽ bị bỏ qua. Còn thiếu: {problems}. Hãy khôi phục tệp khóa, mặc định là keys/operator.jwk trong thư mục dữ liệu. Nếu đã mất khóa bí mật, hãy ghi vào trust.operatorKeys khóa công khai còn thiếu và khóa công khai của khóa vận hành mới có kid khác.'
  },
  'operator-kid-twice': {
    en: 'Two keys in trust.operatorKeys have the same kid, so one would be ignored. Give each key a kid of its own.',
    vi: 'Hai khóa trong trust.operatorKeys có cùng kid nên một khóa sẽ bị bỏ qua. Hãy đặt kid riêng cho mỗi khóa.'
  },
  'operator-key-not-listed': {
    en: '{file} holds a key that trust.operatorKeys does not list, so nothing it signs would hold. Add its public key there, or name another file in trust.operatorKeyFile.',
    vi: '{file} chứa khóa không có trong trust.operatorKeys nên chữ ký của khóa này không có hiệu lực. Hãy thêm khóa công khai tương ứng vào đó, hoặc đặt trust.operatorKeyFile là tệp khác.'
  },
  'topics-not-as-needed': {
    en: 'The Kafka topics do not meet the requirements of the bus: {problems}.',
    vi: 'Các topic Kafka chưa đáp ứng yêu cầu của trục liên thông: {problems}.'
  },
  'brokers-unavailable': {
    en: 'The Kafka brokers did not answer in time. Try again. If it fails again, check eventLog.kafka.brokers and the network.',
    vi: 'Các broker Kafka không trả lời kịp thời. Hãy thử lại. Nếu vẫn lỗi, hãy kiểm tra eventLog.kafka.brokers và đường truyền.'
  },
  'brokers-not-trusted': {
    en: 'The TLS connection to the Kafka brokers failed: {problem}. Check that tls.caFile has the authority of the brokers, that their certificates name the hosts in brokers, that the listener uses TLS, and that tls.certFile is valid if the brokers require a client certificate.',
    vi: 'Kết nối TLS đến các broker Kafka không thành công: {problem}. Hãy bảo đảm tls.caFile có đơn vị cấp chứng thư của broker, chứng thư ghi đúng tên máy trong brokers, cổng kết nối dùng TLS, và tls.certFile hợp lệ nếu broker yêu cầu chứng thư của bên kết nối.'
  },
  'brokers-refuse-login': {
    en: 'The Kafka brokers rejected the login: {problem}. Check in eventLog.kafka.sasl that the brokers offer the mechanism, and that the user name and password are correct.',
    vi: 'Các broker Kafka từ chối đăng nhập: {problem}. Hãy bảo đảm trong eventLog.kafka.sasl: cơ chế được broker hỗ trợ, tên người dùng và mật khẩu đúng.'
  },
  'brokers-forbid': {
    en: 'The Kafka brokers do not permit this: {problem}. Give the user of the bus the rights to describe, read and write its topics and to read its consumer groups; to create topics, run lienthong topics apply as a user that may.',
    vi: 'Các broker Kafka không cho phép: {problem}. Hãy cấp cho người dùng của trục liên thông quyền xem, đọc, ghi các topic và đọc các nhóm đọc (consumer group) của trục; để tạo topic, hãy chạy lienthong topics apply bằng người dùng có quyền tạo.'
  },
  'brokers-hang-up': {
    en: 'The Kafka brokers closed the connection without an answer. Check whether the listener requires TLS or a login, and set eventLog.kafka.tls and eventLog.kafka.sasl accordingly.',
    vi: 'Các broker Kafka ngắt kết nối mà không trả lời. Hãy kiểm tra cổng kết nối có yêu cầu TLS hoặc đăng nhập không, rồi đặt eventLog.kafka.tls và eventLog.kafka.sasl cho phù hợp.'
  },
  'brokers-settings-wrong': {
    en: 'The setting eventLog.kafka is not valid: {problem}.',
    vi: 'Thiết lập eventLog.kafka không hợp lệ: {problem}.'
  },
  'append-failed': {
    en: 'The event log could not store the events. Send the same request again: events that were stored are answered as repeated.',
    vi: 'Nhật ký sự kiện không lưu được các sự kiện. Hãy gửi lại đúng yêu cầu này: sự kiện đã lưu sẽ được trả lời là đã có (repeated).'
  },
  'append-under-way': {
    en: 'Another process is storing the same events, or stopped while it did. Send the same request again: events that were stored are answered as repeated.',
    vi: 'Tiến trình khác đang lưu chính các sự kiện này, hoặc đã dừng khi đang lưu. Hãy gửi lại đúng yêu cầu này: sự kiện đã lưu sẽ được trả lời là đã có (repeated).'
  },
  'acts-too-many': {
    en: 'The systems of the agency {agency} have recorded {limit} acts within an hour, as many as they may. Send this act again after the time in Retry-After, or ask the operator of the bus to do it (setting acts.maxPerHour).',
    vi: 'Các hệ thống của cơ quan {agency} đã ghi {limit} thao tác quản trị trong một giờ, bằng mức cho phép. Hãy gửi lại thao tác này sau thời gian ghi trong Retry-After, hoặc đề nghị đơn vị vận hành thực hiện (thiết lập acts.maxPerHour).'
  },
  'drafts-too-many': {
    en: 'The agency {agency} has drafted {limit} agreements that are neither signed nor ended, as many as it may. Ask an operator to sign them, or their providers to end them (setting acts.maxDrafts).',
    vi: 'Cơ quan {agency} đã soạn {limit} thỏa thuận chưa được ký và chưa chấm dứt, bằng mức cho phép. Hãy đề nghị đơn vị vận hành ký, hoặc bên cung cấp chấm dứt bớt (thiết lập acts.maxDrafts).'
  },
  'keys-too-many': {
    en: 'The system {system} has {limit} keys, past ones included, as many as it may add itself. Ask the operator of the bus to add the key (setting acts.maxKeysPerSystem).',
    vi: 'Hệ thống {system} đã có {limit} khóa, kể cả khóa cũ, bằng mức tự thêm cho phép. Hãy đề nghị đơn vị vận hành thêm khóa (thiết lập acts.maxKeysPerSystem).'
  },
  'requests-too-many': {
    en: 'Your agency has sent {limit} requests within a second, as many as it may. Send the same request again after the time in Retry-After.',
    vi: 'Cơ quan đã gửi {limit} yêu cầu trong một giây, đúng mức tối đa. Hãy gửi lại đúng yêu cầu này sau thời gian ghi trong Retry-After.'
  },
  'bytes-too-many': {
    en: 'Your agency has sent {limit} bytes within a minute, as many as it may. Send the same request again after the time in Retry-After.',
    vi: 'Cơ quan đã gửi {limit} byte trong một phút, đúng mức tối đa. Hãy gửi lại đúng yêu cầu này sau thời gian ghi trong Retry-After.'
  },
  'requests-open': {
    en: 'Your agency has {limit} requests open, as many as it may. Wait for their answers, then send the same request again.',
    vi: 'Cơ quan đang có {limit} yêu cầu chưa được trả lời, đúng mức tối đa. Hãy chờ các yêu cầu đó được trả lời, rồi gửi lại đúng yêu cầu này.'
  },
  'long-polls-open': {
    en: 'Your agency has {limit} inbox readers waiting (waitSeconds), as many as it may. Let fewer systems wait at the same time, or ask without waitSeconds.',
    vi: 'Cơ quan đang có {limit} lượt đọc hộp thư ở trạng thái chờ (waitSeconds), đúng mức tối đa. Hãy giảm số hệ thống cùng chờ, hoặc đọc không kèm waitSeconds.'
  },
  'requests-waiting': {
    en: 'Earlier requests of your agency still occupy all the memory that it may use: the bus is working on them, or your systems have not read their answers. Read the answers, then send the same request again after the time in Retry-After, with a new token if yours is bound to one request.',
    vi: 'Các yêu cầu trước của cơ quan vẫn chiếm hết phần bộ nhớ được chia: trục liên thông đang xử lý, hoặc hệ thống của cơ quan chưa nhận câu trả lời. Hãy nhận các câu trả lời, rồi gửi lại đúng yêu cầu này sau thời gian ghi trong Retry-After, với token mới nếu token chỉ dùng cho một yêu cầu.'
  },
  'acts-waiting': {
    en: 'Too many of your acts are waiting. Wait for their answers, then send the same request again.',
    vi: 'Đang có quá nhiều thao tác quản trị của bên gửi chờ xử lý. Hãy chờ các thao tác đó được trả lời, rồi gửi lại đúng yêu cầu này.'
  },
  'checks-waiting': {
    en: 'Too many schema checks of your agency are waiting. Wait for their answers, then send the same request again.',
    vi: 'Cơ quan đang có quá nhiều lượt kiểm tra lược đồ chờ xử lý. Hãy chờ các lượt đó được trả lời, rồi gửi lại đúng yêu cầu này.'
  },
  'schema-takes-long': {
    en: 'Checking the schema takes more than {limit} ms, or too much memory. Make it smaller: fewer fields, fewer alternatives in unions; or split it into several schemas.',
    vi: 'Việc kiểm tra lược đồ mất hơn {limit} ms, hoặc cần quá nhiều bộ nhớ. Hãy thu gọn: bớt trường, bớt lựa chọn trong union; hoặc tách thành nhiều lược đồ.'
  },
  'connections-too-many': {
    en: 'Too many connections are open from this address. Close those that are not needed, and connect again after the time in Retry-After.',
    vi: 'Có quá nhiều kết nối đang mở từ địa chỉ này. Hãy đóng các kết nối không cần, và kết nối lại sau thời gian ghi trong Retry-After.'
  },
  'append-queue-full': {
    en: 'Too many events of your agency are waiting to be stored. Send the same request again after the time in Retry-After.',
    vi: 'Cơ quan đang có quá nhiều sự kiện chờ lưu. Hãy gửi lại đúng yêu cầu này sau thời gian ghi trong Retry-After.'
  },
  'inboxes-behind': {
    en: 'The bus has accepted events faster than it puts them into the inboxes, and accepts none until it has caught up. Send the same request again after the time in Retry-After.',
    vi: 'Trục liên thông đã nhận sự kiện nhanh hơn việc đưa vào hộp thư của các cơ quan, nên tạm ngừng nhận cho đến khi xử lý kịp. Hãy gửi lại đúng yêu cầu này sau thời gian ghi trong Retry-After.'
  },
  'own-events-behind': {
    en: 'Events that your agency sent before are not in the inboxes of all their recipients yet. The bus accepts none of your agency until they are. Send the same request again after the time in Retry-After.',
    vi: 'Các sự kiện cơ quan bạn đã gửi trước đó chưa vào đủ hộp thư của các cơ quan nhận. Trục liên thông tạm ngừng nhận sự kiện của cơ quan bạn cho đến khi xử lý xong. Hãy gửi lại đúng yêu cầu này sau thời gian ghi trong Retry-After.'
  },
  stopping: {
    en: 'The bus is stopping or restarting. Send the same request again after the time in Retry-After.',
    vi: 'Trục liên thông đang dừng hoặc khởi động lại. Hãy gửi lại đúng yêu cầu này sau thời gian ghi trong Retry-After.'
  },
  'package-not-xml': {
    en: 'The package is not well-formed XML. Export it again from the document system.',
    vi: 'Gói tin không phải XML đúng cú pháp. Hãy xuất lại từ hệ thống quản lý văn bản.'
  },
  'package-not-utf8': {
    en: 'The package is not encoded in UTF-8. Export it again in UTF-8.',
    vi: 'Gói tin không dùng bảng mã UTF-8. Hãy xuất lại với bảng mã UTF-8.'
  },
  'package-encoding': {
    en: 'The package declares the encoding {got}. Export it again in UTF-8, with encoding="UTF-8" in the first line.',
    vi: 'Gói tin khai báo bảng mã {got}. Hãy xuất lại với bảng mã UTF-8, dòng đầu ghi encoding="UTF-8".'
  },
  'package-doctype': {
    en: 'The package contains a DOCTYPE declaration, which is not allowed. Export it again without it.',
    vi: 'Gói tin có khai báo DOCTYPE, không được phép. Hãy xuất lại không có khai báo này.'
  },
  'package-instruction': {
    en: 'The package contains an XML processing instruction, which is not allowed. Export it again without it.',
    vi: 'Gói tin có chỉ thị xử lý XML (processing instruction), không được phép. Hãy xuất lại không có chỉ thị này.'
  },
  'package-too-large': {
    en: 'The package is larger than {limit} MB. Attachments grow by a third in a package: reduce them to 50 MB in total, or send several documents.',
    vi: 'Gói tin lớn hơn {limit} MB. Tệp đính kèm trong gói tin tăng thêm một phần ba dung lượng: hãy giảm tổng dung lượng tệp xuống 50 MB, hoặc gửi thành nhiều văn bản.'
  },
  'package-too-deep': {
    en: 'The package has elements nested deeper than {limit} levels, in {element}. Export it again from the document system.',
    vi: 'Gói tin có phần tử lồng nhau quá {limit} cấp, trong {element}. Hãy xuất lại từ hệ thống quản lý văn bản.'
  },
  'package-elements-many': {
    en: 'The package has more than {limit} elements; the limit was reached in {element}. Send several documents with fewer recipients or attachments each.',
    vi: 'Gói tin có hơn {limit} phần tử; vượt giới hạn trong {element}. Hãy gửi thành nhiều văn bản, mỗi văn bản ít nơi nhận hoặc ít tệp hơn.'
  },
  'package-attributes-many': {
    en: 'An element in {element} has more than {limit} attributes, or the package more than {limitOfAll} in total. Export the package again without them.',
    vi: 'Một phần tử trong {element} có hơn {limit} thuộc tính, hoặc cả gói tin có hơn {limitOfAll} thuộc tính. Hãy xuất lại gói tin không có các thuộc tính này.'
  },
  'package-tag-long': {
    en: 'A tag of the package, with its name and attributes, is longer than {limit} bytes, or its name longer than 256. Export the package again from the document system.',
    vi: 'Một thẻ trong gói tin, kể cả tên và thuộc tính, dài hơn {limit} byte, hoặc tên dài hơn 256. Hãy xuất lại gói tin từ hệ thống quản lý văn bản.'
  },
  'package-text-long': {
    en: 'The package has more than {limit} characters of text outside ContentTransferEncoded; the limit was reached in {element}. Put long text and files into attachments.',
    vi: 'Gói tin có hơn {limit} ký tự ngoài phần tử ContentTransferEncoded; vượt giới hạn trong {element}. Hãy đưa văn bản dài và tệp vào tệp đính kèm.'
  },
  'package-references-many': {
    en: 'The package has more than {limit} character references such as &#65;. Write characters as they are, in UTF-8.',
    vi: 'Gói tin có hơn {limit} tham chiếu ký tự như &#65;. Hãy ghi ký tự trực tiếp bằng UTF-8.'
  },
  'package-too-slow': {
    en: 'Reading the package took more than {limit} s or more than {limitMb} MB of memory. Reduce its attachments, or send several documents.',
    vi: 'Đọc gói tin mất hơn {limit} giây hoặc hơn {limitMb} MB bộ nhớ. Hãy giảm dung lượng tệp đính kèm, hoặc gửi thành nhiều văn bản.'
  },
  'package-unreadable': {
    en: 'The package cannot be read: {problem}. Export it again from the document system. If that does not help, send this text to the operators of the bus.',
    vi: 'Không đọc được gói tin: {problem}. Hãy xuất lại từ hệ thống quản lý văn bản. Nếu vẫn lỗi, hãy gửi nội dung này cho đơn vị vận hành trục liên thông.'
  },
  'package-not-edxml': {
    en: 'The file is not an edXML package of QCVN 102:2016: below the element {element} the element edXMLEnvelope is missing, or in another namespace than http://www.mic.gov.vn/TBT/QCVN_102_2016. Export it again from the document system.',
    vi: 'Tệp không phải gói tin edXML theo QCVN 102:2016/BTTTT: dưới phần tử {element} không có phần tử edXMLEnvelope, hoặc phần tử này sai không gian tên (namespace), phải là http://www.mic.gov.vn/TBT/QCVN_102_2016. Hãy xuất lại từ hệ thống quản lý văn bản.'
  },
  'package-element-missing': {
    en: 'The element {element} of the package is missing or empty. Fill it in and export the package again.',
    vi: 'Gói tin thiếu phần tử {element} hoặc phần tử này để trống. Hãy bổ sung rồi xuất lại gói tin.'
  },
  'package-element-twice': {
    en: 'The element {element} repeats an element that may occur once. Keep the right one and export the package again.',
    vi: 'Phần tử {element} lặp lại phần tử chỉ được có một lần. Hãy giữ lại phần tử đúng rồi xuất lại gói tin.'
  },
  'package-text-mixed': {
    en: 'The element {element} mixes text and elements, so its content cannot be kept. Put the text into an element of its own, or remove one of the two.',
    vi: 'Phần tử {element} vừa có chữ vừa có phần tử con nên không giữ được nội dung. Hãy đưa phần chữ vào một phần tử riêng, hoặc bỏ một trong hai.'
  },
  'package-text-stray': {
    en: 'The element {element} contains text, where only child elements belong. Move the text into the child element for it, or remove it, and export the package again.',
    vi: 'Phần tử {element} có chữ, trong khi chỉ được có phần tử con. Hãy chuyển phần chữ vào đúng phần tử con, hoặc bỏ đi, rồi xuất lại gói tin.'
  },
  'package-text-absent': {
    en: 'The element {element} contains child elements, where text belongs. Write the text into the element itself and export the package again.',
    vi: 'Phần tử {element} có phần tử con, trong khi phải ghi chữ. Hãy ghi nội dung trực tiếp vào phần tử này rồi xuất lại gói tin.'
  },
  'package-namespace': {
    en: 'The name {got} in the package uses a namespace or a prefix that XML reserves, or declares a prefix for no namespace. Correct it and export the package again.',
    vi: 'Tên {got} trong gói tin dùng không gian tên (namespace) hoặc tiền tố mà XML dành riêng, hoặc khai báo tiền tố không có không gian tên. Hãy sửa lại rồi xuất lại gói tin.'
  },
  'package-element-name': {
    en: 'The name or namespace of the element {element}, or of an attribute of it, has braces or other characters that names here do not have. Rename it and export the package again.',
    vi: 'Tên hoặc không gian tên (namespace) của phần tử {element}, hoặc của thuộc tính trong đó, có dấu ngoặc nhọn hoặc ký tự không dùng trong tên. Hãy đổi tên rồi xuất lại gói tin.'
  },
  'package-marks': {
    en: 'The text of the element {element} has more than {limit} combining marks (accents) in a row. Remove them and export the package again.',
    vi: 'Nội dung phần tử {element} có hơn {limit} dấu kết hợp liền nhau. Hãy xóa bớt rồi xuất lại gói tin.'
  },
  'package-character': {
    en: 'The text of the element {element} contains a control character, a text-direction character or an invalid Unicode character. Remove it and export the package again.',
    vi: 'Nội dung phần tử {element} có ký tự điều khiển, ký tự đổi chiều chữ hoặc ký tự Unicode không hợp lệ. Hãy xóa ký tự đó rồi xuất lại gói tin.'
  },
  'package-extensions-many': {
    en: 'The package has too much content that edXML does not define: more than {limit} texts, or more than {limitOfText} characters; the limit was reached at {element}. Put it into an attachment.',
    vi: 'Gói tin có quá nhiều nội dung ngoài quy định của edXML: hơn {limit} mục, hoặc hơn {limitOfText} ký tự; vượt giới hạn tại {element}. Hãy đưa nội dung này vào tệp đính kèm.'
  },
  'package-business-unknown': {
    en: 'The business type {got} in {element} does not exist. Use 0 (new), 1 (recall), 2 (update) or 3 (replace).',
    vi: 'Loại nghiệp vụ {got} trong {element} không có trong danh mục. Hãy dùng 0 (văn bản mới), 1 (thu hồi), 2 (cập nhật) hoặc 3 (thay thế).'
  },
  'package-date-malformed': {
    en: 'The date in {element} is not valid: {got}. Write it as yyyy/MM/dd.',
    vi: 'Ngày trong phần tử {element} không hợp lệ: {got}. Hãy ghi theo dạng yyyy/MM/dd (năm/tháng/ngày).'
  },
  'package-time-malformed': {
    en: 'The time in {element} is not valid: {got}. Write it as yyyy/MM/dd HH:mm:ss.',
    vi: 'Thời điểm trong phần tử {element} không hợp lệ: {got}. Hãy ghi theo dạng yyyy/MM/dd HH:mm:ss (năm/tháng/ngày giờ:phút:giây).'
  },
  'package-number-malformed': {
    en: '{element} must be a whole number from 0 to 65535; got {got}.',
    vi: '{element} phải là số nguyên từ 0 đến 65535; giá trị nhận được: {got}.'
  },
  'package-code-malformed': {
    en: '{got} in {element} is not a valid agency code. Correct it, for example to 000.00.91.H03; at most 35 characters.',
    vi: '{got} trong {element} không phải mã định danh cơ quan hợp lệ. Hãy sửa lại, ví dụ 000.00.91.H03; dài tối đa 35 ký tự.'
  },
  'package-element-long': {
    en: 'The text of {element} is longer than {limit} characters. Shorten it, or put it into an attachment.',
    vi: 'Nội dung phần tử {element} dài hơn {limit} ký tự. Hãy rút ngắn, hoặc đưa vào tệp đính kèm.'
  },
  'package-recipients-many': {
    en: 'The package names more than {limit} recipients; the first that is too many is {element}. Send several documents with fewer recipients each.',
    vi: 'Gói tin có hơn {limit} cơ quan nhận; cơ quan vượt giới hạn đầu tiên là {element}. Hãy gửi thành nhiều văn bản, mỗi văn bản ít nơi nhận hơn.'
  },
  'package-recipient-twice': {
    en: 'The package names the recipient {got} twice, the second time in {element}. Name each agency once.',
    vi: 'Gói tin ghi cơ quan nhận {got} hai lần, lần thứ hai tại {element}. Hãy ghi mỗi cơ quan một lần.'
  },
  'package-attachment-absent': {
    en: 'The list of attachments names an attachment at {element}, with ContentId {got}, that the package does not contain in AttachmentEncoded. Export the package again with all attachments.',
    vi: 'Danh sách tệp đính kèm ghi một tệp tại {element}, ContentId {got}, nhưng trong AttachmentEncoded không có tệp này. Hãy xuất lại gói tin với đầy đủ tệp đính kèm.'
  },
  'package-attachment-unlisted': {
    en: 'The attachment at {element} is not in the list of attachments. Add a Reference with its ContentId to edXMLEnvelope/edXMLBody/edXMLManifest and export the package again.',
    vi: 'Tệp đính kèm tại {element} không có trong danh sách tệp. Hãy thêm phần tử Reference với ContentId của tệp vào edXMLEnvelope/edXMLBody/edXMLManifest rồi xuất lại gói tin.'
  },
  'package-attachment-misplaced': {
    en: 'The package has a file at {element}, where a file cannot be carried. Put the files of a document into AttachmentEncoded/Attachment, each with a Reference in edXMLManifest; a status cannot have files.',
    vi: 'Gói tin có tệp tại {element}, nơi không truyền được tệp. Hãy đặt tệp của văn bản vào AttachmentEncoded/Attachment, mỗi tệp có một Reference trong edXMLManifest; gói tin trạng thái không được có tệp.'
  },
  'package-attachment-name': {
    en: 'The attachment name {name} in {element} is not allowed. Rename the file: 1 to 255 characters; no path, slash, backslash or colon; no control or text-direction character; no name that Windows reserves, such as CON or NUL; no dot or space at the end.',
    vi: 'Không được dùng tên tệp đính kèm {name} trong {element}. Hãy đổi tên tệp: dài từ 1 đến 255 ký tự; không có đường dẫn, dấu gạch chéo hoặc dấu hai chấm; không có ký tự điều khiển hoặc ký tự đổi chiều chữ; không dùng tên mà Windows dành riêng, như CON, NUL; không có dấu chấm hoặc dấu cách ở cuối.'
  },
  'package-attachment-encoding': {
    en: 'The content of the attachment {name} in {element} is not valid base64. Export the package again.',
    vi: 'Nội dung tệp đính kèm {name} trong {element} không phải base64 hợp lệ. Hãy xuất lại gói tin.'
  },
  'package-extension-misplaced': {
    en: 'The event has extensions that would change what a package says, such as {path}. Name in extensions only elements for which the event type has no field.',
    vi: 'Sự kiện có phần mở rộng (extensions) làm thay đổi nội dung gói tin, như {path}. Trong extensions chỉ được ghi những phần tử mà loại sự kiện không có trường tương ứng.'
  },
  'package-content-misplaced': {
    en: 'The element {element} has no field in an event of this type, and cannot be passed on where it is: the package would say something else. Remove it, or correct the business type, and export the package again. A new document that a recipient has already is passed on as an update.',
    vi: 'Phần tử {element} không có trường tương ứng trong sự kiện loại này và không chuyển tiếp được tại vị trí đó, vì gói tin sẽ mang nội dung khác. Hãy bỏ phần tử này, hoặc sửa loại nghiệp vụ, rồi xuất lại gói tin. Văn bản mới mà nơi nhận đã có được chuyển thành cập nhật.'
  },
  'package-signature-odd': {
    en: 'The signature of the package is not of the allowed form: exactly one signature, over the whole package. Sign the package again in this form.',
    vi: 'Chữ ký của gói tin không đúng quy định: chỉ một chữ ký, ký trên toàn bộ gói tin. Hãy ký lại gói tin theo quy định này.'
  },
  'package-signature-wrong': {
    en: 'The signature of the package is not valid: the package was changed after signing, or the certificate is not that of the signer. Sign the package again and send it again.',
    vi: 'Chữ ký của gói tin không hợp lệ: gói tin đã bị thay đổi sau khi ký, hoặc chứng thư không phải của người ký. Hãy ký lại rồi gửi lại gói tin.'
  },
  'package-of-other-agency': {
    en: 'The package was sent by {got}, but this connector acts for {expected}. Give it to the connector of {got}, or correct the sender in the package.',
    vi: 'Gói tin do {got} gửi, nhưng kết nối này thuộc {expected}. Hãy gửi gói tin qua kết nối của {got}, hoặc sửa cơ quan gửi trong gói tin.'
  },
  'key-files-unreadable': {
    en: 'No key file of the system {system} can be read. Check the key files in the settings of the connector, and that the bus may read them.',
    vi: 'Không đọc được tệp khóa nào của hệ thống {system}. Hãy kiểm tra các tệp khóa trong cấu hình kết nối và quyền đọc của trục liên thông.'
  },
  'system-changed-early': {
    en: 'The system of the connector {name} was changed from {from} to {to} while {open} of its items and deliveries are open. Set {from} again until they are finished, or give the connector a new name.',
    vi: 'Hệ thống của kết nối {name} đã đổi từ {from} sang {to} khi còn {open} mục và lần chuyển chưa xong. Hãy đặt lại {from} cho đến khi xong, hoặc đặt tên mới cho kết nối.'
  },
  'connector-paused': {
    en: 'The connector {connector} takes nothing at the moment. Send the same request again later.',
    vi: 'Kết nối {connector} hiện không tiếp nhận dữ liệu. Hãy gửi lại đúng yêu cầu này sau.'
  },
  'alert-channel-failed': {
    en: 'The alert channel {channel} did not take a message: {problem}. Check the channel under alerts in the settings, and try it: lienthong alerts test. The bus retries, every five minutes at last, until it is taken.',
    vi: 'Kênh cảnh báo {channel} không nhận tin: {problem}. Hãy kiểm tra kênh này ở mục alerts trong cấu hình và thử lại: lienthong alerts test. Trục liên thông thử lại, về sau 5 phút một lần, cho đến khi kênh nhận tin.'
  },
  'alert-recipients-refused': {
    en: 'The alert channel {channel} did not take a message for {recipients}; the other recipients have it. Check these addresses under alerts in the settings, and try the channel: lienthong alerts test. The bus does not send this message again.',
    vi: 'Kênh cảnh báo {channel} không nhận tin gửi đến {recipients}; những người nhận khác đã được gửi. Hãy kiểm tra các địa chỉ này ở mục alerts trong cấu hình và thử lại kênh: lienthong alerts test. Trục liên thông không gửi lại tin này.'
  },
  'management-unreachable': {
    en: 'The management port {url} does not answer: {problem}. Check that the bus runs, and that host and port are those of management in its settings.',
    vi: 'Cổng quản lý {url} không trả lời: {problem}. Hãy kiểm tra trục liên thông có đang chạy không, và host, port có đúng mục management trong cấu hình không.'
  },
  'peer-timeout': {
    en: 'The outside system did not answer within {seconds} s. Check that it runs and can be reached. The bus retries automatically.',
    vi: 'Hệ thống bên ngoài không trả lời trong {seconds} giây. Hãy bảo đảm hệ thống đó đang chạy và kết nối được. Trục liên thông sẽ tự thử lại.'
  },
  'breaker-open': {
    en: 'The outside system of {connector} could not be reached and is not called for now. The bus retries automatically.',
    vi: 'Không liên lạc được với hệ thống bên ngoài của kết nối {connector}; tạm thời không gọi. Trục liên thông sẽ tự thử lại.'
  },
  'items-mostly-bad': {
    en: '{bad} of the last {of} items of the outside system cannot be used, the last one because: {problem} Polling is paused and nothing is skipped. Correct the outside system or the settings; polling is retried automatically.',
    vi: '{bad} trong {of} mục gần nhất của hệ thống bên ngoài không dùng được, mục cuối do: {problem} Đã tạm dừng lấy dữ liệu, không bỏ qua mục nào. Hãy sửa hệ thống bên ngoài hoặc cấu hình; trục liên thông sẽ tự thử lại.'
  },
  'item-not-kept': {
    en: 'The connector cannot read this item again: its content is not kept, or the connector reads items only when they come. Correct it in the outside system, and have that system send it once more.',
    vi: 'Kết nối không đọc lại được mục này: nội dung không còn lưu, hoặc kết nối chỉ đọc mục khi mục được gửi đến. Hãy sửa mục trong hệ thống bên ngoài rồi cho hệ thống đó gửi lại.'
  },
  'report-unmatched': {
    en: 'The report names an event ({hash}) that this connector has not delivered. Check which event it belongs to, and settle that delivery.',
    vi: 'Báo cáo nêu sự kiện ({hash}) mà kết nối này chưa chuyển. Hãy xác định báo cáo thuộc sự kiện nào rồi xử lý lần chuyển đó.'
  },
  'answer-unmatched': {
    en: 'The item answers an event of {sender} about {subject}, but no such event is known to be delivered here. Check which event it answers; if its delivery is in doubt, settle that, then retry the item.',
    vi: 'Mục trả lời một sự kiện của {sender} về {subject}, nhưng chưa ghi nhận đã chuyển sự kiện nào như vậy tới đây. Hãy xác định sự kiện được trả lời; nếu lần chuyển đó chưa rõ kết quả thì xử lý nó, rồi thử lại mục này.'
  },
  'reference-malformed': {
    en: 'The connector gave an item without a usable reference: it must have 1 to {limit} characters. Report this to whoever maintains the connector.',
    vi: 'Kết nối đưa vào một mục có mã tham chiếu không hợp lệ: phải dài từ 1 đến {limit} ký tự. Hãy báo cho người phụ trách kết nối.'
  },
  'item-malformed': {
    en: 'The connector gave an item whose {member} is not as the interface of connectors requires. Report this to whoever maintains the connector.',
    vi: 'Kết nối đưa vào một mục có {member} không đúng quy định của giao diện kết nối. Hãy báo cho người phụ trách kết nối.'
  },
  'mark-malformed': {
    en: 'The mark {name} is not allowed: its key has 1 to 200 characters and its value at most 4096 bytes. Report this to whoever maintains the connector.',
    vi: 'Không lưu được dấu {name}: khóa phải dài từ 1 đến 200 ký tự, giá trị tối đa 4096 byte. Hãy báo cho người phụ trách kết nối.'
  },
  'folder-unreachable': {
    en: 'The package folder cannot be used: {problem}. Check that it exists and that the bus may read and write it. The bus retries automatically.',
    vi: 'Không dùng được thư mục gói tin: {problem}. Hãy bảo đảm thư mục tồn tại và trục liên thông có quyền đọc, ghi. Trục liên thông sẽ tự thử lại.'
  },
  'refusal-unknown': {
    en: 'No refused request with this traceId is known, or your system is not permitted to see it. Refused requests are kept for {days} days, at most {limit} of one caller in a minute.',
    vi: 'Không tìm thấy yêu cầu bị từ chối nào mang mã truy vết (traceId) này, hoặc hệ thống không có quyền xem. Thông tin được lưu {days} ngày, tối đa {limit} yêu cầu của một bên gửi trong mỗi phút.'
  },
  'method-not-allowed': {
    en: 'The method {method} is not allowed at this address. Use one of: {allowed}.',
    vi: 'Địa chỉ này không cho phép phương thức {method}. Hãy dùng một trong các phương thức: {allowed}.'
  },
  'not-found': {
    en: 'Nothing was found at this address, or your system is not permitted to see it.',
    vi: 'Không tìm thấy dữ liệu tại địa chỉ này, hoặc hệ thống gửi yêu cầu không có quyền xem.'
  }
} as const satisfies Record<string, Readonly<Record<Language, string>>>

export type Fault = keyof typeof faults

/** Characters shown of a value: little of what a sender wrote, more of what the bus lists. */
function lengthOf(name: string): number {
  if (name.startsWith('problem') || name === 'attributes') return 1000
  return name === 'htu' || name === 'url' ? 400 : 100 // Addresses differ at their end.
}

/** The text of a fault in a language, its placeholders filled with what is safe to show: values may be a stranger's. */
export function textOf(fault: Fault, values: Values, language: Language): string {
  return filled(faults[fault][language], values)
}

/** A text with its placeholders filled, as `textOf` does. */
export function filled(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name]
    return value === undefined ? place : visible(String(value).slice(0, lengthOf(name)))
  })
}
