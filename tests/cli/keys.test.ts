import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createClient } from '#client/create-client.ts'
import { generateKey } from '#protocol/trust/jwk.ts'
import { writeKey, writePem } from '#runtime/keyring.ts'
import { oneLine, refusalOf, startOperator } from '../helpers/operator.ts'
import { codes, systemOf } from '../helpers/test-bus.ts'

const name = `${codes.A}.qlvb`

describe('lienthong keys', () => {
  it('lists, adds and retires keys: a new one signs, a retired one no longer', async (t) => {
    const { bus, run } = await startOperator(t)
    const { privateJwk, publicJwk } = await generateKey('a-2', 'EdDSA')
    const shared = join(bus.folder, 'new.pub.jwk')
    writeFileSync(shared, JSON.stringify(publicJwk))
    const soon = new Date(Date.now() + 10 * 86_400_000).toISOString()
    const added = await run('keys', 'add', name, shared, '--valid-to', soon)
    assert.match(added.stdout, /^Will add the key a-2 to .*\nDone: Key added: .*hash [0-9a-f]{64}\n$/)
    const renewed = await createClient({ gateway: bus.url, system: systemOf('A'), key: privateJwk })
    assert.equal((await renewed.publish(bus.document()))[0]?.status, 'accepted')
    assert.match(
      (await run('keys', 'list', name)).stdout,
      /^key-A \(EdDSA\): Valid, no end, from .*\na-2 \(EdDSA\): Expires soon, until /
    )

    const retired = await run('keys', 'retire', name, 'key-A')
    assert.match(retired.stdout, /^Will retire the key key-A .*\nDone: Key retired: /)
    assert.doesNotMatch(retired.stdout, /last valid key/)
    assert.equal((await refusalOf(bus.clients.A.publish(bus.document()))).problem.status, 401)
    const [line = ''] = (await run('keys', 'list', name, '--json')).stdout.split('\n')
    assert.equal((JSON.parse(line) as { state: string }).state, 'ended')
    assert.match(
      oneLine(await run('keys', 'retire', name, 'key-A')),
      /has no key key-A in use\. .*`lienthong keys list/
    )
    const next = join(bus.folder, 'next.pub.jwk')
    writeFileSync(next, JSON.stringify((await generateKey('a-3', 'EdDSA')).publicJwk))
    await run('keys', 'add', name, next, '--valid-from', soon)
    assert.match((await run('keys', 'retire', name, 'a-2')).stdout, /It is the last valid key/)
  })

  it('sends no private key, and names a file that has no public one', async (t) => {
    const { bus, run } = await startOperator(t)
    const file = (own: string): string => join(bus.folder, own)
    const { privateJwk } = await generateKey('a-2', 'EdDSA')
    await writeKey(file('a.jwk'), privateJwk)
    await writePem(file('a.pem'), privateJwk)
    writeFileSync(file('text'), 'ssh-ed25519 AAAA')
    const { last } = await bus.operator.get<{ last: string }>(`/v1/systems${systemOf('A')}`)
    for (const one of ['a.jwk', 'a.pem']) {
      const said = oneLine(await run('keys', 'add', name, file(one)))
      assert.match(said, new RegExp(`${one} is a private key.*Nothing was sent`))
    }
    assert.match(
      oneLine(await run('keys', 'add', name, file('text'))),
      /text is not a public JWK with a kid\. Use /
    )
    writeFileSync(file('empty'), '{}')
    assert.match(oneLine(await run('keys', 'add', name, file('empty'))), /empty is not a public JWK/)
    assert.match(oneLine(await run('keys', 'add', name, file('none'))), /none cannot be read \(ENOENT\)/)
    assert.equal((await bus.operator.get<{ last: string }>(`/v1/systems${systemOf('A')}`)).last, last)
  })

  it('speaks Vietnamese by LANG', async (t) => {
    const { run } = await startOperator(t, 'vi_VN.UTF-8')
    assert.match((await run('keys', 'list', name)).stdout, /^key-A \(EdDSA\): Còn hạn, không thời hạn, từ /)
    assert.match(
      (await run('keys', 'retire', name, 'key-A')).stdout,
      /^Sẽ ngừng dùng khóa key-A .*\nĐã xong: Ngừng dùng khóa: /
    )
    assert.match(oneLine(await run('keys', 'retire', name, 'key-A')), /không có khóa key-A còn dùng/)
  })
})
