import { BusError, type KindFault } from '#protocol/errors/bus-error.ts'
import { defineFaults } from '#protocol/errors/define-faults.ts'
import type { Language, Values } from '#protocol/errors/faults.ts'

export const faults = defineFaults('staff', {
  notCsv: {
    means: 'unusable',
    en: '{file} is not a CSV file: it contains {what}. Export the list again as CSV UTF-8.',
    vi: '{file} không phải tệp CSV: nội dung là {what}. Hãy xuất lại danh sách ở dạng CSV UTF-8.'
  },
  isSpreadsheet: {
    means: 'unusable',
    en: '{file} is a spreadsheet ({what}), not CSV. Open it in the spreadsheet program and save it as CSV UTF-8.',
    vi: '{file} là tệp bảng tính ({what}), không phải CSV. Hãy mở bằng phần mềm bảng tính và lưu lại ở dạng CSV UTF-8.'
  },
  fileTooLarge: {
    means: 'unusable',
    en: '{file} is larger than {limit} bytes. Check that it is the staff list, or raise csv.maxBytes in the settings.',
    vi: '{file} lớn hơn {limit} byte. Hãy kiểm tra đây có đúng là danh sách cán bộ, hoặc tăng csv.maxBytes trong cấu hình.'
  },
  tooManyRows: {
    means: 'unusable',
    en: 'Line {line}: the file has more than {limit} rows. Check that it is the staff list, or raise csv.maxRows in the settings.',
    vi: 'Dòng {line}: tệp có hơn {limit} dòng dữ liệu. Hãy kiểm tra đây có đúng là danh sách cán bộ, hoặc tăng csv.maxRows trong cấu hình.'
  },
  fileEmpty: {
    means: 'unusable',
    en: '{file} has no row with a person. Nothing was closed. Export the list again.',
    vi: '{file} không có dòng cán bộ nào. Không tài khoản nào bị đóng. Hãy xuất lại danh sách.'
  },
  encodingMixed: {
    means: 'unusable',
    en: 'Line {line} has another encoding than the lines before it, as when two files are put together. Export the whole list again as CSV UTF-8.',
    vi: 'Dòng {line} dùng bảng mã khác các dòng trước, như khi ghép hai tệp. Hãy xuất lại toàn bộ danh sách ở dạng CSV UTF-8.'
  },
  encodingUnknown: {
    means: 'unusable',
    en: '{file} is not UTF-8, and its encoding cannot be told for certain. Save it as CSV UTF-8, or name the encoding in csv.encoding of the settings.',
    vi: '{file} không phải UTF-8 và không xác định chắc chắn được bảng mã. Hãy lưu lại ở dạng CSV UTF-8, hoặc nêu bảng mã ở csv.encoding trong cấu hình.'
  },
  encodingWrong: {
    means: 'unusable',
    en: 'Line {line} is not in the encoding {encoding}. Save the list as CSV UTF-8, or correct csv.encoding in the settings.',
    vi: 'Dòng {line} không đúng bảng mã {encoding}. Hãy lưu lại danh sách ở dạng CSV UTF-8, hoặc sửa csv.encoding trong cấu hình.'
  },
  nulCharacter: {
    means: 'unusable',
    en: 'Line {line} contains a NUL character: the file is damaged. Export it again.',
    vi: 'Dòng {line} có ký tự NUL: tệp bị hỏng. Hãy xuất lại tệp.'
  },
  quoteNotClosed: {
    means: 'unusable',
    en: 'Line {line}: a quote (") is opened and never closed. Close it, or double it if it belongs to the text.',
    vi: 'Dòng {line}: dấu ngoặc kép (") mở mà không đóng. Hãy đóng lại, hoặc viết hai lần nếu là một phần của nội dung.'
  },
  quoteMisplaced: {
    means: 'unusable',
    en: 'Line {line}, column {column}: text follows a closing quote ("). Double the quotes that belong to the text.',
    vi: 'Dòng {line}, cột {column}: có chữ đứng sau dấu ngoặc kép (") đóng. Hãy viết hai lần dấu ngoặc kép thuộc nội dung.'
  },
  rowTooLong: {
    means: 'unusable',
    en: 'The row at line {line} is longer than {limit} characters. Look for a quote that is not closed, or too many columns.',
    vi: 'Hàng tại dòng {line} dài hơn {limit} ký tự. Hãy tìm dấu ngoặc kép chưa đóng, hoặc số cột quá nhiều.'
  },
  fieldTooLong: {
    means: 'unusable',
    en: 'Line {line}, column {column}: the field is longer than the limit of {limit} characters. Shorten it.',
    vi: 'Dòng {line}, cột {column}: ô dài hơn giới hạn {limit} ký tự. Hãy rút gọn.'
  },
  tooManyColumns: {
    means: 'unusable',
    en: 'Line {line} has {found} columns; at most {limit} are read. Check that it is the staff list.',
    vi: 'Dòng {line} có {found} cột; chỉ đọc tối đa {limit} cột. Hãy kiểm tra đây có đúng là danh sách cán bộ.'
  },
  fieldCount: {
    means: 'unusable',
    en: 'the row has {found} fields instead of {expected}. Put a field that contains the separator into double quotes (").',
    vi: 'có {found} ô thay vì {expected} ô. Ô có chứa dấu phân cách phải đặt trong ngoặc kép (").'
  },
  columnTwice: {
    means: 'unusable',
    en: 'Two columns have the same name: {columns}. Keep one of them.',
    vi: 'Có hai cột trùng tên: {columns}. Hãy giữ lại một cột.'
  },
  columnUnclear: {
    means: 'unusable',
    en: 'Several columns may be {field}: {columns}. Name the right one in csv.columns.{field} of the settings.',
    vi: 'Có nhiều cột có thể là {field}: {columns}. Hãy nêu đúng tên cột ở csv.columns.{field} trong cấu hình.'
  },
  columnMissing: {
    means: 'unusable',
    en: 'No column for {field} in the header: {columns}. Correct the header, or name the column in csv.columns.{field} of the settings.',
    vi: 'Dòng tiêu đề không có cột cho {field}: {columns}. Hãy sửa dòng tiêu đề, hoặc nêu tên cột ở csv.columns.{field} trong cấu hình.'
  },
  headerMissing: {
    means: 'unusable',
    en: 'The first row of {file} is no header: none of its columns is known. Add a header, or name the columns in csv.columns of the settings.',
    vi: 'Dòng đầu của {file} không phải dòng tiêu đề: không nhận ra cột nào. Hãy thêm dòng tiêu đề, hoặc nêu tên cột ở csv.columns trong cấu hình.'
  },
  numberMissing: {
    means: 'unusable',
    en: 'the staff number is missing. Add it.',
    vi: 'thiếu số hiệu cán bộ. Hãy bổ sung.'
  },
  numberLost: {
    means: 'unusable',
    en: 'the staff number {value} was changed by the spreadsheet program and lost digits. Format the column as text and export again.',
    vi: 'số hiệu {value} đã bị phần mềm bảng tính làm mất chữ số. Hãy định dạng cột là văn bản rồi xuất lại.'
  },
  numberTwice: {
    means: 'unusable',
    en: 'staff number {value} is already on line {other}. Keep one row a person.',
    vi: 'số hiệu {value} đã có ở dòng {other}. Mỗi người chỉ giữ một dòng.'
  },
  numberSimilar: {
    means: 'unusable',
    en: 'staff number {value} looks the same as {other} but is written differently (case, spaces, leading zeros or letters of another alphabet). Write it the same way.',
    vi: 'số hiệu {value} trông giống {other} nhưng viết khác (chữ hoa, khoảng trắng, số 0 ở đầu hoặc chữ cái của bảng chữ khác). Hãy viết thống nhất.'
  },
  nameMissing: {
    means: 'unusable',
    en: 'the name is missing. Add it.',
    vi: 'thiếu họ và tên. Hãy bổ sung.'
  },
  nameDamaged: {
    means: 'unusable',
    en: 'the name has question marks in place of letters, which were lost in an export. Export again as CSV UTF-8.',
    vi: 'họ tên có dấu hỏi thay cho chữ, do bị mất khi xuất. Hãy xuất lại ở dạng CSV UTF-8.'
  },
  numberIsCitizen: {
    means: 'unusable',
    en: 'the staff number looks like a citizen number (12 digits), which should not get on the bus. Name the right column; if these are staff numbers, set citizenNumbers.',
    vi: 'số hiệu giống số định danh cá nhân (12 chữ số), không nên đưa lên trục liên thông. Hãy chọn đúng cột; nếu đây đúng là số hiệu cán bộ, hãy bật citizenNumbers.'
  },
  textUnusable: {
    means: 'unusable',
    en: 'column {column}: the text has a line break or an invisible control character, or is longer than {limit} characters. Correct it.',
    vi: 'cột {column}: nội dung có dấu xuống dòng hoặc ký tự điều khiển không nhìn thấy, hoặc dài hơn {limit} ký tự. Hãy sửa lại.'
  },
  unitUnknown: {
    means: 'unusable',
    en: 'the unit "{value}" is not known. Correct it, or add it to units in the settings with its agency code.',
    vi: 'chưa biết đơn vị "{value}". Hãy sửa lại, hoặc thêm vào units trong cấu hình kèm mã định danh.'
  },
  statusUnknown: {
    means: 'unusable',
    en: 'the status "{value}" is not known. Correct it, or add it to statuses in the settings.',
    vi: 'chưa biết trạng thái "{value}". Hãy sửa lại, hoặc thêm vào statuses trong cấu hình.'
  },
  dateWrong: {
    means: 'unusable',
    en: '"{value}" is no date that can be used. Write day/month/year, such as 05/08/2026.',
    vi: '"{value}" không phải ngày hợp lệ. Hãy viết ngày/tháng/năm, ví dụ 05/08/2026.'
  },
  rowsBad: {
    means: 'unusable',
    en: '{file} was not taken: {count} of {rows} rows cannot be used. {first} Correct the list and put it into the folder again; after a change of settings, retry this item.',
    vi: 'Chưa nhận {file}: {count} trên {rows} dòng không dùng được. {first} Hãy sửa danh sách và đưa lại vào thư mục; nếu sửa cấu hình thì cho xử lý lại mục này.'
  },
  dateFar: {
    means: 'unusable',
    en: 'the effective date is before 1950 or more than a year ahead. Correct its year.',
    vi: 'ngày hiệu lực trước năm 1950 hoặc sau hiện tại hơn một năm. Hãy sửa lại năm.'
  },
  closesMany: {
    means: 'unusable',
    en: '{from} would lock or close {count} of {known} accounts within a day, more than {limit}. Nothing was changed. If that is right, retry this item to accept it, before a newer list comes; otherwise deliver a complete list.',
    vi: '{from} sẽ khóa hoặc đóng {count} trên {known} tài khoản trong một ngày, nhiều hơn mức {limit}. Chưa thay đổi gì. Nếu đúng, hãy cho xử lý lại mục này để chấp nhận, trước khi có danh sách mới hơn; nếu không, hãy gửi danh sách đầy đủ.'
  },
  changesMany: {
    means: 'unusable',
    en: '{from} would change {count} names and units of {known} people within a day, more than {limit}, as when a column was sorted by itself. Nothing was changed. If that is right, retry this item to accept it, before a newer list comes; otherwise deliver a correct list.',
    vi: '{from} sẽ đổi {count} họ tên, đơn vị của {known} cán bộ trong một ngày, nhiều hơn mức {limit}, như khi một cột bị sắp xếp riêng. Chưa thay đổi gì. Nếu đúng, hãy cho xử lý lại mục này để chấp nhận, trước khi có danh sách mới hơn; nếu không, hãy gửi danh sách đúng.'
  },
  fileUnusable: {
    means: 'unusable',
    en: '{file} is not read: it is no plain file (a link, a folder, a file with two names), may not be looked at, or has a time in the future. Put a copy into the folder.',
    vi: 'Không đọc {file}: không phải tệp thường (liên kết, thư mục, tệp có hai tên), không được phép xem, hoặc có thời gian ở tương lai. Hãy đưa bản sao của tệp vào thư mục.'
  },
  fileUnreadable: {
    means: 'unusable',
    en: '{file} is not read: {problem}. Let the bus read it, then retry this item; or deliver a newer list.',
    vi: 'Không đọc được {file}: {problem}. Hãy cấp quyền đọc cho trục liên thông rồi cho xử lý lại mục này; hoặc gửi danh sách mới hơn.'
  },
  recipientsUnknown: {
    means: 'later',
    en: 'The bus knows no agency {codes}. Correct recipients in the settings of the connector, or register the agency.',
    vi: 'Trục liên thông không biết cơ quan {codes}. Hãy sửa recipients trong cấu hình kết nối, hoặc đăng ký cơ quan đó.'
  },
  listOlder: {
    means: 'unusable',
    en: '{file} was not taken: it is older than the list that was taken last. If it is right all the same, save it anew and put it into the folder again.',
    vi: 'Không nhận {file}: tệp cũ hơn danh sách đã nhận gần nhất. Nếu vẫn là danh sách đúng, hãy lưu lại tệp và đưa vào thư mục lần nữa.'
  },
  folderUnreachable: {
    means: 'unreachable',
    en: 'The folder of the staff lists cannot be used: {problem}. Check that it exists and may be written to.',
    vi: 'Không dùng được thư mục danh sách cán bộ: {problem}. Hãy kiểm tra thư mục tồn tại và được phép ghi.'
  },
  personTwice: {
    means: 'unusable',
    en: 'the view lienthong.staff has several rows. Correct the view: one row a person.',
    vi: 'khung nhìn lienthong.staff có nhiều dòng. Hãy sửa khung nhìn: mỗi người một dòng.'
  },
  locksMany: {
    means: 'unusable',
    en: '{count} of {known} accounts would be locked or closed within a day, more than {limit}, since these people left, are on leave, or are not in lienthong.staff any more. {waiting} changes wait; all others go on. If they are right, retry this item to accept them. Otherwise correct the staff system: who is there again is not locked.',
    vi: '{count} trên {known} tài khoản sẽ bị khóa hoặc đóng trong một ngày, nhiều hơn mức {limit}, vì các cán bộ này đã nghỉ, đang nghỉ dài hạn hoặc không còn trong lienthong.staff. {waiting} thay đổi đang chờ; các thay đổi khác vẫn được xử lý. Nếu đúng, hãy cho xử lý lại mục này để chấp nhận. Nếu không, hãy sửa ở hệ thống cán bộ: người có lại trong danh sách sẽ không bị khóa.'
  },
  movesMany: {
    means: 'unusable',
    en: '{count} names and units of {known} people would change within a day, more than {limit}. {waiting} changes wait; all others go on. If they are right, retry this item to accept them. Otherwise correct the staff system.',
    vi: '{count} họ tên, đơn vị của {known} cán bộ sẽ thay đổi trong một ngày, nhiều hơn mức {limit}. {waiting} thay đổi đang chờ; các thay đổi khác vẫn được xử lý. Nếu đúng, hãy cho xử lý lại mục này để chấp nhận. Nếu không, hãy sửa ở hệ thống cán bộ.'
  },
  databaseUnreachable: {
    means: 'unreachable',
    en: 'The database {database} on {host} is not reached, or the connection broke: {problem}. Check that it runs and can be reached from the bus. The bus retries automatically.',
    vi: 'Không kết nối được cơ sở dữ liệu {database} tại {host}, hoặc kết nối bị ngắt: {problem}. Hãy bảo đảm máy chủ đang chạy và kết nối được từ trục liên thông. Trục liên thông tự thử lại.'
  },
  databaseAddress: {
    means: 'unreachable',
    en: 'The bus does not connect to {host}: it is an address of a private network, or a reserved one. For a server in the own network, set postgres.allowPrivateAddresses.',
    vi: 'Trục liên thông không kết nối tới {host}: đây là địa chỉ mạng nội bộ hoặc địa chỉ dành riêng. Nếu máy chủ ở trong mạng nội bộ, hãy bật postgres.allowPrivateAddresses.'
  },
  databaseDenied: {
    means: 'credentials',
    en: 'The database {database} on {host} does not let the user {user} in ({problem}). Check postgres.user and its password in the settings of the connector.',
    vi: 'Cơ sở dữ liệu {database} tại {host} không cho {user} đăng nhập ({problem}). Hãy kiểm tra postgres.user và mật khẩu trong cấu hình kết nối.'
  },
  secretUnreadable: {
    means: 'credentials',
    en: 'The file of {name} cannot be used: {problem}. Check that it exists and that the bus may read it.',
    vi: 'Không dùng được tệp của {name}: {problem}. Hãy bảo đảm tệp tồn tại và trục liên thông có quyền đọc.'
  },
  outboxWrong: {
    means: 'later',
    en: 'The database {database} is not set up for the bus: {problem}. Run outbox.sql of the connector, and check the view lienthong.staff and the rights of {user}. The bus retries automatically.',
    vi: 'Cơ sở dữ liệu {database} chưa được thiết lập cho trục liên thông: {problem}. Hãy chạy outbox.sql của kết nối, kiểm tra khung nhìn lienthong.staff và quyền của {user}. Trục liên thông tự thử lại.'
  },
  databaseFailed: {
    means: 'later',
    en: 'The database {database} did not answer what was asked (SQLSTATE {state}). Look into its log, and try SELECT * FROM lienthong.staff there. The bus retries automatically.',
    vi: 'Cơ sở dữ liệu {database} chưa trả lời được yêu cầu (SQLSTATE {state}). Hãy xem nhật ký của máy chủ và thử SELECT * FROM lienthong.staff tại đó. Trục liên thông tự thử lại.'
  }
})

/** A list that is held for its bad rows, with the reasons of the first ones. */
export function rowsBad(
  bad: readonly BusError[],
  values: { readonly file: string; readonly rows: number }
): BusError {
  const general = faults.rowsBad()
  const textIn = (language: 'vi' | 'en'): string =>
    general.text(language).replace('{first}', () =>
      bad
        .slice(0, shownRows)
        .map((one) => one.text(language))
        .join(' ')
    )
  const texts = { key: 'staff:rowsBad', vi: textIn('vi'), en: textIn('en') } as const
  return new BusError(general.code, texts, { values: { ...values, count: bad.length } })
}

const shownRows = 5

/** What is wrong with a row of a list. */
export function atLine(fault: BusError, line: number): BusError {
  return placed(fault, { vi: `Dòng ${line}`, en: `Line ${line}` }, { line })
}

/** What is wrong with a person of the view. */
export function ofPerson(fault: BusError, staffNumber: string): BusError {
  return placed(fault, { vi: 'Số hiệu {person}', en: 'Staff number {person}' }, { person: staffNumber })
}

function placed(fault: BusError, place: Readonly<Record<Language, string>>, values: Values): BusError {
  const textIn = (language: Language): string => `${place[language]}: ${fault.text(language)}`
  const texts = { key: fault.fault as KindFault, vi: textIn('vi'), en: textIn('en') }
  return new BusError(fault.code, texts, { values: { ...fault.values, ...values } })
}
