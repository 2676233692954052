import assert from 'node:assert/strict'
import { it } from 'node:test'
import { newEvent } from '#client/new-event.ts'
import { verifyItem } from '#client/verify-item.ts'
import type { DeliveredEvent } from '#protocol/events/event-stages.ts'
import { eventHash } from '#protocol/events/hash.ts'
import type { Json } from '#protocol/events/json.ts'
import { generateKey, importSigningKey } from '#protocol/trust/jwk.ts'
import { signReceipts } from '#protocol/trust/receipt.ts'
import { signSubmission } from '#protocol/trust/submission.ts'

const source = '/agencies/000.00.91.H03/systems/qlvb'
const recordedtime = '2026-11-24T01:02:03.004Z'
const sender = await generateKey('sender', 'EdDSA')
const bus = await generateKey('bus', 'EdDSA')
const keys = {
  system: [{ key: sender.publicJwk, validFrom: '2026-01-01T00:00:00Z', validTo: '2027-01-01T00:00:00Z' }],
  bus: [bus.publicJwk]
}

async function signedItem(): Promise<Required<DeliveredEvent>> {
  const event = newEvent(source, { type: 'document.issued.v1', subject: '1/SMA-VP', data: {} })
  const claims = {
    iss: source,
    sub: '000.00.91.H03',
    aud: 'https://bus.example.vn',
    iat: 1,
    exp: 2,
    jti: 'a'
  }
  const signed = await signSubmission([event as Json], claims, await importSigningKey(sender.privateJwk))
  const leaf = { source, id: event.id, hash: eventHash(event as Json), recordedtime }
  const receipts = await signReceipts([leaf], await importSigningKey(bus.privateJwk), Date.now())
  const [signature, receipt] = [signed.proofs[0], receipts[0]]
  assert.ok(signature && receipt)
  return { event, added: { recordedtime }, signature, receipt }
}

async function found(item: DeliveredEvent, by = keys): Promise<string> {
  const { signature, receipt } = await verifyItem(item, by)
  return `${signature} ${receipt}`
}

it('an item is good as it came, and bad with anything changed', async () => {
  const item = await signedItem()
  const { event, signature, receipt } = item
  assert.equal(await found(item), 'good good')
  assert.equal(await found({ ...item, event: { ...event, subject: 'other' } }), 'bad bad')
  assert.equal(await found({ ...item, added: { recordedtime: '2026-11-24T01:02:03.005Z' } }), 'good bad')
  assert.equal(await found({ ...item, signature: receipt, receipt: signature }), 'bad bad')
})

it('a key signs only while it is good', async () => {
  const [dated] = keys.system
  assert.ok(dated)
  const item = await signedItem()
  assert.equal(await found(item, { ...keys, system: [{ ...dated, validTo: recordedtime }] }), 'bad good')
  assert.equal(await found(item, { ...keys, system: [{ ...dated, validFrom: recordedtime }] }), 'good good')
})

it('a signature that was taken away is not one that was never there', async () => {
  const { signature: _signature, ...item } = await signedItem()
  assert.equal(await found(item), 'bad good')
  assert.equal(await found({ ...item, added: { recordedtime, unsigned: true } }), 'absent good')
})

it('a proof of another shape is bad, and no failure', async () => {
  const item = await signedItem()
  for (const odd of [null, {}, 'x', { ...item.signature, path: 7 }, { ...item.signature, token: [] }]) {
    assert.equal(await found({ ...item, signature: odd as never, receipt: odd as never }), 'bad bad')
  }
})
