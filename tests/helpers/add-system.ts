import { join } from 'node:path'
import type { Client } from '#client/client.ts'
import { createClient } from '#client/create-client.ts'
import { keyIn } from '#runtime/keyring.ts'
import { actOnSystem, type TestBus } from './test-bus.ts'

/** Registers another system with a key of its own, such as an auditor's. */
export async function addSystem(
  { operator, folder, url }: Pick<TestBus, 'operator' | 'folder' | 'url'>,
  system: string,
  members: { readonly roles?: readonly string[] } = {}
): Promise<Client> {
  const name = system.slice(1).replaceAll('/', '-')
  const { privateJwk, publicJwk } = await keyIn(join(folder, 'keys', `${name}.jwk`), 'key-1')
  await operator.act('/v1/systems', { act: 'system.added', resource: system, previous: null, ...members })
  await actOnSystem(operator, system, { act: 'key.added', key: publicJwk })
  return createClient({ gateway: url, system, key: privateJwk, language: 'en' })
}
