import type { Language } from '#protocol/errors/faults.ts'
import { type TextsOf, textsFrom } from '#protocol/errors/texts.ts'

/** Texts of the commands that show and change control state; codes such as a status are in the texts of the console. */
const texts = {
  vi: {
    'system.suspended':
      'Sẽ tạm ngừng hệ thống {resource} ({agency}): mọi yêu cầu của hệ thống này bị từ chối cho đến khi được cho hoạt động lại.',
    'system.resumed':
      'Sẽ cho hệ thống {resource} ({agency}) hoạt động lại: yêu cầu của hệ thống này lại được tiếp nhận.',
    'system.revoked':
      'Sẽ thu hồi hẳn hệ thống {resource} ({agency}): mọi yêu cầu của hệ thống này bị từ chối, và không dùng lại được tên này.',
    'key.added': 'Sẽ thêm khóa {kid} cho hệ thống {resource} ({agency}): hệ thống này ký được bằng khóa đó.',
    'key.retired':
      'Sẽ ngừng dùng khóa {kid} của hệ thống {resource} ({agency}): không ký được bằng khóa này nữa; những gì đã ký vẫn kiểm tra được.',
    'key.retired.later':
      'Sẽ ngừng dùng khóa {kid} của hệ thống {resource} ({agency}) từ {time}: đến lúc đó vẫn ký được.',
    'key.retired.last':
      'Đây là khóa cuối cùng còn hạn: sau đó hệ thống không ký được gì cho đến khi thêm khóa mới.',
    'agreement.signed': 'Sẽ ký thỏa thuận {resource}: {terms}.',
    'agreement.suspended':
      'Sẽ tạm ngừng thỏa thuận {resource}: {terms}. Không gửi được theo thỏa thuận này cho đến khi được nối lại.',
    'agreement.resumed': 'Sẽ nối lại thỏa thuận {resource}: {terms}.',
    'agreement.ended': 'Sẽ chấm dứt thỏa thuận {resource}: {terms}. Không gửi được theo thỏa thuận này nữa.',
    'agency.closed':
      'Sẽ đóng cơ quan {agency}: sự kiện gửi đến hoặc gửi từ cơ quan này bị từ chối, và không mở lại được mã này.',
    'agency.closed.successor': 'Bên gửi được báo cơ quan kế thừa: {successor}.',
    final: 'Thao tác này không hoàn tác được.',
    ask: 'Tiếp tục? Gõ "có" hoặc "yes" rồi Enter:',
    needsYes: '{final} Chưa có gì thay đổi. Nếu chắc chắn, hãy chạy lại lệnh với --yes.',
    declined: 'Chưa có gì thay đổi.',
    done: 'Đã xong: {act}: {resource}; thao tác số {number}, mã băm {hash}',
    crossed:
      '{resource} vừa được người khác thay đổi; trạng thái hiện nay: {status}. Lệnh này chưa thay đổi gì. Hãy xem lại bằng `{look}`, rồi chạy lại lệnh nếu vẫn cần.',
    'unknown.system': 'Không có hệ thống {name}. Xem các hệ thống bằng `lienthong systems`.',
    'unknown.agreement':
      'Không có thỏa thuận {name} mà hệ thống của bạn được xem. Xem các thỏa thuận bằng `lienthong agreements`.',
    'unknown.agency': 'Không có cơ quan {name}. Xem các cơ quan bằng `lienthong agencies`.',
    'malformed.system':
      '{name} không phải tên hệ thống. Hãy viết như 000.00.91.H03.qlvb hoặc /agencies/000.00.91.H03/systems/qlvb.',
    'unknown.key':
      'Hệ thống {resource} không có khóa {kid} còn dùng. Xem các khóa bằng `lienthong keys list {resource}`.',
    'file.exists': 'Đã có {file}. Hãy chọn tên tệp khác bằng --out, hoặc chuyển khóa đó đi trước.',
    'file.missing': 'Không đọc được tệp {file} ({code}). Hãy kiểm tra đường dẫn và quyền đọc.',
    'file.private':
      'Tệp {file} là khóa bí mật, không được đăng ký. Chưa có gì được gửi đi. Hãy dùng tệp chứa khóa công khai (JWK) mà `lienthong keys new` in ra.',
    'file.notJwk':
      'Tệp {file} không phải khóa công khai dạng JWK có kid. Hãy dùng tệp chứa khóa công khai mà `lienthong keys new` in ra.',
    'rotate.file':
      'Hãy ghi tệp khóa bí mật cần thay bằng --file: lệnh này ký bằng hệ thống khác với {resource}.',
    'rotate.foreign':
      'Khóa {kid} trong {file} không phải khóa còn dùng của {resource}. Chưa có gì thay đổi. Hãy chọn đúng tệp khóa; xem các khóa bằng `lienthong keys list {resource}`.',
    'rotate.kid':
      'Khóa mới trong {file} có kid {kid}, nhưng {resource} đã có khóa khác mang kid đó. Hãy chuyển tệp này đi rồi chạy lại, có thể thêm --kid.',
    'rotate.after':
      '{got} không phải khoảng thời gian. Hãy viết --retire-after như 30m, 24h hoặc 7d; 0 là ngay.',
    'rotate.resumed': 'Tiếp tục lần thay khóa dở dang: khóa mới {kid} trong {file}.',
    'rotate.resumed.kid': '--kid {wanted} không dùng đến: khóa này đã tạo từ lần trước.',
    'rotate.stuck':
      'Cổng không còn nhận khóa trong {file}, và có một lần thay khóa dở dang: khóa mới ở {next}. Hãy chạy lại lệnh này với --file {file} --key {next} để làm nốt.',
    'rotate.province':
      'Khóa công khai mới (JWK) ở dòng dưới. Hãy đưa vào tệp khai báo (province file); nếu không, `lienthong apply --prune` sẽ ngừng khóa này.',
    'rotate.unchecked':
      'Cổng chưa nhận khóa mới {kid} ({problem}). Khóa cũ vẫn dùng được và vẫn ở {file}. Hãy chạy lại lệnh này; nếu vẫn lỗi, xem `lienthong doctor`.',
    'rotate.checked': 'Khóa mới {kid} ký được: cổng đã nhận một yêu cầu ký bằng khóa này.',
    'rotate.done':
      'Đã thay khóa: {file} nay là khóa {kid}; khóa cũ ở {old}, ký được đến {time}. Hãy cho hệ thống đọc lại {file} trước lúc đó.',
    'rotate.done.now':
      'Đã thay khóa: {file} nay là khóa {kid}; khóa cũ ở {old}, không ký được nữa. Hãy cho hệ thống đọc lại {file}.',
    'key.from': 'từ {time}',
    'key.not-yet': 'Chưa có hiệu lực',
    'key.ended': 'Hết hạn hoặc đã ngừng dùng',
    legalBasis: 'Căn cứ',
    purpose: 'Mục đích',
    none: 'Không có.'
  },
  en: {
    'system.suspended':
      'Will suspend {resource} ({agency}): every request of this system is refused until it is resumed.',
    'system.resumed': 'Will resume {resource} ({agency}): requests of this system are accepted again.',
    'system.revoked':
      'Will revoke {resource} ({agency}) for good: every request of this system is refused, and its name cannot be used again.',
    'key.added': 'Will add the key {kid} to {resource} ({agency}): this system can sign with it.',
    'key.retired':
      'Will retire the key {kid} of {resource} ({agency}): nothing more can be signed with it; what was signed before can still be verified.',
    'key.retired.later':
      'Will retire the key {kid} of {resource} ({agency}) at {time}: until then it can still sign.',
    'key.retired.last':
      'It is the last valid key: after this the system cannot sign anything until a key is added.',
    'agreement.signed': 'Will sign the agreement {resource}: {terms}.',
    'agreement.suspended':
      'Will suspend the agreement {resource}: {terms}. Nothing can be sent under it until it is resumed.',
    'agreement.resumed': 'Will resume the agreement {resource}: {terms}.',
    'agreement.ended': 'Will end the agreement {resource}: {terms}. Nothing can be sent under it any more.',
    'agency.closed':
      'Will close the agency {agency}: events to it or from it are refused, and its code cannot be opened again.',
    'agency.closed.successor': 'Senders are told its successor: {successor}.',
    final: 'This cannot be undone.',
    ask: 'Go on? Type "yes", then Enter:',
    needsYes: '{final} Nothing was changed. If you are sure, repeat the command with --yes.',
    declined: 'Nothing was changed.',
    done: 'Done: {act}: {resource}; act {number}, hash {hash}',
    crossed:
      'Somebody else has changed {resource} in the meantime; its state is now: {status}. This command changed nothing. Look at it with `{look}`, then repeat the command if it is still needed.',
    'unknown.system': 'There is no system {name}. List the systems with `lienthong systems`.',
    'unknown.agreement':
      'There is no agreement {name} that your system may see. List the agreements with `lienthong agreements`.',
    'unknown.agency': 'There is no agency {name}. List the agencies with `lienthong agencies`.',
    'malformed.system':
      '{name} is not the name of a system. Write it like 000.00.91.H03.qlvb or /agencies/000.00.91.H03/systems/qlvb.',
    'unknown.key': '{resource} has no key {kid} in use. List its keys with `lienthong keys list {resource}`.',
    'file.exists': '{file} already exists. Name another file with --out, or move that key first.',
    'file.missing': 'The file {file} cannot be read ({code}). Check its path and who may read it.',
    'file.private':
      'The file {file} is a private key, which must not be registered. Nothing was sent. Use a file with the public JWK that `lienthong keys new` printed.',
    'file.notJwk':
      'The file {file} is not a public JWK with a kid. Use a file with the public JWK that `lienthong keys new` printed.',
    'rotate.file':
      'Name the private key file to replace with --file: this command signs as another system than {resource}.',
    'rotate.foreign':
      'The key {kid} in {file} is not a key in use of {resource}. Nothing was changed. Choose the right key file; list the keys with `lienthong keys list {resource}`.',
    'rotate.kid':
      'The new key in {file} has the kid {kid}, but {resource} has another key under it. Move this file away, then run the command again, with another --kid if needed.',
    'rotate.after': '{got} is not a period. Write --retire-after like 30m, 24h or 7d; 0 is at once.',
    'rotate.resumed': 'Continues a rotation that was interrupted: the new key {kid} is in {file}.',
    'rotate.resumed.kid': '--kid {wanted} is not used: this key was created before.',
    'rotate.stuck':
      'The gateway no longer accepts the key in {file}, and a rotation was interrupted: its new key is in {next}. To finish it, run this command again with --file {file} --key {next}.',
    'rotate.province':
      'The new public key (JWK) is in the next line. Put it into the province file, if you keep one: otherwise the next `lienthong apply --prune` retires it.',
    'rotate.unchecked':
      'The gateway does not accept the new key {kid} yet ({problem}). The old key still signs and is still in {file}. Run this command again; if it fails again, see `lienthong doctor`.',
    'rotate.checked': 'The new key {kid} signs: the gateway accepted a request signed with it.',
    'rotate.done':
      'Rotated: {file} is now the key {kid}; the old key is in {old} and signs until {time}. Have the system read {file} again before then.',
    'rotate.done.now':
      'Rotated: {file} is now the key {kid}; the old key is in {old} and signs no more. Have the system read {file} again.',
    'key.from': 'from {time}',
    'key.not-yet': 'Not yet valid',
    'key.ended': 'Expired or retired',
    legalBasis: 'Legal basis',
    purpose: 'Purpose',
    none: 'None.'
  }
} as const satisfies Record<Language, object>

export type ControlText = keyof typeof texts.vi

/** The texts in a language. */
export function controlTextsIn(language: Language): TextsOf<ControlText> {
  return textsFrom(texts, language)
}
