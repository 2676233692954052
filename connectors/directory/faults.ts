import { defineFaults } from '#protocol/errors/define-faults.ts'

export const faults = defineFaults('directory', {
  fileUnreadable: {
    means: 'credentials',
    en: 'The file of {name} cannot be used: {problem}. Check that it exists, that it is complete, and that the bus may read it.',
    vi: 'Không dùng được tệp của {name}: {problem}. Hãy bảo đảm tệp tồn tại, có đủ nội dung và trục liên thông có quyền đọc.'
  },
  activeDirectory: {
    means: 'later',
    en: 'This server is an Active Directory, which this kind does not support: it takes no userPassword and knows no inetLocalMailRecipient. Set url to an LDAP server such as OpenLDAP.',
    vi: 'Máy chủ này là Active Directory, loại kết nối này không hỗ trợ: Active Directory không nhận userPassword và không có inetLocalMailRecipient. Hãy đặt url tới máy chủ LDAP như OpenLDAP.'
  },
  credentials: {
    means: 'credentials',
    en: 'The directory does not accept bindDn and password. Correct them in the settings of the connector.',
    vi: 'Máy chủ thư mục không chấp nhận bindDn và mật khẩu. Hãy sửa trong cấu hình kết nối.'
  },
  failed: {
    means: 'later',
    en: 'The directory answered with result code {status}: {problem}. The bus retries automatically.',
    vi: 'Máy chủ thư mục trả lời với mã {status}: {problem}. Trục liên thông tự thử lại.'
  },
  mailFailed: {
    means: 'later',
    en: 'doveadm answered with {problem}. If an account was locked, its open mail sessions may go on until it answers. The bus retries automatically.',
    vi: 'doveadm trả lời {problem}. Nếu vừa khóa tài khoản, phiên thư đang mở có thể còn hoạt động. Trục liên thông tự thử lại.'
  },
  folderUnusable: {
    means: 'later',
    en: 'The first password cannot be written to passwordFolder: {problem}. Check that the folder exists and that the bus may write to it.',
    vi: 'Không ghi được mật khẩu ban đầu vào passwordFolder: {problem}. Hãy bảo đảm thư mục tồn tại và trục liên thông có quyền ghi.'
  },
  entryRepeated: {
    means: 'refused',
    en: 'The directory has {count} entries with this staff number. Remove the wrong ones, then release the delivery.',
    vi: 'Thư mục có {count} mục mang cùng số hiệu này. Hãy bỏ mục sai rồi cho chuyển lại.'
  },
  entryLooksAlike: {
    means: 'refused',
    en: 'For the directory the staff number {staffNumber} is the same as {other}, which has an account. Correct one of them.',
    vi: 'Thư mục coi số hiệu {staffNumber} là {other}, và số hiệu này đã có tài khoản. Hãy sửa một trong hai số hiệu.'
  },
  entryForeign: {
    means: 'refused',
    en: 'The account with this staff number has another name: it may be of somebody else. Correct the number or the name, or remove the former account, then release the delivery.',
    vi: 'Tài khoản mang số hiệu này có họ tên khác, có thể là của người khác. Hãy sửa số hiệu hoặc họ tên, hoặc gỡ tài khoản cũ, rồi cho chuyển lại.'
  },
  passwordHidden: {
    means: 'later',
    en: 'bindDn may not read userPassword: accounts can be locked, but not unlocked with their password. Allow it in the directory.',
    vi: 'bindDn không được đọc userPassword: có thể khóa tài khoản nhưng không mở lại được với mật khẩu cũ. Hãy cấp quyền đọc trong thư mục.'
  },
  noStartTls: {
    means: 'later',
    en: 'The directory {host} does not take StartTLS. Set it up there, or use ldaps:// in url.',
    vi: 'Máy chủ thư mục {host} không nhận StartTLS. Hãy bật StartTLS tại đó, hoặc dùng ldaps:// trong url.'
  },
  notClosed: {
    means: 'refused',
    en: 'The account is not closed any more, or was closed again since it was listed. It was not removed; list the accounts again.',
    vi: 'Tài khoản không còn ở trạng thái đóng, hoặc đã được đóng lại sau khi liệt kê. Chưa gỡ tài khoản; hãy liệt kê lại.'
  },
  nameIsMask: {
    means: 'refused',
    en: 'The account {name} was locked, but doveadm would take its name for a pattern and end the sessions of others too. End its sessions at the mail server, then skip the delivery.',
    vi: 'Đã khóa tài khoản {name}, nhưng doveadm sẽ hiểu tên này là mẫu và ngắt cả phiên của người khác. Hãy ngắt phiên của tài khoản này trên máy chủ thư rồi bỏ qua lần chuyển.'
  },
  systemForeign: {
    means: 'refused',
    en: 'Events about this staff number count if they are of {systems}. If several staff systems share their staff numbers, name them in staffSystems; otherwise give one of the people another number.',
    vi: 'Sự kiện về số hiệu này chỉ được chấp nhận từ {systems}. Nếu nhiều hệ thống nhân sự dùng chung số hiệu, hãy nêu tên chúng trong staffSystems; nếu không, hãy cấp số hiệu khác cho một trong hai người.'
  },
  refused: {
    means: 'refused',
    en: 'The directory does not take the account (result code {status}): {problem}. Correct the data or the rules of the directory, then release the delivery.',
    vi: 'Thư mục không nhận tài khoản (mã {status}): {problem}. Hãy sửa dữ liệu hoặc quy tắc của thư mục rồi cho chuyển lại.'
  },
  staffUnusable: {
    means: 'refused',
    en: 'The file of staff cannot be used: {problem}. It is CSV in UTF-8, with the columns staffNumber, fullName and unit.',
    vi: 'Không dùng được tệp nhân sự: {problem}. Tệp phải là CSV mã UTF-8, có các cột staffNumber, fullName và unit.'
  },
  staffNumberUnusable: {
    means: 'refused',
    en: 'The staff number cannot be used: {problem}. Correct it in the staff system.',
    vi: 'Không dùng được số hiệu: {problem}. Hãy sửa trong hệ thống quản lý nhân sự.'
  },
  nameUnusable: {
    means: 'refused',
    en: 'No address can be made from the name: {problem}. Correct the name in the staff system, or give mailAddress there.',
    vi: 'Không tạo được địa chỉ thư từ họ tên: {problem}. Hãy sửa họ tên trong hệ thống quản lý nhân sự, hoặc nhập sẵn hộp thư.'
  },
  addressUnusable: {
    means: 'refused',
    en: 'The proposed mailAddress cannot be used: {problem}. Correct it in the staff system.',
    vi: 'Không dùng được hộp thư đề nghị: {problem}. Hãy sửa trong hệ thống quản lý nhân sự.'
  },
  addressReserved: {
    means: 'refused',
    en: 'The address {name} is reserved. Give another mailAddress in the staff system.',
    vi: 'Tên hộp thư {name} được dành riêng. Hãy nhập hộp thư khác trong hệ thống quản lý nhân sự.'
  }
})
