import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#deploy/servers/free-port.ts'
import { keyFiles } from '#runtime/keyring.ts'
import { codes, type Letter, provinceVariable, startTestBus, systemOf } from '../helpers/test-bus.ts'
import { type DerivedKey, derivedKey } from './derived-keys.ts'
import { createRawClient, type RawClient } from './raw-http.ts'

/** A whole bus behind its real gateway, the same in every run: its keys, its clock and its name are fixed. */
export interface World {
  readonly client: RawClient
  /** By system and `kid`, all of them registered. */
  readonly keys: Readonly<Record<'A' | 'A2' | 'B' | 'B2', DerivedKey>>
  close(): Promise<void>
}

/** What tokens name in `aud`. */
export const publicUrl = 'http://bus.fuzz.example'
/** The bus's clock stops here, so that a token kept is in time for ever. Seconds. */
export const frozenAt = 1_795_500_000

export { codes, systemOf }

export async function startWorld(): Promise<World> {
  const trueNow = Date.now
  const trueFetch = globalThis.fetch
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-fuzz-'))
  const port = await freePort()
  const cleanups: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  Date.now = () => frozenAt * 1000
  // The bus is known by a name nobody can look up.
  globalThis.fetch = (input, init) =>
    trueFetch(String(input).replace(publicUrl, `http://127.0.0.1:${port}`), init)
  const close = async (): Promise<void> => {
    for (const cleanup of cleanups) await cleanup()
    Date.now = trueNow
    globalThis.fetch = trueFetch
  }
  const keys = {
    A: derivedKey('A', 'EdDSA'),
    A2: derivedKey('A2', 'ES256'),
    B: derivedKey('B', 'EdDSA'),
    B2: derivedKey('B2', 'ES256')
  }
  putKeys(folder, keys)
  const after = (cleanup: unknown): void => void cleanups.unshift(cleanup as () => unknown)
  delete process.env[provinceVariable] // What was made by the true clock begins after this bus's now.
  const bus = await startTestBus({ after } as never, { folder, port, gateway: { publicUrl } })
  for (const [letter, { jwk }] of [
    ['A', keys.A2],
    ['B', keys.B2]
  ] as const) {
    const { d: _private, ...key } = jwk
    const { last } = await bus.clients[letter].get<{ last: string }>(`/v1/systems${systemOf(letter)}`)
    await bus.clients[letter].act('/v1/systems', {
      act: 'key.added',
      resource: systemOf(letter),
      previous: last,
      key
    })
  }
  const client = createRawClient(port)
  after(() => client.close())
  return { client, keys, close }
}

function putKeys(folder: string, keys: Readonly<Record<'A' | 'B', DerivedKey>>): void {
  mkdirSync(join(folder, 'keys'), { recursive: true, mode: 0o700 })
  const letters: readonly Letter[] = ['A', 'B', 'C']
  const files = letters.map((letter) => [join(folder, 'keys', `${letter}.jwk`), letter] as const)
  const others = [
    [keyFiles(folder).bus, 'bus'],
    [keyFiles(folder).operator, 'operator']
  ] as const
  for (const [file, name] of [...files, ...others]) {
    const { jwk } = name === 'A' || name === 'B' ? keys[name] : derivedKey(name, 'EdDSA')
    writeFileSync(file, JSON.stringify(jwk), { mode: 0o600 })
  }
}
