import { defineFaults } from '#protocol/errors/define-faults.ts'

export const faults = defineFaults('email', {
  serverUnreachable: {
    means: 'unreachable',
    en: 'The mail server {host} is not reached, or the connection broke: {problem}. Check that it runs and can be reached from the bus. The bus retries automatically.',
    vi: 'Không kết nối được máy chủ thư {host}, hoặc kết nối bị ngắt: {problem}. Hãy bảo đảm máy chủ đang chạy và kết nối được từ trục liên thông. Trục liên thông tự thử lại.'
  },
  serverAddress: {
    means: 'unreachable',
    en: 'The bus does not connect to {host}: it is an address of a private network, or a reserved one. For a server in the own network, set allowPrivateAddresses.',
    vi: 'Trục liên thông không kết nối tới {host}: đây là địa chỉ mạng nội bộ hoặc địa chỉ dành riêng. Nếu máy chủ ở trong mạng nội bộ, hãy bật allowPrivateAddresses.'
  },
  denied: {
    means: 'credentials',
    en: 'The mail server {host} does not let {user} in: {problem}. Check user and password in the settings of the connector.',
    vi: 'Máy chủ thư {host} không cho {user} đăng nhập: {problem}. Hãy kiểm tra tài khoản và mật khẩu trong cấu hình kết nối.'
  },
  secretUnreadable: {
    means: 'credentials',
    en: 'The file of {name} cannot be used: {problem}. Check that it exists, that it is complete, and that the bus may read it.',
    vi: 'Không dùng được tệp của {name}: {problem}. Hãy bảo đảm tệp tồn tại, có đủ nội dung và trục liên thông có quyền đọc.'
  },
  serverFailed: {
    means: 'later',
    en: 'The mail server {host} did not do what was asked ({command}): {problem}. The bus retries automatically. If it goes on, ask the operator of the server.',
    vi: 'Máy chủ thư {host} chưa thực hiện được yêu cầu ({command}): {problem}. Trục liên thông tự thử lại. Nếu lỗi kéo dài, hãy liên hệ đơn vị vận hành máy chủ thư.'
  },
  mailRefused: {
    means: 'refused',
    en: 'The mail server {host} does not take the mail ({command}): {problem}. The bus does not send it again. Correct what the server names, then release the delivery.',
    vi: 'Máy chủ thư {host} từ chối thư ({command}): {problem}. Trục liên thông không gửi lại. Hãy sửa điều máy chủ nêu rồi cho chuyển lại.'
  },
  fieldUnsafe: {
    means: 'refused',
    en: 'The field {field} of the event has a line break or another control character, which must not be in the head of a mail. Publish the notice again without it.',
    vi: 'Trường {field} của sự kiện có ký tự xuống dòng hoặc ký tự điều khiển, không được phép trong phần đầu thư. Hãy gửi lại thông báo không có ký tự đó.'
  },
  mailUnreadable: {
    means: 'unusable',
    en: 'The mail {mail} cannot be read: its parts are nested too deeply, its head is too long, or it takes more time or memory than allowed. It is still in the mailbox: open it there.',
    vi: 'Không đọc được thư {mail}: các phần lồng quá sâu, phần đầu thư quá dài, hoặc cần nhiều thời gian hay bộ nhớ hơn mức cho phép. Thư vẫn còn trong hộp thư: hãy mở tại đó.'
  }
})
