import assert from 'node:assert/strict'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync
} from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createClient } from '#client/create-client.ts'
import { generateKey, type PrivateJwk, publicJwkOf } from '#protocol/trust/jwk.ts'
import { readKey, writeKey } from '#runtime/keyring.ts'
import { oneLine, refusalOf, runAs, runPlain, startOperator } from '../helpers/operator.ts'
import { actOnSystem, codes, systemOf, type TestBus } from '../helpers/test-bus.ts'

const name = `${codes.A}.qlvb`

interface Keys {
  readonly keys: readonly { readonly key: { readonly kid: string }; readonly validTo?: string }[]
}

const fileOf = (bus: TestBus): string => join(bus.folder, 'keys', 'A.jwk')
const keysOf = async (bus: TestBus) => (await bus.operator.get<Keys>(`/v1/systems${systemOf('A')}`)).keys

async function publishWith(bus: TestBus, file: string): Promise<string | undefined> {
  const { privateJwk } = await readKey(file)
  const client = await createClient({ gateway: bus.url, system: systemOf('A'), key: privateJwk })
  return (await client.publish(bus.document()))[0]?.status
}

describe('lienthong keys rotate', () => {
  it('replaces the key of the system that runs it; the old one signs until its time', async (t) => {
    const { bus } = await startOperator(t)
    const file = fileOf(bus)
    const before = readFileSync(file, 'utf8')
    const { code, stdout } = await runAs(bus, 'A')(
      'keys',
      'rotate',
      name,
      '--retire-after',
      '2h',
      '--kid',
      'n1'
    )
    assert.equal(code, 0, stdout)
    assert.match(
      stdout,
      /Will add the key n1 .*\nDone: .*\nThe new key n1 signs: .*\nWill retire the key key-A .* at /
    )
    assert.match(
      stdout,
      /Rotated: .*A\.jwk is now the key n1; the old key is in .*A\.jwk\.key-A and signs until /
    )
    const { publicJwk } = await readKey(file)
    assert.equal(publicJwk.kid, 'n1')
    assert.match(stdout, /province file.*apply --prune/)
    assert.deepEqual(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''), publicJwk)
    assert.equal(readFileSync(`${file}.key-A`, 'utf8'), before)
    for (const one of [file, `${file}.key-A`]) assert.equal(statSync(one).mode & 0o777, 0o600)
    assert.ok(!existsSync(`${file}.next`))
    assert.equal(await publishWith(bus, file), 'accepted')
    assert.equal(await publishWith(bus, `${file}.key-A`), 'accepted')
    const [old] = await keysOf(bus)
    const leftMs = Date.parse(String(old?.validTo)) - Date.now()
    assert.ok(leftMs > 3_600_000 && leftMs <= 7_200_000, String(leftMs))
  })

  it('goes on where it was interrupted, and does nothing twice', async (t) => {
    const { bus, run } = await startOperator(t)
    const file = fileOf(bus)
    const rotate = () => run('keys', 'rotate', name, '--file', file, '--retire-after', '0')
    const steps: readonly ((key: PrivateJwk, old: string) => Promise<unknown>)[] = [
      (key) => writeKey(`${file}.next`, key),
      (key) => actOnSystem(bus.operator, systemOf('A'), { act: 'key.added', key: publicJwkOf(key) }),
      (_key, kid) => actOnSystem(bus.operator, systemOf('A'), { act: 'key.retired', kid }),
      async (_key, kid) => copyFileSync(file, `${file}.${kid}`)
    ]
    for (const done of steps.keys()) {
      const { kid: old } = (await readKey(file)).publicJwk
      const { privateJwk } = await generateKey(`n${done}`, 'EdDSA')
      for (const step of steps.slice(0, done + 1)) await step(privateJwk, old)
      const { code, stdout, stderr } = await rotate()
      assert.equal(code, 0, stderr)
      assert.match(stdout, new RegExp(`Continues a rotation .* the new key n${done} is in `))
      assert.equal((await readKey(file)).publicJwk.kid, `n${done}`)
      assert.equal(await publishWith(bus, file), 'accepted')
      assert.equal((await refusalOf(publishWith(bus, `${file}.${old}`))).code, 'BUS_TOKEN_INVALID')
      assert.equal((await keysOf(bus)).length, done + 2)
    }
  })

  it('leaves a link and who may read the key as they are', async (t) => {
    const { bus, run } = await startOperator(t)
    const link = fileOf(bus)
    const real = join(bus.folder, 'real.jwk')
    renameSync(link, real)
    symlinkSync(real, link)
    chmodSync(real, 0o640)
    const { code, stderr } = await run('keys', 'rotate', name, '--file', link, '--kid', 'n1')
    assert.equal(code, 0, stderr)
    assert.ok(lstatSync(link).isSymbolicLink())
    assert.equal((await readKey(real)).publicJwk.kid, 'n1')
    for (const one of [real, `${real}.key-A`]) assert.equal(statSync(one).mode & 0o777, 0o640)
  })

  it('says how to finish a rotation whose old key has ended, and that another --kid is not used', async (t) => {
    const { bus } = await startOperator(t)
    const file = fileOf(bus)
    const { privateJwk } = await generateKey('n1', 'EdDSA')
    await writeKey(`${file}.next`, privateJwk)
    await actOnSystem(bus.operator, systemOf('A'), { act: 'key.added', key: publicJwkOf(privateJwk) })
    await actOnSystem(bus.operator, systemOf('A'), { act: 'key.retired', kid: 'key-A' })
    const stuck = oneLine(await runAs(bus, 'A')('keys', 'rotate', name))
    const [, words = ''] = /with (--file \S+ --key \S+)\.$/.exec(stuck) ?? []
    assert.notEqual(words, '', stuck)
    const flags = ['--gateway', bus.url, '--as', name, ...words.split(' ')]
    const again = await runPlain()('keys', 'rotate', name, ...flags, '--kid', 'n2')
    assert.equal(again.code, 0, again.stderr)
    assert.match(again.stdout, /^Continues .* --kid n2 is not used/)
    assert.equal((await readKey(file)).publicJwk.kid, 'n1')
  })

  it('changes nothing where the file or the period cannot be right', async (t) => {
    const { bus, run } = await startOperator(t)
    const other = join(bus.folder, 'keys', 'B.jwk')
    assert.match(
      oneLine(await run('keys', 'rotate', name)),
      /with --file: this command signs as another system/
    )
    assert.match(
      oneLine(await run('keys', 'rotate', name, '--file', other)),
      /key-B in .* is not a key in use/
    )
    const sameName = join(bus.folder, 'same-name.jwk')
    await writeKey(sameName, (await generateKey('key-A', 'EdDSA')).privateJwk)
    assert.match(
      oneLine(await run('keys', 'rotate', name, '--file', sameName, '--retire-after', '0')),
      /key-A in .* is not a key in use/
    )
    assert.ok(!existsSync(`${sameName}.next`))
    const wrong = await run('keys', 'rotate', name, '--file', fileOf(bus), '--retire-after', 'soon')
    assert.match(oneLine(wrong), /^soon is not a period\. .*24h/)
    assert.equal((await keysOf(bus)).length, 1)
    assert.ok(!existsSync(`${other}.next`) && !existsSync(`${fileOf(bus)}.next`))
  })
})
