import { defineFaults } from '#protocol/errors/define-faults.ts'

export const faults = defineFaults('document', {
  sftpUnreachable: {
    means: 'unreachable',
    en: 'The SFTP server {host} is not reached: {problem}. Check that it runs and can be reached from the bus. The bus retries automatically.',
    vi: 'Không kết nối được máy chủ SFTP {host}: {problem}. Hãy bảo đảm máy chủ đang chạy và kết nối được từ trục liên thông. Trục liên thông tự thử lại.'
  },
  sftpTimeout: {
    means: 'unreachable',
    en: 'The SFTP server {host} did not answer a request within {timeoutMs} ms. The bus retries automatically. If the connection is slow, raise sftp.timeoutMs in the settings of the connector.',
    vi: 'Máy chủ SFTP {host} không trả lời một yêu cầu trong {timeoutMs} ms. Trục liên thông tự thử lại. Nếu đường truyền chậm, hãy tăng sftp.timeoutMs trong cấu hình kết nối.'
  },
  sftpAddress: {
    means: 'unreachable',
    en: 'The bus does not connect to {host}: it is an address of a private network, or a reserved one. For a server in the own network, set sftp.allowPrivateAddresses.',
    vi: 'Trục liên thông không kết nối tới {host}: đây là địa chỉ mạng nội bộ hoặc địa chỉ dành riêng. Nếu máy chủ ở trong mạng nội bộ, hãy bật sftp.allowPrivateAddresses.'
  },
  sftpFolder: {
    means: 'unreachable',
    en: 'The package folders at the SFTP server {host} cannot be used: {problem}. Check that they exist and that the user of the bus may read and write them, and that there is space on the disk. The bus retries automatically.',
    vi: 'Không dùng được thư mục gói tin trên máy chủ SFTP {host}: {problem}. Hãy bảo đảm thư mục tồn tại và tài khoản của trục liên thông có quyền đọc, ghi, và ổ đĩa còn chỗ trống. Trục liên thông tự thử lại.'
  },
  hostKeyDiffers: {
    means: 'credentials',
    en: 'The SFTP server {host}:{port} has the host key {fingerprint} ({algorithm}), which sftp.hostKeys does not name. Somebody may be intercepting the connection. Ask the operator of the server which fingerprint is right; only if this one is, add it to sftp.hostKeys.',
    vi: 'Máy chủ SFTP {host}:{port} có khóa máy chủ {fingerprint} ({algorithm}), không có trong sftp.hostKeys. Có thể kết nối đang bị chặn giữa đường. Hãy hỏi đơn vị vận hành máy chủ về dấu vân tay của khóa; chỉ khi đúng là khóa này mới thêm vào sftp.hostKeys.'
  },
  sftpDenied: {
    means: 'credentials',
    en: 'The SFTP server {host}:{port} does not let {user} in. Check user, key and password in the settings of the connector, and that the server knows the public key.',
    vi: 'Máy chủ SFTP {host}:{port} không cho {user} đăng nhập. Hãy kiểm tra tài khoản, khóa và mật khẩu trong cấu hình kết nối, và khóa công khai đã đăng ký trên máy chủ.'
  },
  secretUnreadable: {
    means: 'credentials',
    en: 'The file or the secret of {name} cannot be used: {problem}. Check that it exists, that it is complete, and that the bus may read it.',
    vi: 'Không dùng được tệp hoặc khóa bí mật của {name}: {problem}. Hãy bảo đảm tệp tồn tại, có đủ nội dung và trục liên thông có quyền đọc.'
  },
  axisUnreadable: {
    means: 'later',
    en: 'The answer of {host} is none of the document axis. Check axis.endpoint; if it is right, ask the operator of the axis. The bus retries automatically.',
    vi: 'Nội dung trả lời của {host} không phải của trục liên thông văn bản. Hãy kiểm tra axis.endpoint; nếu đúng, hãy liên hệ đơn vị vận hành trục. Hệ thống tự thử lại.'
  },
  axisFailed: {
    means: 'later',
    en: 'The document axis {host} answered with error code {code}: {problem}. The bus retries automatically. If it goes on, ask the operator of the axis.',
    vi: 'Trục liên thông văn bản {host} trả lời mã lỗi {code}: {problem}. Hệ thống tự thử lại. Nếu lỗi kéo dài, hãy liên hệ đơn vị vận hành trục.'
  },
  axisRefused: {
    means: 'refused',
    en: 'The document axis {host} does not take the package, with error code {code}: {problem}. The bus does not send it again. Check that sender and recipient are registered on the axis.',
    vi: 'Trục liên thông văn bản {host} không nhận gói tin, mã lỗi {code}: {problem}. Hệ thống không gửi lại gói này. Hãy kiểm tra đơn vị gửi và đơn vị nhận đã đăng ký trên trục.'
  },
  axisDenied: {
    means: 'credentials',
    en: 'The document axis {host} does not accept the system id or the secret (error code {code}: {problem}). Check axis.systemId, axis.secret and the clock of this machine.',
    vi: 'Trục liên thông văn bản {host} không chấp nhận SystemId hoặc SecretKey (mã lỗi {code}: {problem}). Hãy kiểm tra axis.systemId, axis.secret và đồng hồ của máy này.'
  },
  receiverFailed: {
    means: 'later',
    en: 'The document system of {agency} reports that it could not take the package (updateStatus with fail). The bus lists the package for it again. Ask the operator of the document system for the reason.',
    vi: 'Phần mềm văn bản của {agency} báo không nhận được gói tin (updateStatus với fail). Trục liên thông sẽ đưa gói tin vào danh sách lần nữa. Hãy hỏi đơn vị vận hành phần mềm văn bản về nguyên nhân.'
  },
  receiverSilent: {
    means: 'unreachable',
    en: 'The document system of {agency} has fetched the package and not confirmed it since (updateStatus with done). The bus goes on listing the package. Ask the operator of the document system.',
    vi: 'Phần mềm văn bản của {agency} đã lấy gói tin nhưng chưa xác nhận (updateStatus với done). Trục liên thông vẫn giữ gói tin trong danh sách. Hãy hỏi đơn vị vận hành phần mềm văn bản.'
  },
  axisAgencyUnknown: {
    means: 'later',
    en: 'The document axis {host} does not list {agency}. Name it under axis.register, or have the operator of the axis register it.',
    vi: 'Trục liên thông văn bản {host} chưa có đơn vị {agency}. Hãy khai báo trong axis.register, hoặc đề nghị đơn vị vận hành trục đăng ký.'
  }
})
