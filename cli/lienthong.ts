import { Command } from 'commander'
import { GatewayError } from '#client/gateway-error.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Language } from '#protocol/errors/faults.ts'
import { armFromEnvironment } from '#runtime/environment.ts'
import { endWhenUnread, warn, warnOf } from '#runtime/output.ts'
import { version } from '#runtime/version.ts'
import { commands } from './all-commands.ts'
import { withSubcommandFirst } from './command-tree.ts'
import { languageOf } from './language.ts'
import { explainMistakes } from './usage-errors.ts'

const program = new Command('lienthong')
  .description('Event-driven interoperability bus for government.')
  .version(version)
  .enablePositionalOptions() // `connectors` and its subcommands have options of the same names.
  .configureOutput({ writeErr: (text) => text.trimEnd().split('\n').forEach(warn) })
/** Of the texts of errors: that of the command, if it has one. */
let language: Language = 'en'
program.hook('preAction', (_program, command) => {
  language = command.opts<{ lang?: Language }>().lang ?? language
})
// `npm start -- --full -- --once` hands the second `--` on; no command has an operand that begins with a dash.
const words = process.argv.slice(2).filter((word) => word !== '--')
const [called = ''] = words
const wanted = called === 'completion' ? [] : commands.filter(({ names }) => names.includes(called))
for (const { load } of wanted.length > 0 ? wanted : commands) (await load())(program)
explainMistakes(program, languageOf(words))

armFromEnvironment()
endWhenUnread()
try {
  await program.parseAsync(withSubcommandFirst(program, words), { from: 'user' })
} catch (error) {
  const known = format(error)
  if (known === undefined) warnOf(error)
  else warn(known)
  process.exit(1)
}

/** What to print for an error: the text of our own errors says how to fix them. Undefined for errors to print completely. */
function format(error: unknown): string | undefined {
  if (error instanceof BusError) return `${error.code}: ${error.text(language)}`
  if (error instanceof GatewayError) {
    return error.code === 'BUS_GATEWAY_UNREACHABLE' ? unreachable(error.problem.detail) : error.message
  }
  if (!(error instanceof Error)) return undefined
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') {
    const { port } = error as { port?: number }
    return language === 'vi'
      ? `Cổng ${port} đang được tiến trình khác sử dụng. Hãy dừng tiến trình đó, hoặc chọn cổng khác bằng --port hoặc --management-port.`
      : `Port ${port} is used by another process. Stop that process, or choose another port with --port or --management-port.`
  }
  const { path } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return missing(String(path))
  return code !== undefined && path !== undefined ? unusable(path, code) : undefined
}

function unreachable(detail: string): string {
  return language === 'vi'
    ? `Không liên lạc được với cổng (${detail}). Hãy kiểm tra cổng có đang chạy và --gateway có đúng địa chỉ không.`
    : `The gateway does not answer (${detail}). Check that it runs and that --gateway is its address.`
}

function missing(file: string): string {
  return language === 'vi' ? `Không có tệp ${file}.` : `The file ${file} does not exist.`
}

function unusable(path: string, code: string): string {
  return language === 'vi'
    ? `Không dùng được ${path} (${code}). Hãy kiểm tra đường dẫn và quyền đọc, ghi.`
    : `${path} cannot be used (${code}). Check the path, and who may read and write it.`
}
