/**
 * What the shipped event types are called, by their name without the version.
 * @type {Readonly<Record<string, { readonly vi: string, readonly en: string }>>}
 */
export const eventNames = {
  'account.changed': { vi: 'Thay đổi công tác của cán bộ', en: 'Change of a post' },
  'account.closed': { vi: 'Cán bộ thôi việc', en: 'Staff member left' },
  'account.opened': { vi: 'Cán bộ mới', en: 'New staff member' },
  'article.published': { vi: 'Đăng bài', en: 'Article published' },
  'article.updated': { vi: 'Sửa bài đã đăng', en: 'Article changed' },
  'article.withdrawn': { vi: 'Gỡ bài', en: 'Article withdrawn' },
  'document.issued': { vi: 'Gửi văn bản', en: 'Document sent' },
  'document.recalled': { vi: 'Thu hồi văn bản', en: 'Document recalled' },
  'document.replaced': { vi: 'Thay thế văn bản', en: 'Document replaced' },
  'document.status-changed': { vi: 'Phản hồi trạng thái văn bản', en: 'Answer to a document' },
  'document.updated': { vi: 'Cập nhật văn bản', en: 'Document updated' },
  'dossier.completed': { vi: 'Trả kết quả hồ sơ', en: 'Dossier completed' },
  'dossier.received': { vi: 'Tiếp nhận hồ sơ', en: 'Dossier received' },
  'dossier.record-changed': { vi: 'Đồng bộ hồ sơ', en: 'Dossier record changed' },
  'dossier.status-changed': { vi: 'Cập nhật tiến độ hồ sơ', en: 'Progress of a dossier' },
  'dossier.supplement-requested': { vi: 'Yêu cầu bổ sung hồ sơ', en: 'More papers requested' },
  'dossier.transferred': { vi: 'Chuyển hồ sơ', en: 'Dossier transferred' },
  'notification.answered': { vi: 'Người nhận trả lời thông báo', en: 'Notice answered' },
  'notification.delivered': { vi: 'Thông báo đã đến', en: 'Notice delivered' },
  'notification.failed': { vi: 'Thông báo không đến', en: 'Notice not delivered' },
  'notification.requested': { vi: 'Yêu cầu gửi thông báo', en: 'Notice requested' },
  'procedure.changed': { vi: 'Sửa thủ tục hành chính', en: 'Procedure changed' },
  'procedure.published': { vi: 'Công bố thủ tục hành chính', en: 'Procedure published' },
  'procedure.withdrawn': { vi: 'Bãi bỏ thủ tục hành chính', en: 'Procedure withdrawn' }
}
