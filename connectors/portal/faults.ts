import { defineFaults } from '#protocol/errors/define-faults.ts'

export const faults = defineFaults('portal', {
  notAFeed: {
    means: 'later',
    en: 'What {host} gives is no feed. Feeds that the page names: {discovered}. Check feed.url in the settings of the connector; a portal under maintenance is asked again.',
    vi: 'Nội dung {host} trả về không phải nguồn tin RSS hoặc Atom. Các nguồn tin mà trang đó giới thiệu: {discovered}. Hãy kiểm tra feed.url trong cấu hình kết nối; nếu cổng đang bảo trì, trục liên thông tự hỏi lại.'
  },
  feedEmpty: {
    means: 'later',
    en: 'The feed of {host} is empty: not one character came. Ask the operator of the portal if it stays so.',
    vi: 'Nguồn tin của {host} rỗng, không có ký tự nào. Nếu kéo dài, hãy liên hệ đơn vị vận hành cổng thông tin.'
  },
  feedTooLarge: {
    means: 'later',
    en: 'The feed of {host} is larger than {limit} bytes. Ask for a shorter feed, or raise feed.maxBytes in the settings of the connector.',
    vi: 'Nguồn tin của {host} lớn hơn {limit} byte. Hãy đề nghị rút ngắn nguồn tin, hoặc tăng feed.maxBytes trong cấu hình kết nối.'
  },
  feedTooComplex: {
    means: 'later',
    en: 'The feed of {host} is nested too deeply, has too many elements, or takes more time or memory to read than allowed. Ask the operator of the portal for a shorter feed.',
    vi: 'Nguồn tin của {host} lồng quá sâu, có quá nhiều phần tử, hoặc cần nhiều thời gian hay bộ nhớ hơn mức cho phép. Hãy đề nghị đơn vị vận hành cổng rút ngắn nguồn tin.'
  },
  answerUnreadable: {
    means: 'later',
    en: 'The answer of {host} is not what the REST interface of WordPress gives: {problem}. Check wordpress.url in the settings of the connector.',
    vi: 'Nội dung {host} trả về không đúng giao diện REST của WordPress: {problem}. Hãy kiểm tra wordpress.url trong cấu hình kết nối.'
  },
  articleEmpty: {
    means: 'unusable',
    en: 'The article {article} has neither a title nor a text, or nothing that names it: no id and no address. Correct it on the portal.',
    vi: 'Bài viết {article} không có tiêu đề và nội dung, hoặc không có mã và địa chỉ để nhận ra. Hãy sửa trên cổng thông tin.'
  },
  articleTooLarge: {
    means: 'unusable',
    en: 'The article {article} is larger than an event can be: its title, summary, text, or number of images and files. Shorten it on the portal.',
    vi: 'Bài viết {article} lớn hơn mức một sự kiện có thể chứa: tiêu đề, tóm tắt, nội dung, hoặc số ảnh và tệp. Hãy rút gọn trên cổng thông tin.'
  },
  postRefused: {
    means: 'refused',
    en: 'WordPress rejected the post: {problem}. The bus does not send it again. Correct the settings or the rights of the user, then release the delivery.',
    vi: 'WordPress từ chối bài viết: {problem}. Trục liên thông không gửi lại. Hãy sửa cấu hình hoặc quyền của người dùng rồi cho chuyển lại.'
  },
  noRights: {
    means: 'credentials',
    en: 'The WordPress user may not do this: {problem}. Give the user the role of an editor, or correct user and application password.',
    vi: 'Người dùng WordPress không có quyền thực hiện: {problem}. Hãy cấp vai trò biên tập viên, hoặc sửa người dùng và mật khẩu ứng dụng.'
  }
})
