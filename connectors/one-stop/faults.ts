import { defineFaults } from '#protocol/errors/define-faults.ts'

export const faults = defineFaults('one-stop', {
  unreadable: {
    means: 'later',
    en: 'The message cannot be read as JSON of the dialect: {problem}. Check the address in the settings of the connector; otherwise ask the operator of that system.',
    vi: 'Không đọc được thông điệp theo dạng JSON của giao thức: {problem}. Hãy kiểm tra địa chỉ trong cấu hình kết nối; nếu đúng, hãy liên hệ đơn vị vận hành hệ thống đó.'
  },
  recordMalformed: {
    means: 'unusable',
    en: 'An entry of data is no record. Correct it in the one-stop system.',
    vi: 'Một phần tử của data không phải bản ghi. Hãy sửa trong hệ thống một cửa.'
  },
  fieldMalformed: {
    means: 'unusable',
    en: 'The field {field} does not have the form of the dialect. Correct it in the one-stop system.',
    vi: 'Trường {field} không đúng dạng của giao thức. Hãy sửa trong hệ thống một cửa.'
  },
  fieldMissing: {
    means: 'unusable',
    en: 'The field {field} is missing or empty. Fill it in in the one-stop system.',
    vi: 'Trường {field} bị thiếu hoặc để trống. Hãy bổ sung trong hệ thống một cửa.'
  },
  dateMalformed: {
    means: 'unusable',
    en: 'The field {field} is no date of the form yyyyMMddHHmmss from the year 1900 on: {got}. Correct it, or leave it empty where there is no date.',
    vi: 'Trường {field} không phải thời điểm dạng yyyyMMddHHmmss từ năm 1900: {got}. Hãy sửa lại, hoặc để trống nếu không có thời điểm.'
  },
  codeMalformed: {
    means: 'unusable',
    en: 'The dossier code {code} does not have the form that codePattern in the settings of the connector asks for, or its date does not exist.',
    vi: 'Mã hồ sơ {code} không đúng dạng quy định tại codePattern trong cấu hình kết nối, hoặc ngày trong mã không tồn tại.'
  },
  codeOfOtherAgency: {
    means: 'unusable',
    en: 'The dossier code {code} belongs to {unit}, and {agency} was not given that dossier. If it is a code of this agency, add {unit} to units in the settings of the connector.',
    vi: 'Mã hồ sơ {code} thuộc {unit}, và {agency} không được chuyển hồ sơ này. Nếu là mã của cơ quan, hãy thêm {unit} vào units trong cấu hình kết nối.'
  },
  codeUnknown: {
    means: 'unusable',
    en: 'The code {code} of {field} is not in codeTables in the settings of the connector. Add what it means on the bus.',
    vi: 'Mã {code} của {field} không có trong codeTables của cấu hình kết nối. Hãy bổ sung mã tương ứng trên trục liên thông.'
  },
  codeWithoutCounterpart: {
    means: 'refused',
    en: 'The code {code} has no counterpart outside: add it for {field} to codeTables in the settings of the connector, then release the delivery.',
    vi: 'Mã {code} không có mã tương ứng ở hệ thống ngoài: hãy bổ sung cho {field} vào codeTables trong cấu hình kết nối rồi cho chuyển lại.'
  },
  tooManyEntries: {
    means: 'unusable',
    en: 'The record has more than {limit} papers, fees and other entries. If that is right, raise maxEntries in the settings of the connector.',
    vi: 'Bản ghi có hơn {limit} giấy tờ, lệ phí và mục khác. Nếu đúng như vậy, hãy tăng maxEntries trong cấu hình kết nối.'
  },
  tooManyExtensions: {
    means: 'unusable',
    en: 'The record has more than {values} values or {characters} characters beyond the dialect. Leave some of them out.',
    vi: 'Bản ghi có hơn {values} giá trị hoặc {characters} ký tự ngoài giao thức. Hãy bỏ bớt.'
  },
  procedureTooLarge: {
    means: 'unusable',
    en: 'The entry of the procedure {code} is larger than {limit} characters, or has no name. Correct it in the catalogue.',
    vi: 'Thông tin thủ tục {code} lớn hơn {limit} ký tự, hoặc không có tên. Hãy sửa trong danh mục.'
  },
  catalogueShrank: {
    means: 'later',
    en: '{missing} of {known} known procedures are missing in the catalogue: nothing is withdrawn. If that is right, raise catalogue.largestWithdrawalPercent in the settings of the connector.',
    vi: 'Danh mục thiếu {missing} trong số {known} thủ tục đã biết: không hủy công bố thủ tục nào. Nếu đúng như vậy, hãy tăng catalogue.largestWithdrawalPercent trong cấu hình kết nối.'
  },
  answered: {
    means: 'later',
    en: '{service} was answered with error_code {code}. The bus retries automatically. If the code means that the record is never taken, add it to errorCodes.refused in the settings of the connector.',
    vi: '{service} trả về error_code {code}. Trục liên thông tự thử lại. Nếu mã này nghĩa là bản ghi không bao giờ được nhận, hãy thêm vào errorCodes.refused trong cấu hình kết nối.'
  },
  refused: {
    means: 'refused',
    en: '{service} rejected the record with error_code {code}. The bus does not send it again. Find the cause with the operator of that system.',
    vi: '{service} từ chối bản ghi với error_code {code}. Trục liên thông không gửi lại. Hãy tìm nguyên nhân cùng đơn vị vận hành hệ thống đó.'
  },
  httpFailed: {
    means: 'later',
    en: '{service} was answered with HTTP status {status}. The bus retries automatically. If it goes on, ask the operator of that system.',
    vi: '{service} trả về mã HTTP {status}. Trục liên thông tự thử lại. Nếu lỗi kéo dài, hãy liên hệ đơn vị vận hành hệ thống đó.'
  },
  credentials: {
    means: 'credentials',
    en: 'The login is not accepted (error_code {code}). Check user and password in the settings of the connector.',
    vi: 'Đăng nhập không được chấp nhận (error_code {code}). Hãy kiểm tra user và password trong cấu hình kết nối.'
  },
  recordIncomplete: {
    means: 'refused',
    en: 'The event {type} has no counterpart in the dialect: {problem}.',
    vi: 'Sự kiện {type} không có dạng tương ứng trong giao thức: {problem}.'
  }
})
