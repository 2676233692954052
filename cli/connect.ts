import type { Command } from 'commander'
import { operatorSystem } from '#bus/control/control-state.ts'
import type { Client } from '#client/client.ts'
import { createClient } from '#client/create-client.ts'
import type { Language } from '#protocol/errors/faults.ts'
import { environment } from '#runtime/environment.ts'
import { readKey } from '#runtime/keyring.ts'

export const defaultGateway = 'http://127.0.0.1:8080'

/** Flags with which a command uses a gateway as a system. */
export interface ConnectFlags {
  readonly gateway: string
  readonly as: string
  readonly key: string
  /** Language of the texts of errors. */
  readonly lang?: Language
}

/** A system's name from `000.00.91.H03.qlvb`, the complete `/agencies/…/systems/…`, or `operator`. */
export function systemNamed(name: string): string {
  if (name.startsWith('/')) return name
  if (name === 'operator') return operatorSystem
  const dot = name.lastIndexOf('.')
  if (dot < 0) return name
  return `/agencies/${name.slice(0, dot)}/systems/${name.slice(dot + 1)}`
}

export async function connect({ gateway, as, key, lang }: ConnectFlags): Promise<Client> {
  const { privateJwk } = await readKey(key)
  return createClient({
    gateway,
    system: systemNamed(as),
    key: privateJwk,
    ...(lang ? { language: lang } : {})
  })
}

/** The flags to use a gateway as a system, by default from the environment, and `--json`. */
export function withConnection(command: Command, as?: string): Command {
  return command
    .option(
      '--gateway <url>',
      "the gateway's public URL; by default $LIENTHONG_GATEWAY",
      environment.LIENTHONG_GATEWAY ?? defaultGateway
    )
    .requiredOption(
      '--as <system>',
      'the acting system: /agencies/<code>/systems/<name>, <code>.<name>, or operator; by default $LIENTHONG_AS',
      environment.LIENTHONG_AS ?? as
    )
    .requiredOption('--key <file>', 'its private JWK; by default $LIENTHONG_KEY', environment.LIENTHONG_KEY)
    .option('--json', 'one JSON value a line')
}
