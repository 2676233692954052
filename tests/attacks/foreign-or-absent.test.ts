import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { createSigner, type Signer } from '#client/signer.ts'
import { codes, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'

/** What an agency may not see is answered like what does not exist. `npm run timing` compares the times. */

const cleanups: (() => unknown)[] = []
const foreign = { source: systemOf('A'), id: '', hash: '', sha256: '', size: 0 }
const digest = (): string => createHash('sha256').update(randomUUID()).digest('hex')
const absent = (): typeof foreign => ({ ...foreign, id: randomUUID(), hash: digest(), sha256: digest() })
let bus: TestBus
let stranger: Signer

before(async () => {
  bus = await startTestBus({ after: (cleanup) => void cleanups.unshift(cleanup as () => unknown) })
  stranger = await createSigner({ system: systemOf('C'), key: bus.keys.C.privateJwk, audience: bus.url })
  const attachment = await bus.clients.A.attach('a.txt', 'text/plain', Buffer.from(randomUUID()))
  const event = bus.document()
  const [published] = await bus.clients.A.publish({
    ...event,
    data: { ...event.data, attachments: [{ ...attachment }] }
  })
  assert.equal((await bus.clients.B.page({ waitSeconds: 30 })).events.length, 1)
  Object.assign(foreign, { id: event.id, hash: published?.hash, ...attachment })
})
after(async () => {
  for (const cleanup of cleanups) await cleanup()
})

type Asked = typeof foreign
const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
  const headers = { authorization: `Bearer ${await stranger.plain()}`, ...init.headers }
  return fetch(bus.url + path, { ...init, headers })
}

const questions: Readonly<Record<string, (asked: Asked) => Promise<Response>>> = {
  'an event by its hash': ({ hash }) => ask(`/v1/events/${hash}`),
  'an event by its name': ({ source, id }) => ask(`/v1/events?${new URLSearchParams({ source, id })}`),
  'an attachment': ({ sha256 }) => ask(`/v1/attachments/${sha256}`),
  'a part of an attachment': ({ sha256 }) =>
    ask(`/v1/attachments/${sha256}`, { headers: { range: 'bytes=0-0', 'if-none-match': '*' } }),
  'the size of an attachment': ({ sha256 }) => ask(`/v1/attachments/${sha256}`, { method: 'HEAD' }),
  'to accept an event': async ({ source, id }) => {
    const url = `${bus.url}/v1/inbox/acknowledgements`
    const body = Buffer.from(JSON.stringify({ acknowledgements: [{ source, id, state: 'accepted' }] }))
    const authorization = `Bearer ${await stranger.act('POST', url, body)}`
    return fetch(url, {
      method: 'POST',
      body,
      headers: { authorization, 'content-type': 'application/json' }
    })
  }
}

describe('an agency cannot tell what it may not see from what does not exist', () => {
  for (const [what, question] of Object.entries(questions)) {
    it(`asking for ${what}`, async () => {
      const answers = await Promise.all([question(foreign), question(absent())].map(shown))
      assert.equal(answers[0]?.status, 404)
      assert.deepEqual(answers[0], answers[1])
    })
  }

  it('publishing an event that lists an attachment', async () => {
    const refusalOf = async ({ sha256, size }: Asked): Promise<unknown> => {
      const attachments = [{ name: 'a.txt', mediaType: 'text/plain', sha256, size }]
      const listing = bus.document({ source: systemOf('B'), recipients: codes.A }, { attachments })
      return bus.clients.B.publish(listing).then(
        () => 'taken',
        ({ problem }: { problem: { code: string; detail: string } }) => [
          problem.code,
          problem.detail.replaceAll(sha256, '')
        ]
      )
    }
    const held = await bus.clients.A.attach('b.txt', 'text/plain', Buffer.from(randomUUID()))
    const refusal = await refusalOf({ ...foreign, ...held })
    assert.deepEqual(refusal, await refusalOf({ ...absent(), size: held.size }))
    assert.equal((refusal as readonly string[])[0], 'BUS_ATTACHMENT_MISSING')
  })
})

/** All of an answer except what differs between any two. */
async function shown(answering: Promise<Response>): Promise<{ readonly status: number }> {
  const answer = await answering
  const { date: _at, ratelimit: _left, ...headers } = Object.fromEntries(answer.headers)
  const text = await answer.text()
  const { traceId: _trace, instance: _path, ...body } = text === '' ? {} : JSON.parse(text)
  return { status: answer.status, ...{ headers: { ...headers, 'content-length': '' }, body } }
}
