import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { afterSuite } from '#tests/helpers/servers/cleanup.ts'
import { codes } from '#tests/helpers/test-bus.ts'
import { until } from '#tests/helpers/until.ts'
import { hostile } from '../fixtures/hostile.ts'
import { documentOfB, openAxisOfB } from '../fixtures/opened-axis-server.ts'

describe('an axis that is attacked', () => {
  const suite = afterSuite()
  let axis: Awaited<ReturnType<typeof openAxisOfB>>
  before(async () => {
    axis = await openAxisOfB(suite)
  })

  it('says why it does not take a hostile package, each of them, and takes the next one', async () => {
    const { client, eventsOf } = axis
    for (const [what, [, made]] of Object.entries(hostile)) {
      const { status, ErrorCode, ErrorDesc } = await client().send(Buffer.from(made()), codes.B)
      assert.deepEqual([status, ErrorCode], ['FAIL', '22'], what)
      assert.ok(ErrorDesc.length > 30, what)
    }
    const laughs = Array.from(
      { length: 10 },
      (_unused, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`
    )
    for (const text of [
      `<!DOCTYPE a [<!ENTITY l0 "ha">${laughs.join('')}]><a>&l10;</a>`,
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
      '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>',
      '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/p"> %p;]><a/>'
    ]) {
      const { ErrorCode, ErrorDesc } = await client().send(Buffer.from(text), codes.B)
      assert.equal(ErrorCode, '22')
      assert.doesNotMatch(ErrorDesc, /root:/)
    }
    const { file, subject } = documentOfB()
    assert.equal((await client().send(file, codes.B)).status, 'OK')
    await until(async () => (await eventsOf(subject)).length === 1, 10_000)
  })

  it('believes no clock that is more than the settings off, before or after its own', async () => {
    const { client } = axis
    for (const [byMs, code] of [
      ...[[-905_000, '15'] as const, [905_000, '15'] as const],
      ...[[-890_000, '0'] as const, [890_000, '0'] as const]
    ]) {
      assert.equal((await client({ at: Date.now() + byMs }).list('edoc')).ErrorCode, code, String(byMs))
    }
  })

  it('does nothing a second time for a request that is replayed, byte for byte', async () => {
    const { client, bus, eventsOf, waitingIds, url } = axis
    const { file, subject } = documentOfB()
    const kept: [string, RequestInit][] = []
    const { fetch: real } = globalThis
    suite.after(() => {
      globalThis.fetch = real
    })
    globalThis.fetch = (input, init) => {
      if (String(input).startsWith(url)) kept.push([String(input), init ?? {}])
      return real(input, init)
    }
    await bus.clients.A.publish(bus.document(), bus.document())
    await until(async () => (await waitingIds()).length === 2, 10_000)
    const [docId = '', other = ''] = await waitingIds()
    kept.splice(0)
    const recorded = client()
    await recorded.send(file, codes.B)
    await recorded.update(docId, 'done')
    globalThis.fetch = real
    for (const [input, init] of [...kept, ...kept]) {
      assert.equal(((await (await fetch(input, init)).json()) as { status: string }).status, 'OK')
    }
    assert.deepEqual(await waitingIds(), [other])
    await until(async () => (await eventsOf(subject)).length > 0, 10_000)
    const { file: next, subject: after } = documentOfB()
    await client().send(next, codes.B)
    await until(async () => (await eventsOf(after)).length > 0, 10_000)
    assert.equal((await eventsOf(subject)).length, 1)
    const [input, init = {}] = kept[1] ?? ['']
    const headers = { ...(init.headers as Record<string, string>), 'XroadVnpt-docId': other }
    const forged = (await (await fetch(input, { ...init, headers })).json()) as { ErrorCode: string }
    assert.equal(forged.ErrorCode, '15')
    assert.deepEqual(await waitingIds(), [other])
  })
})
