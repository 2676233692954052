import type { Language } from '#protocol/errors/faults.ts'
import { textsFrom } from '#protocol/errors/texts.ts'
import type { ProvinceFault } from './remote/province-fault.ts'
import type { LocatedFault } from './remote/province-file.ts'

/** What is wrong with a province file, and what to do. */
const texts = {
  vi: {
    yaml: 'không phải YAML hợp lệ ({code}). Hãy kiểm tra thụt lề, dấu hai chấm, dấu ngoặc và tên thiết lập bị lặp ở gần dòng này.',
    'setting.unknown': 'không có thiết lập {name}. Ở đây dùng được: {known}.',
    'setting.missing': 'thiếu {name}.',
    'setting.type': '{name} phải là {type}.',
    'setting.choice': '{name} phải là một trong: {choices}.',
    'setting.empty': '{name} không được để trống.',
    'setting.long': '{name} dài quá {limit} ký tự.',
    'setting.many': '{name} có quá {limit} mục.',
    'grammar.code':
      '"{got}" không phải mã cơ quan. Mã chỉ có chữ in hoa không dấu, chữ số và dấu chấm ở giữa, dài nhất 35 ký tự, như 000.00.91.H03.',
    'grammar.system':
      '"{got}" không phải tên hệ thống. Tên chỉ có chữ thường không dấu, chữ số và dấu gạch nối, dài nhất 32 ký tự, như qlvb.',
    'grammar.agreement':
      '"{got}" không phải id thỏa thuận. Id chỉ có chữ thường không dấu, chữ số và dấu gạch nối, dài nhất 64 ký tự.',
    'grammar.kid':
      '"{got}" không phải tên khóa (kid). Tên chỉ có chữ không dấu, chữ số, dấu gạch nối và gạch dưới, dài nhất 64 ký tự.',
    'grammar.date': '"{got}" không phải ngày. Hãy viết như 2026-01-31.',
    'grammar.date-time': '"{got}" không phải thời điểm. Hãy viết như 2026-01-31T00:00:00+07:00.',
    'twice.agency': 'cơ quan {name} đã có ở dòng {first}. Hãy gộp lại hoặc bỏ bớt một.',
    'twice.system': 'hệ thống {name} đã có ở dòng {first}. Hãy gộp lại hoặc bỏ bớt một.',
    'twice.key':
      'khóa {name} đã có ở dòng {first}. Mỗi khóa của một hệ thống cần kid riêng; hãy bỏ bớt hoặc đổi kid.',
    'twice.right': 'quyền gửi {name} đã có ở dòng {first}. Hãy bỏ bớt một.',
    'twice.agreement': 'thỏa thuận {name} đã có ở dòng {first}. Hãy đặt id khác hoặc bỏ bớt một.',
    'twice.value': '{got} đã có ở dòng {first}. Hãy bỏ bớt một.',
    'key.private':
      'đây là khóa bí mật. Hãy thay bằng khóa công khai mà `lienthong keys new` in ra. Ai đọc được tệp này cũng dùng được khóa đó: hãy tạo khóa mới.',
    'key.invalid': 'khóa không dùng được: {problem}',
    'key.taken': 'khóa {kid} giống khóa ở dòng {first}. Mỗi hệ thống phải có khóa riêng, mỗi khóa một kid.',
    'key.held': 'khóa {kid} đã đăng ký cho {holder}. Hãy tạo khóa mới bằng `lienthong keys new`.',
    'key.changed':
      'khóa {kid} khác với khóa cùng tên đã đăng ký cho {resource}. Không thay được khóa dưới kid cũ: hãy đặt kid mới cho khóa mới.',
    'right.wide':
      'chỉ sự kiện văn bản (document) được gửi đến mọi cơ quan. Với {type}, hãy đặt recipients là agreements.',
    'type.unknown':
      'trục không có loại sự kiện {type}. Các loại đã có: {known}. Hãy sửa tên, hoặc đăng ký lược đồ trước.',
    'agency.unknown':
      'không có cơ quan {code} trong tệp cũng như trên trục. Hãy thêm cơ quan này hoặc sửa mã.',
    'agency.closed':
      'cơ quan {code} đã đóng, không dùng ở đây được. Hãy nêu cơ quan kế thừa hoặc bỏ mục này.',
    'agency.circle': '{name} tạo thành vòng: {circle}. Hãy sửa một trong các cơ quan này.',
    'agreement.terms':
      'thỏa thuận {resource} đã có với điều khoản khác: {term} trên trục là "{found}", trong tệp là "{wanted}". Không đổi được điều khoản. Hãy tìm hiểu ai đã lập, rồi đặt id khác trong tệp hoặc sửa tệp.',
    'prune.needed':
      'cơ quan {code} không có trong tệp nên --prune sẽ đóng, nhưng tệp còn nhắc đến ở đây. Hãy thêm cơ quan vào tệp, sửa mục này, hoặc chạy không có --prune.',
    'prune.self':
      'lệnh này ký bằng {resource}, mà --prune sẽ bỏ hệ thống này hoặc khóa đang dùng. Hãy thêm vào tệp, hoặc chạy bằng hệ thống khác.'
  },
  en: {
    yaml: 'this is not valid YAML ({code}). Check the indentation, colons, brackets and settings given twice near this line.',
    'setting.unknown': 'there is no setting {name}. Possible here: {known}.',
    'setting.missing': '{name} is missing.',
    'setting.type': '{name} must be {type}.',
    'setting.choice': '{name} must be one of: {choices}.',
    'setting.empty': '{name} must not be empty.',
    'setting.long': '{name} is longer than {limit} characters.',
    'setting.many': '{name} has more than {limit} items.',
    'grammar.code':
      '"{got}" is not the code of an agency. A code has capital letters, digits and dots between them, at most 35 characters, like 000.00.91.H03.',
    'grammar.system':
      '"{got}" is not the name of a system. A name has small letters, digits and hyphens, at most 32 characters, like qlvb.',
    'grammar.agreement':
      '"{got}" is not the id of an agreement. An id has small letters, digits and hyphens, at most 64 characters.',
    'grammar.kid':
      '"{got}" is not the name of a key (kid). A name has letters, digits, hyphens and underscores, at most 64 characters.',
    'grammar.date': '"{got}" is not a date. Write it like 2026-01-31.',
    'grammar.date-time': '"{got}" is not a time. Write it like 2026-01-31T00:00:00+07:00.',
    'twice.agency': 'the agency {name} is already on line {first}. Combine them or remove one.',
    'twice.system': 'the system {name} is already on line {first}. Combine them or remove one.',
    'twice.key':
      'the key {name} is already on line {first}. Each key of a system needs a kid of its own; remove one or change its kid.',
    'twice.right': 'the right to publish {name} is already on line {first}. Remove one.',
    'twice.agreement': 'the agreement {name} is already on line {first}. Give it another id, or remove one.',
    'twice.value': '{got} is already on line {first}. Remove one.',
    'key.private':
      'this is a private key. Replace it by the public key that `lienthong keys new` prints. Whoever can read this file can use the key: create a new one.',
    'key.invalid': 'the key cannot be used: {problem}',
    'key.taken':
      'the key {kid} is the same as the key on line {first}. Each system needs a key of its own, and a key has one kid.',
    'key.held': 'the key {kid} is registered for {holder}. Create a new key with `lienthong keys new`.',
    'key.changed':
      'the key {kid} differs from the key of that name that is registered for {resource}. A key cannot be replaced under its old kid: give the new key a new kid.',
    'right.wide':
      'only document events may be sent to every agency. For {type} set recipients to agreements.',
    'type.unknown':
      'the bus has no event type {type}. Known are: {known}. Correct the name, or register its schema first.',
    'agency.unknown':
      'there is no agency {code} in the file or in the bus. Add this agency, or correct the code.',
    'agency.closed':
      'the agency {code} is closed and cannot be used here. Name its successor, or remove this entry.',
    'agency.circle': '{name} leads in a circle: {circle}. Correct one of these agencies.',
    'agreement.terms':
      'the agreement {resource} exists with other terms: its {term} is "{found}" in the bus and "{wanted}" in the file. Terms cannot be changed. Find out who drafted it, then give it another id in the file, or correct the file.',
    'prune.needed':
      'the agency {code} is not in the file, so --prune would close it, but the file names it here. Add the agency to the file, correct this entry, or run without --prune.',
    'prune.self':
      'this command signs as {resource}, and --prune would take away this system or the key in use. Add it to the file, or run as another system.'
  }
} as const satisfies Record<Language, Record<ProvinceFault, string>>

const types: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  vi: {
    string: 'chữ; nếu chỉ gồm chữ số, hãy đặt trong dấu nháy kép',
    array: 'danh sách',
    object: 'một nhóm thiết lập',
    boolean: 'true hoặc false'
  },
  en: {
    string: 'text; put it in double quotes if it has only digits',
    array: 'a list',
    object: 'a group of settings',
    boolean: 'true or false'
  }
}

/** What a fault is, in a language. */
export function faultText({ fault, values = {}, first, error }: LocatedFault, language: Language): string {
  const { name, type } = values
  return textsFrom(texts, language)(fault, {
    ...values,
    ...(name === '' ? { name: language === 'vi' ? 'tệp' : 'the file' } : {}),
    ...(type !== undefined && fault === 'setting.type' ? { type: types[language][type] ?? type } : {}),
    ...(first === undefined ? {} : { first }),
    ...(error ? { problem: error.text(language) } : {})
  })
}
