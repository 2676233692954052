import type { Language } from '#protocol/errors/faults.ts'
import { type TextsOf, textsFrom } from '#protocol/errors/texts.ts'

/** Texts of `lienthong apply`, beside those of single commands. */
const texts = {
  vi: {
    'agency.added': 'Sẽ thêm cơ quan {agency}.',
    'agency.added.under': 'Sẽ thêm cơ quan {agency}, thuộc {parent}.',
    'agency.changed': 'Sẽ sửa cơ quan {agency}: {changes}.',
    'system.added': 'Sẽ thêm hệ thống {resource} ({agency}).',
    'system.added.settings': 'Sẽ thêm hệ thống {resource} ({agency}), với {settings}.',
    'right.granted': 'Sẽ cho hệ thống {resource} ({agency}) gửi {event}; được gửi cho: {recipients}.',
    'right.withdrawn':
      'Sẽ thu hồi quyền gửi {event} của hệ thống {resource} ({agency}): sự kiện loại này của hệ thống bị từ chối.',
    'agreement.drafted': 'Sẽ lập thỏa thuận {resource}: {terms}.',
    'agreement.signed.drafted': 'Sẽ ký thỏa thuận {resource}: từ đó gửi được theo thỏa thuận này.',
    'resource.agency': 'cơ quan {agency}',
    'resource.system': 'hệ thống {resource} ({agency})',
    'resource.key': 'khóa {kid} của hệ thống {resource} ({agency})',
    'resource.right': 'quyền gửi {event} của hệ thống {resource} ({agency})',
    'resource.agreement': 'thỏa thuận {resource} ({status})',
    left: 'Không có trong tệp: {what}. Được giữ nguyên. Để bỏ: {remove}. Để giữ: thêm vào tệp.',
    'left.replaced':
      'Khác với tệp: {what} đang được gửi cho {present}, trong tệp là {wanted}. Được giữ nguyên. Để thay: {remove}.',
    'remove.prune': 'chạy lại lệnh này với --prune',
    'remove.command': '`{command}`, hoặc chạy lại lệnh này với --prune',
    'fixed.agency.closed':
      'cơ quan {agency} đã đóng và không mở lại được. Hãy thêm `closed: {}` cho cơ quan này trong tệp, hoặc dùng mã khác.',
    'fixed.agency.member':
      '{member} của cơ quan {agency} trong tệp là {inFile}, trên trục là {inBus}. Không thao tác nào đổi được. Hãy sửa tệp theo trục.',
    'fixed.system.revoked':
      'hệ thống {resource} ({agency}) đã bị thu hồi và không dùng lại được tên này. Hãy bỏ khỏi tệp, hoặc đặt tên khác.',
    'fixed.system.member':
      '{member} của hệ thống {resource} ({agency}) trong tệp là {inFile}, trên trục là {inBus}. Không thao tác nào đổi được. Hãy sửa tệp theo trục, hoặc thêm hệ thống với tên khác.',
    'fixed.key.ended':
      'khóa {member} của hệ thống {resource} ({agency}) đã hết hạn hoặc đã ngừng dùng. Hãy bỏ khỏi tệp, và thêm khóa mới với kid khác nếu cần.',
    'fixed.agreement.ended': 'thỏa thuận {resource} đã chấm dứt. Hãy bỏ khỏi tệp, hoặc lập lại với id khác.',
    unset: 'không có',
    same: 'Không có gì khác: cơ quan, hệ thống, khóa, quyền và thỏa thuận đúng như tệp.',
    'differs.before':
      'Trục khác với tệp. Thao tác cần làm: {acts}; mục không có trong tệp được giữ nguyên: {left}; điểm không thao tác nào đổi được: {fixed}. Chưa có gì thay đổi.',
    'differs.after':
      'Thao tác đã làm: {acts}. Trục vẫn khác với tệp: mục không có trong tệp được giữ nguyên: {left}; điểm không thao tác nào đổi được: {fixed}.',
    applied: 'Thao tác đã làm: {acts}. Trục đúng như tệp.',
    finals: 'Số thao tác thu hồi, chấm dứt hoặc đóng ở trên: {count}.',
    faults: 'Số lỗi trong tệp {file}: {count}. Chưa có gì được gửi đi. Hãy sửa tệp rồi chạy lại lệnh.',
    stopped: 'Đã làm {done} trong {all} thao tác. Hãy khắc phục rồi chạy lại lệnh: lệnh chỉ làm phần còn lại.'
  },
  en: {
    'agency.added': 'Will add the agency {agency}.',
    'agency.added.under': 'Will add the agency {agency}, under {parent}.',
    'agency.changed': 'Will change the agency {agency}: {changes}.',
    'system.added': 'Will add {resource} ({agency}).',
    'system.added.settings': 'Will add {resource} ({agency}), with {settings}.',
    'right.granted': 'Will let {resource} ({agency}) publish {event}; may send to: {recipients}.',
    'right.withdrawn':
      'Will withdraw the right of {resource} ({agency}) to publish {event}: such events of this system are refused.',
    'agreement.drafted': 'Will draft the agreement {resource}: {terms}.',
    'agreement.signed.drafted':
      'Will sign the agreement {resource}: from then on its provider may send under it.',
    'resource.agency': 'the agency {agency}',
    'resource.system': '{resource} ({agency})',
    'resource.key': 'the key {kid} of {resource} ({agency})',
    'resource.right': 'the right of {resource} ({agency}) to publish {event}',
    'resource.agreement': 'the agreement {resource} ({status})',
    left: 'Not in the file: {what}. It stays. To remove it: {remove}. To keep it: add it to the file.',
    'left.replaced':
      'Other than in the file: {what}; it may send to {present}, in the file to {wanted}. It stays. To replace it: {remove}.',
    'remove.prune': 'repeat this command with --prune',
    'remove.command': '`{command}`, or repeat this command with --prune',
    'fixed.agency.closed':
      'the agency {agency} is closed and cannot be opened again. Add `closed: {}` to it in the file, or use another code.',
    'fixed.agency.member':
      '{member} of the agency {agency} is {inFile} in the file and {inBus} in the bus. No act can change it. Correct the file.',
    'fixed.system.revoked':
      '{resource} ({agency}) is revoked, and its name cannot be used again. Remove it from the file, or use another name.',
    'fixed.system.member':
      '{member} of {resource} ({agency}) is {inFile} in the file and {inBus} in the bus. No act can change it. Correct the file, or add a system with another name.',
    'fixed.key.ended':
      'the key {member} of {resource} ({agency}) is expired or retired. Remove it from the file, and add a new key with another kid if one is needed.',
    'fixed.agreement.ended':
      'the agreement {resource} has ended. Remove it from the file, or draft it again with another id.',
    unset: 'not set',
    same: 'Nothing to change: agencies, systems, keys, rights and agreements are as in the file.',
    'differs.before':
      'The bus differs from the file. Acts to do: {acts}; not in the file, and kept: {left}; what no act can change: {fixed}. Nothing was changed.',
    'differs.after':
      'Acts done: {acts}. The bus still differs from the file: not in the file, and kept: {left}; what no act can change: {fixed}.',
    applied: 'Acts done: {acts}. The bus is as the file says.',
    finals: 'Acts above that retire, withdraw, revoke, end or close: {count}.',
    faults:
      'Faults in the file {file}: {count}. Nothing was sent. Correct the file, then repeat the command.',
    stopped: '{done} of {all} acts were done. Solve this, then repeat the command: it does only what is left.'
  }
} as const satisfies Record<Language, object>

export type ProvinceText = keyof typeof texts.vi
export type ProvinceTexts = ReturnType<typeof provinceTextsIn>

/** The texts in a language. */
export function provinceTextsIn(language: Language): TextsOf<ProvinceText> {
  return textsFrom(texts, language)
}
