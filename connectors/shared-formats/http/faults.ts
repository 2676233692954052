import { defineFaults } from '#protocol/errors/define-faults.ts'

export const faults = defineFaults('http', {
  unreachable: {
    means: 'unreachable',
    en: '{host} does not answer ({problem}). Check that it runs and can be reached from the bus. The bus retries automatically.',
    vi: '{host} không trả lời ({problem}). Hãy bảo đảm hệ thống này đang chạy và kết nối được từ trục liên thông. Trục liên thông tự thử lại.'
  },
  tls: {
    means: 'unreachable',
    en: '{host} is reached, but TLS with it fails ({problem}). Check that it speaks TLS at this port, and that its certificate is valid and of a trusted authority; authoritiesFile in the settings of the connector (in some kinds under network) names another one. The bus retries automatically.',
    vi: 'Kết nối được tới {host} nhưng không thiết lập được TLS ({problem}). Hãy kiểm tra cổng này có dùng TLS, và chứng thư của hệ thống còn hiệu lực, do tổ chức tin cậy cấp; authoritiesFile trong cấu hình kết nối (ở một số loại: trong mục network) chỉ định tổ chức khác. Trục liên thông tự thử lại.'
  },
  timeout: {
    means: 'unreachable',
    en: '{host} did not answer in full within {timeoutMs} ms. The bus retries automatically. If the system needs more time, raise timeoutMs in the settings of the connector.',
    vi: '{host} không trả lời đầy đủ trong {timeoutMs} ms. Trục liên thông tự thử lại. Nếu hệ thống cần nhiều thời gian hơn, hãy tăng timeoutMs trong cấu hình kết nối.'
  },
  failed: {
    means: 'later',
    en: '{host} answered with status {status}{problem}. The bus retries automatically. If it goes on, ask the operator of that system.',
    vi: '{host} trả lời với mã {status}{problem}. Trục liên thông tự thử lại. Nếu lỗi kéo dài, hãy liên hệ đơn vị vận hành hệ thống đó.'
  },
  refused: {
    means: 'refused',
    en: '{host} rejected the message with status {status}{problem}. The bus does not send it again. Find the cause with the operator of that system.',
    vi: '{host} từ chối thông điệp với mã {status}{problem}. Trục liên thông không gửi lại thông điệp này. Hãy tìm nguyên nhân cùng đơn vị vận hành hệ thống đó.'
  },
  credentials: {
    means: 'credentials',
    en: '{host} does not accept the credentials (status {status}{problem}). Check auth in the settings of the connector.',
    vi: '{host} không chấp nhận thông tin xác thực (mã {status}{problem}). Hãy kiểm tra auth trong cấu hình kết nối.'
  },
  redirects: {
    means: 'later',
    en: '{host} answered with status {status}, a redirection, which the bus does not follow. Set the final address in the settings of the connector.',
    vi: '{host} trả lời với mã {status} (chuyển hướng); trục liên thông không đi theo. Hãy đặt địa chỉ đích trong cấu hình kết nối.'
  },
  compressed: {
    means: 'later',
    en: '{host} compressed its answer although it was asked not to. Turn compression off at that address.',
    vi: '{host} nén nội dung trả lời dù được yêu cầu không nén. Hãy tắt nén tại địa chỉ đó.'
  },
  tooLarge: {
    means: 'later',
    en: 'The answer of {host} is larger than {limit} bytes. Ask for smaller pages, or raise maxAnswerBytes in the settings of the connector (in some kinds under network).',
    vi: 'Nội dung trả lời của {host} lớn hơn {limit} byte. Hãy lấy trang nhỏ hơn, hoặc tăng maxAnswerBytes trong cấu hình kết nối (ở một số loại: trong mục network).'
  },
  urlRefused: {
    means: 'later',
    en: 'The address at {host} must not be asked: {problem}. Correct it; allowPlainHttp and allowPrivateAddresses in the settings of the connector (in some kinds under network) permit servers of the own network.',
    vi: 'Không được gọi địa chỉ tại {host}: {problem}. Hãy sửa địa chỉ; allowPlainHttp và allowPrivateAddresses trong cấu hình kết nối (ở một số loại: trong mục network) cho phép máy chủ trong mạng nội bộ.'
  },
  addressPrivate: {
    means: 'later',
    en: '{host} has an address of a private network. If that is intended, set allowPrivateAddresses in the settings of the connector (in some kinds under network).',
    vi: '{host} có địa chỉ thuộc mạng nội bộ. Nếu đúng như dự kiến, hãy bật allowPrivateAddresses trong cấu hình kết nối (ở một số loại: trong mục network).'
  },
  addressReserved: {
    means: 'later',
    en: '{host} has a reserved address, which the bus never calls. Correct the address or the name server.',
    vi: '{host} có địa chỉ dành riêng; trục liên thông không bao giờ gọi. Hãy sửa địa chỉ hoặc máy chủ tên miền.'
  }
})
