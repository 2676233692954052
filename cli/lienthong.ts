import { Command } from 'commander'
import { GatewayError } from '#client/gateway-error.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { armFromEnvironment } from '#runtime/environment.ts'
import { warn, warnOf } from '#runtime/output.ts'
import { addApply } from './commands/apply.ts'
import { addBackup } from './commands/backup.ts'
import { addDeliveries } from './commands/deliveries.ts'
import { addDemo } from './commands/demo.ts'
import { addDoctor } from './commands/doctor.ts'
import { addInbox } from './commands/inbox.ts'
import { addKeys } from './commands/keys.ts'
import { addMigrate } from './commands/migrate.ts'
import { addQuarantine } from './commands/quarantine.ts'
import { addRegistryProxy } from './commands/registry-proxy.ts'
import { addRoles } from './commands/roles.ts'
import { addSchemas } from './commands/schemas.ts'
import { addSend } from './commands/send.ts'
import { addTopics } from './commands/topics.ts'
import { addUp } from './commands/up.ts'
import { addVerify } from './commands/verify.ts'

const program = new Command('lienthong')
  .description('Event-driven interoperability bus for government.')
  .enablePositionalOptions() // `connectors` and its subcommands have options of the same names.
  .configureOutput({ writeErr: (text) => text.trimEnd().split('\n').forEach(warn) })
addUp(program)
addRoles(program)
addTopics(program)
addDemo(program)
addApply(program)
addKeys(program)
addSend(program)
addInbox(program)
addDeliveries(program)
addQuarantine(program)
addVerify(program)
addDoctor(program)
addBackup(program)
addMigrate(program)
addRegistryProxy(program)
addSchemas(program)

armFromEnvironment()
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
  if (error instanceof BusError) return `${error.code}: ${error.text('en')}`
  if (error instanceof GatewayError) {
    return error.code === 'BUS_GATEWAY_UNREACHABLE'
      ? `The gateway does not answer (${error.problem.detail}). Check that it runs and that --gateway is its address.`
      : error.message
  }
  if (!(error instanceof Error)) return undefined
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') {
    return `Port ${(error as { port?: number }).port} is used by another process. Stop that process, or choose another port with --port or --management-port.`
  }
  if (code === 'ENOENT') return `The file ${(error as NodeJS.ErrnoException).path} does not exist.`
  return undefined
}
