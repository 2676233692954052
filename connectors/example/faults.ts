import { defineFaults } from '#protocol/errors/define-faults.ts'

/** What can go wrong with this system, for clerks (vi) and operators (en). `means` tells the host what to do. */
export const faults = defineFaults('example', {
  noteMalformed: {
    means: 'unusable',
    en: 'The note {id} has no usable {field}. Correct it in the notes system.',
    vi: 'Ghi chú {id} không có {field} hợp lệ. Hãy sửa trong hệ thống ghi chú.'
  },
  noteRefused: {
    means: 'refused',
    en: 'The notes system rejected the note with status {status}. The bus does not send it again.',
    vi: 'Hệ thống ghi chú từ chối ghi chú với mã {status}. Trục liên thông không gửi lại.'
  },
  failed: {
    means: 'later',
    en: 'The notes system answered with status {status}. The bus retries automatically.',
    vi: 'Hệ thống ghi chú trả lời với mã {status}. Trục liên thông tự thử lại.'
  },
  answerUnreadable: {
    means: 'later',
    en: 'The answer of the notes system is no list of notes. Check baseUrl in the settings of the connector.',
    vi: 'Nội dung trả lời của hệ thống ghi chú không phải danh sách ghi chú. Hãy kiểm tra baseUrl trong cấu hình kết nối.'
  },
  credentials: {
    means: 'credentials',
    en: 'The notes system does not accept the token. Correct it in the settings of the connector.',
    vi: 'Hệ thống ghi chú không chấp nhận token. Hãy sửa trong cấu hình kết nối.'
  }
})
