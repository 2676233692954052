import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { spectralProgram } from '../../helpers/servers/installed.ts'
import { needs } from '../../helpers/servers/needs.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { startTestBus } from '../../helpers/test-bus.ts'
import { type ApiDocument, readApiDocument } from './document.ts'

const run = promisify(execFile)
const ruleset = join(import.meta.dirname, 'spectral.yaml')

interface Finding {
  readonly code: string
  readonly message: string
  readonly path: readonly string[]
}

/** What spectral finds, hints included. */
async function lint(file: string): Promise<readonly string[]> {
  const { stdout } = await run(
    spectralProgram,
    ['lint', '--ruleset', ruleset, '--fail-severity', 'hint', '--format', 'json', file],
    { maxBuffer: 100_000_000 }
  ).catch((error: { readonly stdout?: string }) => ({ stdout: error.stdout ?? '' }))
  const [findings = ''] = /\[[\s\S]*\]/.exec(stdout) ?? []
  return (JSON.parse(findings) as Finding[]).map(
    ({ code, message, path }) => `${code}: ${message} ${path.join(' ')}`
  )
}

describe('spectral', needs('spectral'), () => {
  it('finds nothing in the API document, and finds what is left out of it', async (t) => {
    const { url } = await startTestBus(t)
    const document = await readApiDocument(url)
    const file = join(temporaryFolder(t), 'openapi.json')
    writeFileSync(file, JSON.stringify(document))
    assert.deepEqual(await lint(file), [])

    writeFileSync(file, JSON.stringify(without(document, '/v1/inbox')))
    assert.match(String(await lint(file)), /operation-operationId.*\/v1\/inbox/)
  })
})

function without(document: ApiDocument, path: string): object {
  const { get, ...others } = document.paths[path] ?? {}
  const { operationId: _, ...rest } = get ?? {}
  return { ...document, paths: { ...document.paths, [path]: { ...others, get: rest } } }
}
