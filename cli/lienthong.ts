import { Command } from 'commander'
import { GatewayError } from '#client/gateway-error.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Language } from '#protocol/errors/faults.ts'
import { armFromEnvironment } from '#runtime/environment.ts'
import { endWhenUnread, warn, warnOf } from '#runtime/output.ts'
import { version } from '#runtime/version.ts'

interface Commands {
  readonly names: readonly string[]
  readonly load: () => Promise<(program: Command) => void>
}

/** Only what is called is loaded, as are the parts of the bus that a command runs: all of it takes most of a second. */
const commands: readonly Commands[] = [
  { names: ['up'], load: async () => (await import('./commands/up.ts')).addUp },
  {
    names: ['gateway', 'consumers', 'connectors'],
    load: async () => (await import('./commands/roles.ts')).addRoles
  },
  { names: ['alerts'], load: async () => (await import('./commands/alerts.ts')).addAlerts },
  { names: ['topics'], load: async () => (await import('./commands/topics.ts')).addTopics },
  { names: ['demo'], load: async () => (await import('./commands/demo.ts')).addDemo },
  { names: ['apply'], load: async () => (await import('./commands/apply.ts')).addApply },
  { names: ['keys'], load: async () => (await import('./commands/keys.ts')).addKeys },
  { names: ['console'], load: async () => (await import('./commands/console.ts')).addConsole },
  { names: ['sample'], load: async () => (await import('./commands/sample.ts')).addSample },
  { names: ['send'], load: async () => (await import('./commands/send.ts')).addSend },
  { names: ['inbox'], load: async () => (await import('./commands/inbox.ts')).addInbox },
  { names: ['events'], load: async () => (await import('./commands/events.ts')).addEvents },
  { names: ['ack'], load: async () => (await import('./commands/ack.ts')).addAck },
  { names: ['attach'], load: async () => (await import('./commands/attach.ts')).addAttach },
  { names: ['download'], load: async () => (await import('./commands/download.ts')).addDownload },
  { names: ['deliveries'], load: async () => (await import('./commands/deliveries.ts')).addDeliveries },
  { names: ['flow'], load: async () => (await import('./commands/flows.ts')).addFlow },
  { names: ['stuck'], load: async () => (await import('./commands/flows.ts')).addStuck },
  { names: ['status'], load: async () => (await import('./commands/status.ts')).addStatus },
  { names: ['views'], load: async () => (await import('./commands/flows.ts')).addViews },
  { names: ['quarantine'], load: async () => (await import('./commands/quarantine.ts')).addQuarantine },
  { names: ['acts'], load: async () => (await import('./commands/acts.ts')).addActs },
  { names: ['agencies'], load: async () => (await import('./commands/agencies.ts')).addAgencies },
  { names: ['systems'], load: async () => (await import('./commands/systems.ts')).addSystems },
  { names: ['agreements'], load: async () => (await import('./commands/agreements.ts')).addAgreements },
  { names: ['rights'], load: async () => (await import('./commands/rights.ts')).addRights },
  { names: ['why'], load: async () => (await import('./commands/why.ts')).addWhy },
  { names: ['directory'], load: async () => (await import('./commands/directory.ts')).addDirectory },
  { names: ['verify'], load: async () => (await import('./commands/verify.ts')).addVerify },
  { names: ['doctor'], load: async () => (await import('./commands/doctor.ts')).addDoctor },
  { names: ['backup', 'restore'], load: async () => (await import('./commands/backup.ts')).addBackup },
  { names: ['migrate'], load: async () => (await import('./commands/migrate.ts')).addMigrate },
  {
    names: ['registry-proxy'],
    load: async () => (await import('./commands/registry-proxy.ts')).addRegistryProxy
  },
  { names: ['schemas'], load: async () => (await import('./commands/schemas.ts')).addSchemas }
]

const program = new Command('lienthong')
  .description('Event-driven interoperability bus for government.')
  .version(version)
  .enablePositionalOptions() // `connectors` and its subcommands have options of the same names.
  .configureOutput({
    writeErr: (text) => text.trimEnd().split('\n').forEach(warn),
    outputError: (text) => warn(text.trimEnd().replace('\n(Did you mean', ' (Did you mean')) // One line, whatever it quotes.
  })
/** Of the texts of errors: that of the command, if it has one. */
let language: Language = 'en'
program.hook('preAction', (_program, command) => {
  language = command.opts<{ lang?: Language }>().lang ?? language
})
const [, , called = ''] = process.argv
const wanted = commands.filter(({ names }) => names.includes(called))
for (const { load } of wanted.length > 0 ? wanted : commands) (await load())(program)

armFromEnvironment()
endWhenUnread()
try {
  // `npm start -- --full -- --once` hands the second `--` on; no command has an operand that begins with a dash.
  await program.parseAsync(process.argv.filter((word) => word !== '--'))
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
    return `Port ${(error as { port?: number }).port} is used by another process. Stop that process, or choose another port with --port or --management-port.`
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
