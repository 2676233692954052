import assert from 'node:assert/strict'
import { join } from 'node:path'
import { it } from 'node:test'
import { generateKey } from '#protocol/trust/jwk.ts'
import { createKeyReader, writeKey } from '#runtime/keyring.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

it('checks a key again only when its file has changed', async (t) => {
  const file = join(temporaryFolder(t), 'a.jwk')
  const [first, second] = await Promise.all(['first', 'second'].map((kid) => generateKey(kid, 'EdDSA')))
  assert.ok(first && second)
  const read = createKeyReader()
  await writeKey(file, first.privateJwk)
  const known = await read(file)
  assert.equal(known.publicJwk.kid, 'first')
  assert.equal(await read(file), known)
  await writeKey(file, second.privateJwk)
  assert.equal((await read(file)).publicJwk.kid, 'second')
})
