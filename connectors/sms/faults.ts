import { defineFaults } from '#protocol/errors/define-faults.ts'

export const faults = defineFaults('sms', {
  unreachable: {
    means: 'unreachable',
    en: 'No connection to the message centre {host}:{port}: {problem}. Check host, port and tls in the settings of the connector, and the firewall. Retried automatically.',
    vi: 'Không kết nối được tới tổng đài tin nhắn {host}:{port}: {problem}. Hãy kiểm tra host, port và tls trong cấu hình kết nối, và tường lửa. Trục liên thông tự thử lại.'
  },
  tlsFailed: {
    means: 'unreachable',
    en: 'No TLS connection to the message centre {host}:{port}: {problem}. Its certificate must be valid, name the host or tls.serverName, and be issued by an authority that is trusted or in tls.authoritiesFile; a centre without TLS needs settings without tls. Retried automatically.',
    vi: 'Không lập được kết nối TLS tới tổng đài tin nhắn {host}:{port}: {problem}. Chứng thư của tổng đài phải còn hiệu lực, đúng với host hoặc tls.serverName, và do cơ quan chứng thực được tin cậy hoặc có trong tls.authoritiesFile cấp; tổng đài không dùng TLS thì bỏ tls trong cấu hình. Trục liên thông tự thử lại.'
  },
  secretUnreadable: {
    means: 'credentials',
    en: 'The file of {name} cannot be used: {problem}. Check that it exists, that it is complete, and that the bus may read it.',
    vi: 'Không dùng được tệp của {name}: {problem}. Hãy bảo đảm tệp tồn tại, có đủ nội dung và trục liên thông có quyền đọc.'
  },
  noAnswer: {
    means: 'unreachable',
    en: 'The message centre did not answer {command} within {seconds} s. The connection is opened again.',
    vi: 'Tổng đài tin nhắn không trả lời {command} trong {seconds} giây. Kết nối sẽ được mở lại.'
  },
  connectionLost: {
    means: 'unreachable',
    en: 'The connection to the message centre ended: {problem}. It is opened again.',
    vi: 'Kết nối tới tổng đài tin nhắn bị ngắt: {problem}. Kết nối sẽ được mở lại.'
  },
  credentials: {
    means: 'credentials',
    en: 'The message centre does not accept the account: {status}. Check systemId and password in the settings of the connector.',
    vi: 'Tổng đài tin nhắn không chấp nhận tài khoản: {status}. Hãy kiểm tra systemId và password trong cấu hình kết nối.'
  },
  alreadyBound: {
    means: 'later',
    en: 'The message centre says that the account is connected already: {status}. Another program uses it, or an old connection has not ended there. Retried automatically.',
    vi: 'Tổng đài tin nhắn báo tài khoản đang được kết nối: {status}. Có chương trình khác đang dùng, hoặc kết nối cũ ở tổng đài chưa hết. Trục liên thông tự thử lại.'
  },
  bindFailed: {
    means: 'later',
    en: 'The message centre did not open the session: {status}. Retried automatically; if it goes on, ask the operator.',
    vi: 'Tổng đài tin nhắn không mở phiên: {status}. Trục liên thông tự thử lại; nếu kéo dài, hãy liên hệ nhà mạng.'
  },
  throttled: {
    means: 'later',
    en: 'The message centre is given more than it takes: {status}. The notice waits. If it happens often, lower messagesPerSecond in the settings of the connector.',
    vi: 'Tổng đài tin nhắn đang quá tải: {status}. Thông báo được gửi lại sau. Nếu lặp lại nhiều, hãy giảm messagesPerSecond trong cấu hình kết nối.'
  },
  waitsForRate: {
    means: 'later',
    en: 'More notices wait than messagesPerSecond in the settings of the connector allows now. The notice waits.',
    vi: 'Số thông báo đang chờ vượt mức messagesPerSecond trong cấu hình kết nối. Thông báo được gửi sau.'
  },
  notTaken: {
    means: 'later',
    en: 'The message centre did not take the message now: {status}. Retried automatically. If the status means that it is never taken, add it to statuses.refused in the settings of the connector.',
    vi: 'Tổng đài tin nhắn chưa nhận tin: {status}. Trục liên thông tự thử lại. Nếu mã này nghĩa là không bao giờ nhận, hãy thêm vào statuses.refused trong cấu hình kết nối.'
  },
  refused: {
    means: 'refused',
    en: 'The message centre refused the message: {status}. The bus does not send it again. Check the number and the brand name with the operator.',
    vi: 'Tổng đài tin nhắn từ chối tin: {status}. Trục liên thông không gửi lại. Hãy kiểm tra số điện thoại và tên định danh cùng nhà mạng.'
  },
  mayBeTaken: {
    means: 'unreachable',
    en: 'The message centre answered {status}: it may have taken the message. The delivery is in doubt until a report comes or a person settles it.',
    vi: 'Tổng đài tin nhắn trả lời {status}: có thể tin đã được nhận. Việc gửi chưa rõ kết quả cho đến khi có báo cáo hoặc có người xác nhận.'
  },
  partlySent: {
    means: 'unreachable',
    en: 'The message centre took {sent} of {parts} parts of the notice, then answered {status}. It is not sent again, so that nobody gets parts twice; a person settles it.',
    vi: 'Tổng đài tin nhắn đã nhận {sent} trong {parts} phần của thông báo rồi trả lời {status}. Thông báo không được gửi lại để người dân không nhận trùng; cần có người xác nhận.'
  },
  quietHours: {
    means: 'later',
    en: 'The notice waits for the end of the quiet hours at {until}. Urgent notices are sent at once.',
    vi: 'Thông báo chờ hết giờ yên tĩnh lúc {until}. Thông báo khẩn được gửi ngay.'
  },
  brandNameMalformed: {
    means: 'refused',
    en: 'The sender {name} is no brand name: at most 11 Latin letters, digits, - _ . and spaces, not digits alone (Decree 91/2020, article 23).',
    vi: 'Tên người gửi {name} không phải tên định danh: tối đa 11 ký tự gồm chữ cái Latinh, chữ số, - _ . và dấu cách, không được chỉ gồm chữ số (Nghị định 91/2020/NĐ-CP, Điều 23).'
  },
  brandNameUnknown: {
    means: 'refused',
    en: 'The brand name {name} is not registered here. Leave senderName out, or add the name to furtherBrandNames in the settings of the connector.',
    vi: 'Tên định danh {name} chưa được khai báo. Hãy để trống senderName, hoặc thêm tên vào furtherBrandNames trong cấu hình kết nối.'
  },
  textEmpty: {
    means: 'refused',
    en: 'The notice has no text.',
    vi: 'Thông báo không có nội dung.'
  },
  textTooLong: {
    means: 'refused',
    en: 'The notice takes {parts} messages, and maxParts in the settings of the connector allows {limit}. Shorten it, or write it without diacritics.',
    vi: 'Thông báo cần {parts} tin, trong khi maxParts trong cấu hình kết nối cho phép {limit}. Hãy rút ngắn, hoặc viết không dấu.'
  },
  messageUnreadable: {
    means: 'unusable',
    en: 'A message that a person sent cannot be read: {problem}. Ask the operator of the message centre.',
    vi: 'Không đọc được tin nhắn của người dân: {problem}. Hãy liên hệ đơn vị vận hành tổng đài.'
  }
})
