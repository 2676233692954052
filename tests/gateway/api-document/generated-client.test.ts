import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { createSigner, type Signer } from '#client/signer.ts'
import { repository } from '../../helpers/demo-bus.ts'
import { openApiTypescriptModules } from '../../helpers/servers/installed.ts'
import { needs } from '../../helpers/servers/needs.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { startTestBus, systemOf } from '../../helpers/test-bus.ts'

const run = promisify(execFile)
/** Not a `.ts` file: it has no types before they are made. */
const source = join(import.meta.dirname, 'publish-dossier.ts.txt')
const tsc = join(repository, 'node_modules', '.bin', 'tsc')

const options = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  module: 'nodenext',
  target: 'esnext',
  lib: ['esnext', 'dom', 'dom.iterable'],
  types: []
}

interface Program {
  publishDossier(
    gateway: string,
    signers: { readonly sender: Signer; readonly recipient: Signer }
  ): Promise<{
    readonly published?: { readonly id: string; readonly status: string }
    readonly received: readonly string[]
  }>
}

describe('a client that openapi-typescript makes of the API document', needs('openapi-typescript'), () => {
  it('compiles with strict types, publishes an event, and reads it from the inbox', async (t) => {
    const bus = await startTestBus(t)
    const folder = temporaryFolder(t)
    symlinkSync(openApiTypescriptModules, join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: ['publish.ts'] })
    )
    const program = join(folder, 'publish.ts')
    copyFileSync(source, program)
    const generator = join(openApiTypescriptModules, '.bin', 'openapi-typescript')
    await run(generator, [`${bus.url}/openapi.json`, '--output', join(folder, 'api.d.ts')])
    await run(tsc, ['--project', folder]).catch(({ stdout }) => assert.fail(String(stdout)))

    const own = (await import(program)) as Program
    const signerOf = (letter: 'A' | 'B') =>
      createSigner({ system: systemOf(letter), key: bus.keys[letter].privateJwk, audience: bus.url })
    const { published, received } = await own.publishDossier(bus.url, {
      sender: await signerOf('A'),
      recipient: await signerOf('B')
    })
    assert.equal(published?.status, 'accepted')
    assert.deepEqual(received, [published?.id])
  })
})
