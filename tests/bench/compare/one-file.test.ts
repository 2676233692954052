import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { startOneFile } from '#bench/compare/start-one-file.ts'
import { createClient } from '#client/create-client.ts'
import { newEvent } from '#client/new-event.ts'
import { createSigner } from '#client/signer.ts'
import { verifyItem } from '#client/verify-item.ts'
import { canonicalJson } from '#protocol/events/canonical.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { Json, JsonObject } from '#protocol/events/json.ts'
import type { PublicJwk } from '#protocol/trust/jwk.ts'
import { keyIn } from '#runtime/keyring.ts'
import { exampleDocument } from '../../faults/load.ts'
import { keyFileOf, recipientCodes, senderCode, systemOf } from '../../faults/province.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const [recipientCode] = recipientCodes
const document = { ...exampleDocument, from: { organId: senderCode, organName: 'Sở mẫu A' } }

/** An event whose members are in canonical order: the bare form hashes what was sent. */
function event(subject: string, data: JsonObject = {}): BusEvent {
  const draft = { type: 'document.issued.v1', subject, recipients: [recipientCode] }
  const made = newEvent(systemOf(senderCode), {
    ...draft,
    data: { ...document, documentId: subject, ...data }
  })
  return JSON.parse(canonicalJson(made as unknown as Json)) as BusEvent
}

async function open(t: TestContext, form: 'bare' | 'full') {
  const folder = temporaryFolder(t)
  const sender = await keyIn(keyFileOf(folder, senderCode), 'run-1')
  const recipient = await keyIn(keyFileOf(folder, recipientCode), 'run-1')
  const server = await startOneFile(form, folder)
  t.after(() => server.end())
  const { gateway } = server
  const from = { system: systemOf(senderCode), key: sender.privateJwk }
  const to = { system: systemOf(recipientCode), key: recipient.privateJwk }
  const signer = await createSigner({ ...from, audience: gateway })
  return {
    server,
    sender: await createClient({ ...from, gateway }),
    recipient: await createClient({ ...to, gateway }),
    senderKey: sender.publicJwk,
    /** Sends a body with a token that signs these events. */
    async send(body: string, signed: readonly object[]): Promise<number> {
      const authorization = `Bearer ${await signer.submission(signed as never)}`
      const headers = { authorization, 'content-type': 'application/cloudevents-batch+json' }
      return (await fetch(`${gateway}/v1/events`, { method: 'POST', headers, body })).status
    }
  }
}

for (const form of ['bare', 'full'] as const) {
  describe(`the ${form} server in one file`, () => {
    it('has an event in the inbox of its recipient when it has answered, as it was sent', async (t) => {
      const { server, sender, recipient } = await open(t, form)
      const sent = [event('1'), event('2'), event('3')]
      const results = await sender.publish(...sent)
      assert.deepEqual(
        results.map(({ id, status }) => ({ id, status })),
        sent.map(({ id }) => ({ id, status: 'accepted' }))
      )
      assert.equal(server.entries(), 3)
      const { events, next } = await recipient.page()
      assert.deepEqual(
        events.map(({ event }) => event),
        sent
      )
      const waiting = recipient.page({ after: next, waitSeconds: 20 })
      const last = event('4')
      await sender.publish(last)
      const page = await waiting
      assert.deepEqual(
        page.events.map(({ event }) => event),
        [last]
      )
    })

    it('stores a repeated event once, and rejects other content under its id', async (t) => {
      const { server, sender } = await open(t, form)
      const sent = event('1')
      const [first] = await sender.publish(sent)
      const [repeated] = await sender.publish(sent)
      assert.deepEqual(repeated, { ...first, status: 'repeated' })
      const [other] = await sender.publish({ ...sent, time: new Date(0).toISOString() })
      assert.equal(other?.status, 'rejected')
      assert.equal(server.entries(), 1)
    })

    it('rejects events that were not signed, are not of their schema or come from another', async (t) => {
      const { server, sender, recipient, send } = await open(t, form)
      const [one, two] = [event('1'), event('2')]
      assert.equal(await send(JSON.stringify([one, two]), [one, two]), 202)
      assert.ok((await send(JSON.stringify([two, one]), [one, two])) >= 400)
      assert.ok((await send(JSON.stringify([event('3')]), [event('3')])) >= 400)
      await assert.rejects(sender.publish(event('4', { title: 7 })))
      await assert.rejects(recipient.publish(event('5')))
      assert.equal(server.entries(), 2)
    })
  })
}

describe('the full server in one file', () => {
  it('gives proofs and receipts that hold', async (t) => {
    const { server, sender, recipient, senderKey } = await open(t, 'full')
    await sender.publish(event('1'), event('2'), event('3'))
    const response = await fetch(`${server.gateway}/.well-known/jwks.json`)
    const { keys } = (await response.json()) as { readonly keys: readonly PublicJwk[] }
    const system = [{ key: senderKey, validFrom: new Date(0).toISOString() }]
    const { events } = await recipient.page()
    assert.equal(events.length, 3)
    for (const item of events) {
      const { signature, receipt } = await verifyItem(item, { system, bus: keys })
      assert.deepEqual({ signature, receipt }, { signature: 'good', receipt: 'good' })
    }
  })

  it('rejects JSON that is not strict, attributes that are malformed and data that names another', async (t) => {
    const { server, sender, send } = await open(t, 'full')
    const sent = event('1')
    const twice = `[${JSON.stringify(sent).replace('{', '{"subject":"2",')}]`
    assert.ok((await send(twice, [sent])) >= 400)
    await assert.rejects(sender.publish({ ...sent, nonce: 'short' }))
    await assert.rejects(sender.publish(event('1', { documentId: '2' })))
    await assert.rejects(sender.publish(event('1', { promulgationDate: '2026-02-30' })))
    assert.equal(server.entries(), 0)
  })
})
