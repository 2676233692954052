import { GatewayError } from '#client/gateway-error.ts'
import { sqliteCodeOf } from '#engines/store/sqlite/sqlite-faults.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Language } from '#protocol/errors/faults.ts'
import { textsFrom } from '#protocol/errors/texts.ts'

const texts = {
  vi: {
    unreachable:
      'Không liên lạc được với cổng ({detail}). Hãy kiểm tra cổng có đang chạy và --gateway có đúng địa chỉ không; `lienthong doctor --gateway URL --as SYSTEM --key FILE` cho biết cái gì trả lời ở đó.',
    notFound:
      '{message} Nếu lẽ ra phải có, `lienthong doctor --gateway URL --as SYSTEM --key FILE` cho biết --gateway có phải cổng của trục không.',
    system:
      'Không có hệ thống nào tên {got}: tên có dạng 000.00.91.H03.qlvb (<mã cơ quan>.<tên>), /agencies/000.00.91.H03/systems/qlvb, hoặc operator. Hãy sửa --as hoặc LIENTHONG_AS.',
    token:
      '{message} `lienthong doctor --gateway URL --as SYSTEM --key FILE` kiểm tra địa chỉ, đồng hồ và khóa.',
    'port.used':
      'Cổng mạng (port) {port} đang do tiến trình khác dùng. Hãy dừng tiến trình đó, hoặc chọn port khác bằng --port hoặc --management-port.',
    'port.forbidden':
      'Người dùng này không được nghe ở port {port}: port dưới 1024 cần quyền riêng. Hãy chọn port từ 1024 bằng --port hoặc --management-port, hoặc đặt proxy phía trước.',
    'address.foreign':
      'Máy này không có địa chỉ {address} để nghe. Hãy sửa gateway.host hoặc management.host trong cấu hình.',
    certificate:
      'Chứng thư hoặc khóa TLS trong cấu hình không dùng được ({code}). Hãy kiểm tra certFile và keyFile có cùng một cặp và dạng PEM không.',
    host: 'Không tìm được tên máy {host} ({code}). Hãy kiểm tra chính tả trong lệnh hoặc cấu hình, và máy chủ DNS của máy này.',
    folder:
      'Chỗ cần một tệp lại ghi tên một thư mục (EISDIR). Hãy kiểm tra tên các tệp trong lệnh hoặc cấu hình.',
    damaged:
      'Cơ sở dữ liệu trong thư mục dữ liệu hoặc bản sao lưu (store.sqlite, hoặc log.sqlite của phiên bản trước) bị hỏng: {problem}. Hãy kiểm tra ổ đĩa, rồi phục hồi bản sao lưu tốt gần nhất: `lienthong restore BACKUP --data FOLDER --replace`, lệnh này giữ lại dữ liệu bị hỏng.',
    missing: 'Không có tệp {path}.',
    unusable: 'Không dùng được {path} ({code}). Hãy kiểm tra đường dẫn và quyền đọc, ghi.'
  },
  en: {
    unreachable:
      'The gateway does not answer ({detail}). Check that it runs and that --gateway is its address; `lienthong doctor --gateway URL --as SYSTEM --key FILE` tells what answers there.',
    notFound:
      '{message} If it ought to be there, `lienthong doctor --gateway URL --as SYSTEM --key FILE` tells whether --gateway is the gateway of a bus.',
    system:
      'No system is named {got}: a name is like 000.00.91.H03.qlvb (<agency code>.<name>), /agencies/000.00.91.H03/systems/qlvb, or operator. Correct --as or LIENTHONG_AS.',
    token: '{message} `lienthong doctor --gateway URL --as SYSTEM --key FILE` checks address, clock and key.',
    'port.used':
      'Port {port} is used by another process. Stop that process, or choose another port with --port or --management-port.',
    'port.forbidden':
      'This user may not listen on port {port}: ports below 1024 need a right of their own. Choose one from 1024 on with --port or --management-port, or put a proxy before the bus.',
    'address.foreign':
      'This machine has no address {address} to listen on. Correct gateway.host or management.host in the configuration.',
    certificate:
      'The TLS certificate or key of the configuration cannot be used ({code}). Check that certFile and keyFile belong together and are PEM.',
    host: 'The host {host} is not known ({code}). Check how it is spelled in the command or the configuration, and the DNS server of this machine.',
    folder:
      'A folder is named where a file is needed (EISDIR). Check the names of files in the command or the configuration.',
    damaged:
      'A database of the data folder or backup (store.sqlite, or log.sqlite of an earlier release) is damaged: {problem}. Check the disk, and restore the last good backup: `lienthong restore BACKUP --data FOLDER --replace`, which keeps the damaged data aside.',
    missing: 'The file {path} does not exist.',
    unusable: '{path} cannot be used ({code}). Check the path, and who may read and write it.'
  }
} as const satisfies Record<Language, object>

/** What to print for an error: one line that says how to fix it. Undefined for errors that nobody foresaw. */
export function errorText(error: unknown, language: Language): string | undefined {
  const t = textsFrom(texts, language)
  if (error instanceof BusError && error.fault === 'system-malformed')
    return t('system', { got: String(error.values.got) })
  if (error instanceof BusError) return `${error.code}: ${error.text(language)}`
  if (error instanceof GatewayError) {
    const { detail } = error.problem
    if (error.code === 'BUS_TOKEN_INVALID') return t('token', { message: error.message })
    if (error.code === 'BUS_NOT_FOUND') return t('notFound', { message: error.message })
    return error.code === 'BUS_GATEWAY_UNREACHABLE' ? t('unreachable', { detail }) : error.message
  }
  if (!(error instanceof Error)) return undefined
  const {
    code,
    path,
    syscall,
    hostname = ''
  } = error as NodeJS.ErrnoException & { readonly hostname?: string }
  if (syscall === 'listen') {
    const { port = 0, address = '' } = error as { readonly port?: number; readonly address?: string }
    if (code === 'EADDRINUSE') return t('port.used', { port })
    if (code === 'EACCES') return t('port.forbidden', { port })
    if (code === 'EADDRNOTAVAIL') return t('address.foreign', { address })
  }
  if (syscall === 'getaddrinfo') return t('host', { host: hostname, code: String(code) })
  if (isDamage(error)) return t('damaged', { problem: error.message })
  if (code === 'EISDIR' && path === undefined) return t('folder')
  if (code?.startsWith('ERR_OSSL_')) return t('certificate', { code })
  if (code === 'ENOENT') return t('missing', { path: String(path) })
  return code !== undefined && path !== undefined ? t('unusable', { path, code }) : undefined
}

const corrupt = 11
const notDatabase = 26

function isDamage(error: Error): boolean {
  const code = sqliteCodeOf(error) ?? 0
  return [corrupt, notDatabase].includes(code & 0xff)
}
