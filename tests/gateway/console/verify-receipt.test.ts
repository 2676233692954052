import assert from 'node:assert/strict'
import { it } from 'node:test'
import { newEvent } from '#client/new-event.ts'
import { verifyItem } from '#client/verify-item.ts'
import type { DeliveredEvent } from '#protocol/events/event-stages.ts'
import { eventHash } from '#protocol/events/hash.ts'
import type { Json } from '#protocol/events/json.ts'
import { generateKey, importSigningKey } from '#protocol/trust/jwk.ts'
import type { Algorithm } from '#protocol/trust/jws.ts'
import { signReceipts } from '#protocol/trust/receipt.ts'
import { signSubmission } from '#protocol/trust/submission.ts'
import { importWeb } from './web-module.ts'

interface VerifyReceipt {
  claimsIn(given: unknown): Promise<readonly object[]>
  checkReceipt(claim: object, keys: readonly object[]): Promise<string>
  checkSignature(claim: object, keys: readonly object[]): Promise<string>
}

const { claimsIn, checkReceipt, checkSignature } = await importWeb<VerifyReceipt>('verify-receipt.js')
const source = '/agencies/000.00.91.H03/systems/qlvb'
const recordedtime = '2026-11-24T01:02:03.004Z'

/** Items of one batch, signed with a key of this algorithm, and the keys to verify them with. */
async function signedBatch(alg: Algorithm, size: number) {
  const [sender, bus] = [await generateKey('sender', alg), await generateKey('bus', alg)]
  const events = Array.from({ length: size }, (_, at) =>
    newEvent(source, {
      type: 'document.issued.v1',
      subject: `${at}/SMA-VP`,
      data: { ă: ['\u2028"', 1, true], '😀': 1, '￿': 2 }
    })
  )
  const claims = {
    iss: source,
    sub: '000.00.91.H03',
    aud: 'https://bus.example.vn',
    iat: 1,
    exp: 2,
    jti: 'a'
  }
  const signed = await signSubmission(events as Json[], claims, await importSigningKey(sender.privateJwk))
  const leaves = events.map((event) => ({
    source,
    id: event.id,
    hash: eventHash(event as Json),
    recordedtime
  }))
  const receipts = await signReceipts(leaves, await importSigningKey(bus.privateJwk), Date.now())
  const items = events.map(
    (event, at) =>
      ({
        event,
        added: { recordedtime },
        signature: signed.proofs[at],
        receipt: receipts[at]
      }) as DeliveredEvent
  )
  const system = [
    { key: sender.publicJwk, validFrom: '2026-01-01T00:00:00Z', validTo: '2027-01-01T00:00:00Z' }
  ]
  return { items, keys: { system, bus: [bus.publicJwk] } }
}

type Keys = Awaited<ReturnType<typeof signedBatch>>['keys']

async function inPage(item: unknown, keys: Keys): Promise<string> {
  const [claim] = await claimsIn(item)
  if (!claim) return 'nothing'
  return `${await checkSignature(claim, keys.system)} ${await checkReceipt(claim, keys.bus)}`
}

async function inClient(item: DeliveredEvent, keys: Keys): Promise<string> {
  const { signature, receipt } = await verifyItem(item, keys)
  return `${signature} ${receipt}`
}

/** The same bytes in another spelling: the last letter of base64url has bits that are not used. */
function withSpareBits(token: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return token.slice(0, -1) + letters[letters.indexOf(token.at(-1) ?? '') ^ 1]
}

/** The first changes are wrong in any tree; a longer tree may have the same path. */
const alwaysBad = 5

/** Items with one thing changed each. */
function changed(item: DeliveredEvent, other: DeliveredEvent): readonly DeliveredEvent[] {
  const { event, added, signature, receipt } = item
  if (!signature) throw new TypeError('the item is signed')
  const withProof = (change: object) => ({ ...item, receipt: { ...receipt, ...change } })
  return [
    { ...item, event: { ...event, subject: 'other' } },
    { ...item, event: other.event },
    { ...item, added: { ...added, recordedtime: '2026-11-24T01:02:03.005Z' } },
    { ...item, signature: receipt, receipt: signature },
    { ...item, receipt: other.receipt },
    withProof({ index: receipt.index + 1 }),
    withProof({ size: receipt.size + 1 }),
    withProof({ index: -1 }),
    withProof({ path: [...receipt.path, receipt.path[0] ?? 'A'.repeat(43)] }),
    withProof({ path: receipt.path.slice(1) }),
    withProof({ path: ['!'] }),
    withProof({ token: `${receipt.token.slice(0, -6)}AAAAAA` }),
    withProof({ token: `${receipt.token}=` }),
    withProof({ token: withSpareBits(receipt.token) })
  ]
}

for (const alg of ['EdDSA', 'ES256', 'PS256', 'RS256'] as const) {
  it(`the page and the client find the same of ${alg}, whatever was changed`, async () => {
    for (const size of alg === 'EdDSA' ? [1, 2, 3, 5, 8, 13] : [3]) {
      const { items, keys } = await signedBatch(alg, size)
      const others = await signedBatch(alg, 1)
      for (const [at, item] of items.entries()) {
        assert.equal(await inPage(item, keys), 'good good', `${at} of ${size}`)
        for (const [change, wrong] of changed(item, others.items[0] ?? item).entries()) {
          const found = await inPage(wrong, keys)
          assert.equal(found, await inClient(wrong, keys), `change ${change} to ${at} of ${size}`)
          if (change < alwaysBad) assert.notEqual(found, 'good good')
        }
      }
      assert.equal(await inPage(items[0], others.keys), 'bad bad')
    }
  })
}

it('a receipt without its event is checked by what it names, and an answer to publishing holds several', async () => {
  const { items, keys } = await signedBatch('EdDSA', 2)
  const results = items.map(({ event, receipt }) => ({
    ...{ source, id: event.id, status: 'accepted', recordedtime },
    ...{ hash: eventHash(event as Json), receipt }
  }))
  const claims = await claimsIn({ results })
  assert.deepEqual(await Promise.all(claims.map((claim) => checkReceipt(claim, keys.bus))), ['good', 'good'])
  assert.equal(await inPage({ ...results[0], id: 'other' }, keys), 'absent bad')
})

it('what is no receipt is not taken for one', async () => {
  for (const given of [null, 1, [], {}, { receipt: {} }, { event: {}, receipt: 1 }, { results: 'x' }]) {
    assert.deepEqual(await claimsIn(given), [])
  }
})
