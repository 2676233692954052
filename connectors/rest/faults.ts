import { defineFaults } from '#protocol/errors/define-faults.ts'

export const faults = defineFaults('rest', {
  mapFailed: {
    means: 'unusable',
    en: 'The expression {expression} cannot be evaluated: {problem}. Correct it in the settings of the connector, or the data outside.',
    vi: 'Không tính được biểu thức {expression}: {problem}. Hãy sửa biểu thức trong cấu hình kết nối, hoặc sửa dữ liệu ở hệ thống bên ngoài.'
  },
  noId: {
    means: 'unusable',
    en: 'The expression id gives neither a text nor a number for the item. Correct it in the settings of the connector, or the data outside.',
    vi: 'Biểu thức id không cho ra chuỗi hoặc số với mục này. Hãy sửa biểu thức trong cấu hình kết nối, hoặc sửa dữ liệu ở hệ thống bên ngoài.'
  },
  noVersion: {
    means: 'unusable',
    en: 'The expression version gives a list or an object for the item, not a text or a number. Correct it in the settings of the connector, or the data outside.',
    vi: 'Biểu thức version cho ra danh sách hoặc đối tượng với mục này, không phải chuỗi hoặc số. Hãy sửa biểu thức trong cấu hình kết nối, hoặc sửa dữ liệu ở hệ thống bên ngoài.'
  },
  draftMalformed: {
    means: 'unusable',
    en: 'The result of map is no event: {problem}. Correct map in the settings of the connector, or the data outside.',
    vi: 'Kết quả của map không phải sự kiện: {problem}. Hãy sửa map trong cấu hình kết nối, hoặc sửa dữ liệu ở hệ thống bên ngoài.'
  },
  answerUnreadable: {
    means: 'later',
    en: 'The answer of {host} cannot be used: {problem}. Check the address and the expression items; otherwise ask the operator of that system.',
    vi: 'Không dùng được nội dung trả lời của {host}: {problem}. Hãy kiểm tra địa chỉ và biểu thức items; nếu đúng, hãy liên hệ đơn vị vận hành hệ thống đó.'
  },
  cursorMalformed: {
    means: 'later',
    en: 'The cursor of the instance cannot be used to ask by {by}. Reset it to an id, a time or the number of a page, as the API takes it (lienthong connectors reset).',
    vi: 'Không dùng được con trỏ của kết nối để hỏi theo {by}. Hãy đặt lại thành mã, thời điểm hoặc số trang đúng dạng mà API nhận (lienthong connectors reset).'
  },
  cursorStuck: {
    means: 'later',
    en: 'A full page of {host} brought the cursor no further, so that later items would be missed. Raise pageSize, or lower overlapSeconds, in the settings of the connector.',
    vi: 'Một trang đầy của {host} không đưa con trỏ đi tiếp nên có thể bỏ sót các mục sau. Hãy tăng pageSize hoặc giảm overlapSeconds trong cấu hình kết nối.'
  },
  listUnordered: {
    means: 'later',
    en: 'A full page of {host} is not in ascending order of the cursor, so that items would be missed. Ask for ascending order in query, in the settings of the connector.',
    vi: 'Một trang đầy của {host} không được sắp xếp tăng dần theo con trỏ nên sẽ bỏ sót mục. Hãy yêu cầu sắp xếp tăng dần trong query của cấu hình kết nối.'
  },
  pageRepeated: {
    means: 'later',
    en: '{host} gave the same full page for two page numbers. Check cursor.parameter in the settings of the connector.',
    vi: '{host} trả về cùng một trang đầy cho hai số trang khác nhau. Hãy kiểm tra cursor.parameter trong cấu hình kết nối.'
  },
  timeWithoutZone: {
    means: 'later',
    en: 'Items of {host} have times without a time zone, for which overlapSeconds would ask for the wrong time. Give the time with its zone in cursor.value, or set overlapSeconds to 0.',
    vi: 'Các mục của {host} có thời điểm không kèm múi giờ nên overlapSeconds sẽ hỏi sai thời điểm. Hãy thêm múi giờ trong cursor.value hoặc đặt overlapSeconds bằng 0.'
  },
  requestUnmappable: {
    means: 'refused',
    en: 'The event cannot be turned into a request: {expression}: {problem}. Correct the expression in the settings of the connector, then release the delivery.',
    vi: 'Không chuyển được sự kiện thành yêu cầu: {expression}: {problem}. Hãy sửa biểu thức trong cấu hình kết nối rồi cho chuyển lại.'
  },
  secretUnreadable: {
    means: 'credentials',
    en: 'The file or the secret of {name} cannot be used: {problem}. Check that it exists, that it is complete, and that the bus may read it.',
    vi: 'Không dùng được tệp hoặc khóa bí mật của {name}: {problem}. Hãy bảo đảm tệp tồn tại, có đủ nội dung và trục liên thông có quyền đọc.'
  },
  tokenUnreachable: {
    means: 'unreachable',
    en: 'No access token from {host}: {problem}',
    vi: 'Không lấy được access token từ {host}: {problem}'
  },
  tokenUnreadable: {
    means: 'later',
    en: 'The answer of {host} contains no access token. Check tokenUrl in the settings of the connector.',
    vi: 'Nội dung trả lời của {host} không có access token. Hãy kiểm tra tokenUrl trong cấu hình kết nối.'
  }
})
