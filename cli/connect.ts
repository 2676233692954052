import type { Client } from '#client/client.ts'
import { createClient } from '#client/create-client.ts'
import { readKey } from '#runtime/keyring.ts'

/** Flags with which a command uses a gateway as a system. */
export interface ConnectFlags {
  readonly gateway: string
  readonly as: string
  readonly key: string
}

/** A system's name from `000.00.91.H03.qlvb` or the complete `/agencies/…/systems/…`. */
export function systemNamed(name: string): string {
  if (name.startsWith('/')) return name
  const dot = name.lastIndexOf('.')
  return `/agencies/${name.slice(0, dot)}/systems/${name.slice(dot + 1)}`
}

export async function connect({ gateway, as, key }: ConnectFlags): Promise<Client> {
  const { privateJwk } = await readKey(key)
  return createClient({ gateway, system: systemNamed(as), key: privateJwk })
}
