import type { Command } from 'commander'
import { operatorSystem } from '#bus/control/control-state.ts'
import { say } from '#runtime/output.ts'
import { localUrl } from '#runtime/public-address.ts'
import { type BusFlags, configFrom } from '#runtime/run-bus.ts'
import { systemNamed } from '../connect.ts'
import { loginLink } from '../login-link.ts'

interface Flags extends BusFlags {
  readonly gateway?: string
  readonly as: string
  readonly key?: string
  readonly id?: string
  readonly name?: string
}

/** `lienthong console`: logs a person in to the console without an OpenID provider. */
export function addConsole(program: Command): void {
  program
    .command('console')
    .description('Print a link that logs you in to the console, once, within a minute.')
    .option('--config <file>', "the bus's configuration file")
    .option('--data <folder>', "the bus's data folder")
    .option('--gateway <url>', "the gateway's public URL; by default that of the configuration")
    .option(
      '--as <system>',
      'the system whose rights you get: an operator sees all and may act, an auditor sees all, another what its agency may see',
      operatorSystem
    )
    .option('--key <file>', "its private JWK; by default the operator's of the configuration")
    .option('--id <id>', 'who you are, as it is recorded of what you do; by default your user name here')
    .option('--name <name>', 'your name; by default the id')
    .action(async ({ gateway, as, key, id, name, ...flags }: Flags) => {
      const config = await configFrom(flags)
      const { trust, data } = config
      const from = { system: systemNamed(as), ...(key === undefined ? {} : { keyFile: key }) }
      const person = { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) }
      const publicUrl = gateway ?? config.gateway.publicUrl ?? localUrl(config.gateway, config.gateway.port)
      say(
        await loginLink(publicUrl, { folder: data.folder, keyFile: trust.operatorKeyFile, ...from }, person)
      )
    })
}
