import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { fillSettings } from '#protocol/events/json-schema.ts'
import { connectorIo } from '#tests/helpers/connector-io.ts'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'
import { type Definition, filled, record } from '../fixtures/open.ts'
import { items, settingsFor } from '../fixtures/settings.ts'
import rest from '../index.ts'
import { RestSettings } from '../settings.ts'

const body = JSON.stringify({ records: [record(1)] })

function signed(secret: string | Buffer): Request {
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  return new Request('http://bus/receive', { method: 'POST', body, headers: { 'x-signature': signature } })
}

function receiving(t: TestContext, receive: object, io = connectorIo(t)) {
  const settings = filled({
    ...settingsFor('http://127.0.0.1:1'),
    receive: { prefix: 'sha256=', ...items, ...receive }
  })
  const definition = (rest.forSettings?.(settings) ?? rest) as Definition
  return async (request: Request) => definition.receive?.(settings, request, io)
}

describe('rest: the secrets of callbacks', () => {
  it('are never empty: a file that was emptied is no secret', async (t) => {
    const file = join(await temporaryFolder(t), 'secret')
    writeFileSync(file, ' \n')
    const withFormer = receiving(t, { secret: 'new', formerSecretFile: file })
    assert.equal((await withFormer(signed('new')))?.items.length, 1)
    await assert.rejects(withFormer(signed('')), { code: 'BUS_TOKEN_INVALID' })
    await assert.rejects(receiving(t, { secretFile: file })(signed('')), { fault: 'rest:secretUnreadable' })
    writeFileSync(file, 'old\n')
    assert.equal((await withFormer(signed('old')))?.items.length, 1)
  })

  it('are refused in the settings where they are empty', async (t) => {
    const settings = { ...settingsFor('http://127.0.0.1:1'), receive: { secret: '', ...items } }
    assert.notDeepEqual(fillSettings(RestSettings, structuredClone(settings)), [])
    const blank = filled({ ...settings, receive: { secret: ' ', ...items } })
    assert.match(
      (await rest.checkSettings?.(blank, connectorIo(t)))?.join() ?? '',
      /receive\/secret is empty/
    )
  })
})

describe('rest: a callback', () => {
  it('about an id that a delivery made is taken, unless the settings say that it is an echo', async (t) => {
    const io = connectorIo(t)
    io.keep({ 'own 1': 'ab'.repeat(32) })
    const count = async (receive: object) =>
      (await receiving(t, { secret: 's', ...receive }, io)(signed('s')))?.items.length
    assert.equal(await count({}), 1)
    assert.equal(await count({ passOverOwn: true }), 0)
  })

  it('that was quarantined is read again by an instance that only receives, and passed over if the map says so', async (t) => {
    const { poll: _, ...settings } = settingsFor('http://127.0.0.1:1')
    const { parse } = rest.forSettings?.(filled(settings)) ?? rest
    const again = (item: object) => parse?.(Buffer.from(JSON.stringify(item)), 'r', connectorIo(t))
    assert.equal(Object(await again(record(1))).event.subject, Object(record(1)).soHoSo)
    assert.equal(Object(await again(record(1, { noiDung: 5 }))).fault.code, 'BUS_PAYLOAD_INVALID')
    assert.equal(await again(record(1, { trangThai: 0 })), undefined)
  })
})
