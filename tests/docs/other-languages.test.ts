import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { cli, repository, startDemo } from '../helpers/demo-bus.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const run = promisify(execFile)

/** The page's blocks in order: files are written, shell blocks run, in one folder and one shell. */
function scriptOf(page: string, folder: string): string {
  const shell: string[] = ['set -euo pipefail']
  for (const [, kind, file, text = ''] of page.matchAll(/^```(\w+)(?: file=(\S+))?\n([\s\S]*?)^```$/gm)) {
    if (file !== undefined) writeFileSync(join(folder, file), text)
    else if (kind === 'sh') shell.push(text)
  }
  return shell.join('\n')
}

describe('docs/other-languages.md', () => {
  it('publishes, reads, verifies and answers in Python, curl and openssl as it is written, and is refused when misused', async (t) => {
    const python = await run('python3', ['-c', 'import cryptography']).catch((error: Error) => error)
    if (python instanceof Error) {
      const fix = 'not run: the page needs python3 with cryptography (python3 -m pip install cryptography)'
      assert.ok(!process.env.CI, fix)
      t.skip(fix)
      return
    }
    const folder = temporaryFolder(t)
    const { gateway, keys } = await startDemo(t)
    const options = {
      cwd: folder,
      env: { ...process.env, GATEWAY: gateway, KEYS: keys, LIENTHONG: `${process.execPath} ${cli}` }
    }
    const script = scriptOf(readFileSync(join(repository, 'docs', 'other-languages.md'), 'utf8'), folder)
    const { stdout } = await run('bash', ['-c', script], options)
    assert.match(stdout, /published: 202 accepted/)
    assert.match(stdout, /signature good - receipt good/)
    assert.match(stdout, /binary: 202 accepted\nreceived as it was signed/)
    assert.match(stdout, /"status":"accepted"/)
    assert.match(stdout, /"size":3000000/)

    copyFileSync(join(import.meta.dirname, 'refusals.py'), join(folder, 'refusals.py'))
    const refusals = await run('python3', ['refusals.py'], options)
    assert.deepEqual(refusals.stdout.trim().split('\n'), [
      'one changed byte: 401 BUS_SUBMISSION_MISMATCH',
      'another event: 401 BUS_SUBMISSION_MISMATCH',
      'the token used to read: 401 BUS_TOKEN_INVALID',
      'a plain token used to publish: 401 BUS_TOKEN_INVALID',
      "another agency's token: 403 BUS_NOT_PERMITTED",
      'source of another: 403 BUS_NOT_PERMITTED',
      'an hour-long token: 401 BUS_TOKEN_INVALID',
      'aud with a slash: 401 BUS_TOKEN_INVALID',
      'binary, signed without datacontenttype: 401 BUS_SUBMISSION_MISMATCH',
      'binary, Content-Type missing: 415 BUS_MEDIA_TYPE_UNSUPPORTED',
      'duplicate key: 400 BUS_JSON_INVALID',
      'payload off the schema: 422 BUS_PAYLOAD_INVALID',
      'the event itself: 202 taken'
    ])
  })
})
