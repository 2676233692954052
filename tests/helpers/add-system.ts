import { join } from 'node:path'
import type { Client } from '#client/client.ts'
import { createClient } from '#client/create-client.ts'
import { keyIn } from '#runtime/keyring.ts'
import { actOnSystem, type TestBus } from './test-bus.ts'

/** Where the key of a system that `addSystem` registers is. */
export function keyFileOf(folder: string, system: string): string {
  return join(folder, 'keys', `${system.slice(1).replaceAll('/', '-')}.jwk`)
}

/** Registers another system with a key of its own, such as an auditor's. */
export async function addSystem(
  { operator, folder, url }: Pick<TestBus, 'operator' | 'folder' | 'url'>,
  system: string,
  members: { readonly roles?: readonly string[] } = {}
): Promise<Client> {
  const { privateJwk, publicJwk } = await keyIn(keyFileOf(folder, system), 'key-1')
  await operator.act('/v1/systems', { act: 'system.added', resource: system, previous: null, ...members })
  await actOnSystem(operator, system, { act: 'key.added', key: publicJwk })
  return createClient({ gateway: url, system, key: privateJwk, language: 'en' })
}
