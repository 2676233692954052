import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readKey } from '#runtime/keyring.ts'
import { startApart } from '#tests/faults/bus-process.ts'
import { keyFileOf, recipientCodes, senderCode, systemOf } from '#tests/faults/province.ts'
import type { Target } from './http-scene.ts'
import { ask } from './stored.ts'

/** The server of `baselines/one-file.ts`, in a separate process. */
export interface OneFile extends Target {
  /** Its data. */
  readonly folder: string
  end(): Promise<void>
}

/** Starts the server for the sender and the first recipient of the province whose keys are in the folder. */
export async function startOneFile(form: 'bare' | 'full', provinceFolder: string): Promise<OneFile> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'))
  const keys = [senderCode, recipientCodes[0]].map(async (code) => {
    const { publicJwk } = await readKey(keyFileOf(provinceFolder, code))
    return [`${systemOf(code)} ${publicJwk.kid}`, publicJwk] as const
  })
  writeFileSync(join(folder, 'keys.json'), JSON.stringify(Object.fromEntries(await Promise.all(keys))))
  const server = await startApart({
    command: [process.execPath, join(import.meta.dirname, 'baselines', 'one-file.ts'), form, folder],
    runs: / on (http:\S+)/
  })
  if (!server) throw new TypeError('the server in one file did not start')
  return {
    folder,
    gateway: server.said,
    pid: server.pid,
    hasReceipts: form === 'full',
    // Events are numbered without gaps, and each has its entry.
    entries: () =>
      ask(
        join(folder, 'events.sqlite'),
        'SELECT max(event) AS n FROM inbox WHERE agency = ?',
        recipientCodes[0]
      ),

    async end() {
      server.kill()
      await server.ended
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
