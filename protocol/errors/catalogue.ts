/** Whether the same request may succeed later without a change. */
export type Retry = 'never' | 'later'

/** One row of the error table. `status` is the HTTP status of the answer. */
export interface CatalogueEntry {
  readonly status: number
  readonly title: string
  readonly titleVi: string
  readonly retry: Retry
}

/**
 * Every error that the bus can raise. A code is public once released: add rows; never rename or reuse one.
 * `tests/protocol/errors` compares the table with `docs/problems.md` in both directions.
 */
export const catalogue = {
  BUS_REQUEST_TOO_LARGE: {
    status: 413,
    title: 'Request is too large',
    titleVi: 'Yêu cầu quá lớn',
    retry: 'never'
  },
  BUS_HEADERS_TOO_LARGE: {
    status: 431,
    title: 'Request headers are too large',
    titleVi: 'Phần header của yêu cầu quá lớn',
    retry: 'never'
  },
  BUS_QUOTA_EXCEEDED: {
    status: 413,
    title: 'Quota of the agency is used up',
    titleVi: 'Cơ quan đã dùng hết hạn mức',
    retry: 'never'
  },
  BUS_REQUEST_TIMEOUT: {
    status: 408,
    title: 'Request did not arrive in full in time',
    titleVi: 'Yêu cầu không đến đủ trong thời hạn',
    retry: 'later'
  },
  BUS_REQUEST_INVALID: {
    status: 400,
    title: 'Request is malformed',
    titleVi: 'Yêu cầu không hợp lệ',
    retry: 'never'
  },
  BUS_MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    title: 'Content-Type is not supported',
    titleVi: 'Không hỗ trợ kiểu nội dung (Content-Type)',
    retry: 'never'
  },
  BUS_TOKEN_INVALID: {
    status: 401,
    title: 'Token is missing, expired or not valid',
    titleVi: 'Token xác thực bị thiếu, hết hạn hoặc không hợp lệ',
    retry: 'never'
  },
  BUS_JSON_INVALID: {
    status: 400,
    title: 'Body is not valid JSON',
    titleVi: 'Nội dung không phải JSON hợp lệ',
    retry: 'never'
  },
  BUS_SUBMISSION_MISMATCH: {
    status: 401,
    title: 'Token does not match the content sent',
    titleVi: 'Token xác thực không khớp với nội dung đã gửi',
    retry: 'never'
  },
  BUS_ATTRIBUTE_INVALID: {
    status: 422,
    title: 'Event attribute is missing or not valid',
    titleVi: 'Thuộc tính sự kiện bị thiếu hoặc không hợp lệ',
    retry: 'never'
  },
  BUS_NOT_PERMITTED: {
    status: 403,
    title: 'Not permitted',
    titleVi: 'Không có quyền thực hiện',
    retry: 'never'
  },
  BUS_SESSION_INVALID: {
    status: 401,
    title: 'Not logged in to the console',
    titleVi: 'Chưa đăng nhập bảng điều khiển',
    retry: 'never'
  },
  BUS_LOGIN_REFUSED: {
    status: 403,
    title: 'Log-in is not accepted',
    titleVi: 'Đăng nhập không được chấp nhận',
    retry: 'never'
  },
  BUS_STEP_UP_REQUIRED: {
    status: 403,
    title: 'A stronger log-in is required',
    titleVi: 'Cần đăng nhập ở mức xác thực cao hơn',
    retry: 'never'
  },
  BUS_AGENCY_CLOSED: {
    status: 422,
    title: 'Agency code is closed',
    titleVi: 'Mã định danh cơ quan đã đóng',
    retry: 'never'
  },
  BUS_PAYLOAD_INVALID: {
    status: 422,
    title: 'Event data does not match its schema',
    titleVi: 'Dữ liệu sự kiện không đúng lược đồ',
    retry: 'never'
  },
  BUS_ATTACHMENT_MISSING: {
    status: 422,
    title: 'Attachment of the event is not uploaded',
    titleVi: 'Tệp đính kèm của sự kiện chưa được tải lên',
    retry: 'never'
  },
  BUS_ATTACHMENT_INVALID: {
    status: 422,
    title: 'Attachment differs from what was announced',
    titleVi: 'Tệp đính kèm không đúng như khai báo',
    retry: 'never'
  },
  BUS_UPLOAD_CONFLICT: {
    status: 409,
    title: 'Upload offset does not match',
    titleVi: 'Vị trí tải lên không khớp',
    retry: 'never'
  },
  BUS_RANGE_INVALID: {
    status: 416,
    title: 'Requested range is outside the attachment',
    titleVi: 'Khoảng yêu cầu nằm ngoài tệp đính kèm',
    retry: 'never'
  },
  BUS_EVENT_ID_SPENT: {
    status: 409,
    title: 'Event id is already used by another event',
    titleVi: 'Mã sự kiện (id) đã dùng cho sự kiện khác',
    retry: 'never'
  },
  BUS_NOT_FOUND: { status: 404, title: 'Not found', titleVi: 'Không tìm thấy', retry: 'never' },
  BUS_METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'Method is not allowed at this address',
    titleVi: 'Địa chỉ này không cho phép phương thức đã dùng',
    retry: 'never'
  },
  BUS_QUERY_INVALID: {
    status: 400,
    title: 'Query or path parameter is not valid',
    titleVi: 'Tham số không hợp lệ',
    retry: 'never'
  },
  BUS_CURSOR_INVALID: {
    status: 400,
    title: 'Cursor was not issued to this system',
    titleVi: 'Con trỏ (cursor) không được cấp cho hệ thống này',
    retry: 'never'
  },
  BUS_CURSOR_EXPIRED: {
    status: 410,
    title: 'Cursor was issued before a restore',
    titleVi: 'Con trỏ (cursor) được cấp trước lần phục hồi dữ liệu',
    retry: 'never'
  },
  BUS_ACT_INVALID: {
    status: 422,
    title: 'Act is not valid',
    titleVi: 'Thao tác quản trị không hợp lệ',
    retry: 'never'
  },
  BUS_ACT_CONFLICT: {
    status: 409,
    title: 'Act conflicts with the current state',
    titleVi: 'Thao tác quản trị mâu thuẫn với trạng thái hiện tại',
    retry: 'never'
  },
  BUS_KEY_INVALID: {
    status: 422,
    title: 'Key is not accepted',
    titleVi: 'Khóa không được chấp nhận',
    retry: 'never'
  },
  BUS_STATE_CONFLICT: {
    status: 409,
    title: 'Event is already answered differently',
    titleVi: 'Sự kiện đã có phản hồi khác',
    retry: 'never'
  },
  BUS_SCHEMA_INVALID: {
    status: 422,
    title: 'Schema is not valid',
    titleVi: 'Lược đồ không hợp lệ',
    retry: 'never'
  },
  BUS_SCHEMA_INCOMPATIBLE: {
    status: 409,
    title: 'Schema is not compatible with the registered versions',
    titleVi: 'Lược đồ không tương thích với các phiên bản đã đăng ký',
    retry: 'never'
  },
  BUS_SCHEMA_IN_USE: {
    status: 422,
    title: 'Schema is still in use',
    titleVi: 'Lược đồ vẫn đang được sử dụng',
    retry: 'never'
  },
  BUS_PACKAGE_INVALID: {
    status: 422,
    title: 'Document package is not valid',
    titleVi: 'Gói tin văn bản không hợp lệ',
    retry: 'never'
  },
  BUS_CONFIG_INVALID: {
    status: 500,
    title: 'Configuration is not valid',
    titleVi: 'Cấu hình không hợp lệ',
    retry: 'never'
  },
  BUS_DATA_IN_USE: {
    status: 503,
    title: 'Data folder is used by another process',
    titleVi: 'Thư mục dữ liệu đang được tiến trình khác sử dụng',
    retry: 'later'
  },
  BUS_TOO_MANY_REQUESTS: {
    status: 429,
    title: 'Agency uses more than its share',
    titleVi: 'Cơ quan dùng quá phần được chia',
    retry: 'later'
  },
  BUS_OVERLOADED: {
    status: 503,
    title: 'Bus is overloaded',
    titleVi: 'Trục liên thông đang quá tải',
    retry: 'later'
  },
  BUS_STOPPING: {
    status: 503,
    title: 'Bus is stopping',
    titleVi: 'Trục liên thông đang dừng',
    retry: 'later'
  },
  BUS_LOG_UNAVAILABLE: {
    status: 503,
    title: 'Event log is unavailable',
    titleVi: 'Nhật ký sự kiện không sẵn sàng',
    retry: 'later'
  },
  BUS_STORE_UNAVAILABLE: {
    status: 503,
    title: 'Store is unavailable',
    titleVi: 'Kho dữ liệu không sẵn sàng',
    retry: 'later'
  },
  BUS_CONTROL_STALE: {
    status: 503,
    title: 'Control state is stale',
    titleVi: 'Trạng thái quản trị chưa được cập nhật',
    retry: 'later'
  },
  BUS_RECORD_FOREIGN: {
    status: 500,
    title: 'Record in the event log was not written by the bus',
    titleVi: 'Bản ghi trong nhật ký sự kiện không do trục liên thông ghi',
    retry: 'never'
  },
  BUS_PEER_UNREACHABLE: {
    status: 502,
    title: 'Outside system is unreachable',
    titleVi: 'Không kết nối được hệ thống bên ngoài',
    retry: 'later'
  },
  BUS_PEER_REFUSED: {
    status: 502,
    title: 'Outside system rejected the message',
    titleVi: 'Hệ thống bên ngoài từ chối thông điệp',
    retry: 'never'
  },
  BUS_PEER_FAILED: {
    status: 502,
    title: 'Outside system did not take the request',
    titleVi: 'Hệ thống bên ngoài chưa nhận yêu cầu',
    retry: 'later'
  },
  BUS_PEER_CREDENTIALS: {
    status: 502,
    title: 'Outside system does not accept the credentials',
    titleVi: 'Hệ thống bên ngoài không chấp nhận thông tin xác thực',
    retry: 'later'
  },
  BUS_CONNECTOR_PAUSED: {
    status: 503,
    title: 'Connector is paused',
    titleVi: 'Kết nối đang tạm dừng',
    retry: 'later'
  },
  BUS_ITEM_INVALID: {
    status: 422,
    title: 'Item of an outside system cannot be used',
    titleVi: 'Mục từ hệ thống bên ngoài không dùng được',
    retry: 'never'
  },
  BUS_GATEWAY_UNREACHABLE: {
    status: 502,
    title: 'Gateway did not answer',
    titleVi: 'Cổng không trả lời',
    retry: 'later'
  },
  BUS_DOWNLOAD_DAMAGED: {
    status: 502,
    title: 'Downloaded bytes differ from the attachment',
    titleVi: 'Dữ liệu tải xuống không đúng với tệp đính kèm',
    retry: 'later'
  },
  BUS_INTERNAL: {
    status: 500,
    title: 'Unexpected error in the bus',
    titleVi: 'Lỗi ngoài dự kiến của trục liên thông',
    retry: 'later'
  }
} as const satisfies Record<`BUS_${string}`, CatalogueEntry>

export type ErrorCode = keyof typeof catalogue
