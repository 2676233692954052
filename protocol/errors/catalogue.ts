/** Whether the same thing may succeed later without anyone changing it. */
export type Retry = 'never' | 'later'

/** One row of the error table. `status` is the HTTP status it leaves the gateway with. */
export interface CatalogueEntry {
  readonly status: number
  readonly title: string
  readonly titleVi: string
  readonly retry: Retry
}

/**
 * Every error the bus can raise, in one table. A code is public once released:
 * add rows, never rename or reuse one. `tests/protocol/errors` walks the table and
 * the page `docs/problems.md` in both directions.
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
    titleVi: 'Phần đầu yêu cầu quá lớn',
    retry: 'never'
  },
  BUS_REQUEST_TIMEOUT: {
    status: 408,
    title: 'Request did not arrive in time',
    titleVi: 'Yêu cầu không đến đủ trong thời hạn',
    retry: 'later'
  },
  BUS_REQUEST_INVALID: {
    status: 400,
    title: 'Request is malformed',
    titleVi: 'Yêu cầu sai cú pháp',
    retry: 'never'
  },
  BUS_MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    title: 'Media type is not supported',
    titleVi: 'Kiểu nội dung không được hỗ trợ',
    retry: 'never'
  },
  BUS_TOKEN_INVALID: {
    status: 401,
    title: 'Token is missing, expired or not trusted',
    titleVi: 'Mã xác thực thiếu, hết hạn hoặc không được tin cậy',
    retry: 'never'
  },
  BUS_JSON_INVALID: {
    status: 400,
    title: 'Body is not strict JSON',
    titleVi: 'Nội dung không phải JSON hợp lệ',
    retry: 'never'
  },
  BUS_SUBMISSION_MISMATCH: {
    status: 401,
    title: 'Token was made for other content',
    titleVi: 'Mã xác thực được ký cho nội dung khác',
    retry: 'never'
  },
  BUS_ATTRIBUTE_INVALID: {
    status: 422,
    title: 'Event attribute is missing or not valid',
    titleVi: 'Thuộc tính sự kiện thiếu hoặc không hợp lệ',
    retry: 'never'
  },
  BUS_NOT_PERMITTED: {
    status: 403,
    title: 'Not permitted',
    titleVi: 'Không có quyền',
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
    title: 'Payload does not match its schema',
    titleVi: 'Nội dung sự kiện không đúng lược đồ',
    retry: 'never'
  },
  BUS_ATTACHMENT_MISSING: {
    status: 422,
    title: 'A listed attachment has not been uploaded',
    titleVi: 'Tệp đính kèm chưa được tải lên',
    retry: 'never'
  },
  BUS_ATTACHMENT_INVALID: {
    status: 422,
    title: 'Attachment is not what was announced',
    titleVi: 'Tệp đính kèm không đúng như đã khai',
    retry: 'never'
  },
  BUS_UPLOAD_CONFLICT: {
    status: 409,
    title: 'Upload stands elsewhere',
    titleVi: 'Việc tải lên đang ở vị trí khác',
    retry: 'never'
  },
  BUS_RANGE_INVALID: {
    status: 416,
    title: 'Range is not there',
    titleVi: 'Khoảng yêu cầu không có',
    retry: 'never'
  },
  BUS_EVENT_ID_SPENT: {
    status: 409,
    title: 'Event id is already used for other content',
    titleVi: 'Mã sự kiện đã dùng cho nội dung khác',
    retry: 'never'
  },
  BUS_NOT_FOUND: { status: 404, title: 'Not found', titleVi: 'Không tìm thấy', retry: 'never' },
  BUS_METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'Method is not allowed here',
    titleVi: 'Phương thức không được phép',
    retry: 'never'
  },
  BUS_QUERY_INVALID: {
    status: 400,
    title: 'Query or path is not valid',
    titleVi: 'Tham số truy vấn không hợp lệ',
    retry: 'never'
  },
  BUS_CURSOR_INVALID: {
    status: 400,
    title: 'Cursor is not one of yours',
    titleVi: 'Con trỏ không phải của bên gọi',
    retry: 'never'
  },
  BUS_CURSOR_EXPIRED: {
    status: 410,
    title: 'Cursor is from before a restore',
    titleVi: 'Con trỏ có từ trước lần phục hồi',
    retry: 'never'
  },
  BUS_ACT_INVALID: {
    status: 422,
    title: 'Act is not valid',
    titleVi: 'Hành vi quản trị không hợp lệ',
    retry: 'never'
  },
  BUS_ACT_CONFLICT: {
    status: 409,
    title: 'Act does not follow the present state',
    titleVi: 'Hành vi quản trị không nối tiếp trạng thái hiện tại',
    retry: 'never'
  },
  BUS_KEY_INVALID: {
    status: 422,
    title: 'Key is not acceptable',
    titleVi: 'Khóa không được chấp nhận',
    retry: 'never'
  },
  BUS_STATE_CONFLICT: {
    status: 409,
    title: 'Already answered otherwise',
    titleVi: 'Đã được trả lời khác trước đó',
    retry: 'never'
  },
  BUS_SCHEMA_INVALID: {
    status: 422,
    title: 'Schema is not one of an event type',
    titleVi: 'Lược đồ không dùng được cho loại sự kiện',
    retry: 'never'
  },
  BUS_SCHEMA_INCOMPATIBLE: {
    status: 409,
    title: 'Schema is not compatible with those registered',
    titleVi: 'Lược đồ không tương thích với các phiên bản đã đăng ký',
    retry: 'never'
  },
  BUS_SCHEMA_IN_USE: {
    status: 422,
    title: 'Schema is still needed',
    titleVi: 'Lược đồ vẫn còn được dùng',
    retry: 'never'
  },
  BUS_PACKAGE_INVALID: {
    status: 422,
    title: 'Package cannot be used',
    titleVi: 'Gói tin không dùng được',
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
    titleVi: 'Thư mục dữ liệu đang được tiến trình khác dùng',
    retry: 'later'
  },
  BUS_OVERLOADED: {
    status: 503,
    title: 'Bus is overloaded',
    titleVi: 'Trục đang quá tải',
    retry: 'later'
  },
  BUS_STOPPING: { status: 503, title: 'Bus is stopping', titleVi: 'Trục đang dừng', retry: 'later' },
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
    title: 'Control state is not fresh',
    titleVi: 'Trạng thái quản trị chưa cập nhật',
    retry: 'later'
  },
  BUS_RECORD_FOREIGN: {
    status: 500,
    title: 'Record in the log was not written by the bus',
    titleVi: 'Bản ghi trong nhật ký không do trục ghi',
    retry: 'never'
  },
  BUS_PEER_UNREACHABLE: {
    status: 502,
    title: 'Outside system did not answer',
    titleVi: 'Hệ thống ngoài không trả lời',
    retry: 'later'
  },
  BUS_PEER_REFUSED: {
    status: 502,
    title: 'Outside system refused the message',
    titleVi: 'Hệ thống ngoài từ chối thông điệp',
    retry: 'never'
  },
  BUS_INTERNAL: {
    status: 500,
    title: 'Unexpected fault of the bus',
    titleVi: 'Lỗi ngoài dự kiến của trục',
    retry: 'later'
  }
} as const satisfies Record<`BUS_${string}`, CatalogueEntry>

export type ErrorCode = keyof typeof catalogue
