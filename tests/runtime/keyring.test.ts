import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { generateKey } from '#protocol/trust/jwk.ts'
import { createKeyReader, readKey, writeKey, writePem } from '#runtime/keyring.ts'
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

it('names a file that cannot be read', async (t) => {
  const file = temporaryFolder(t)
  const fault = { code: 'BUS_KEY_INVALID', fault: 'key-file-unreadable', values: { file, code: 'EISDIR' } }
  await assert.rejects(readKey(file), fault)
  await assert.rejects(createKeyReader()(file), fault)
})

it('names a file that has no key in JWK form', async (t) => {
  const { privateJwk, publicJwk } = await generateKey('first', 'EdDSA')
  const file = join(temporaryFolder(t), 'a.pem')
  const fault = { code: 'BUS_KEY_INVALID', fault: 'key-file-not-jwk', values: { file } }
  await writePem(file, privateJwk)
  await assert.rejects(readKey(file), fault)
  for (const text of ['', '[]', 'null', '7', '{}', JSON.stringify(publicJwk)]) {
    writeFileSync(file, text)
    await assert.rejects(readKey(file), fault)
  }
})
