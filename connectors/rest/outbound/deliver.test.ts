import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { completed, open, poll, record } from '../fixtures/open.ts'
import { delivery, settingsFor } from '../fixtures/settings.ts'
import { json, startApi } from '../fixtures/small-api.ts'

const taken: Record<string, (response: ServerResponse) => void> = {
  'a compressed answer': (response) =>
    response.writeHead(201, { 'content-encoding': 'gzip' }).end(gzipSync('{"id":5}')),
  'an answer beyond the limit': (response) => response.writeHead(201).end('x'.repeat(5000)),
  'an answer that breaks off': (response) => {
    response.writeHead(201, { 'content-length': 100 }).write('{')
    setImmediate(() => response.destroy())
  },
  'an answer that never ends': (response) => void response.writeHead(200).write('{'),
  'a redirection that the settings take for done': (response) =>
    response.writeHead(303, { location: '/results/5' }).end()
}

describe('rest: a delivery', () => {
  for (const [what, answer] of Object.entries(taken)) {
    it(`that was taken with ${what} is done`, async (t) => {
      const api = await startApi(t, (_, response) => answer(response))
      const raw = { ...settingsFor(api.url), timeoutMs: 2000, maxAnswerBytes: 1024 }
      const deliver = { requests: [{ ...delivery, alreadyDone: [303] }] }
      const { definition, session, io } = await open(t, { ...raw, deliver })
      assert.equal(await definition.outbound?.deliver?.(session, completed, io), undefined)
    })
  }
})

describe('rest: the headers of a delivery', () => {
  it('are sent once, however their names are written', async (t) => {
    const api = await startApi(t, (_, response) => json(response, 201, {}))
    const requests = [{ ...delivery, headers: { 'Content-Type': 'application/merge-patch+json' } }]
    const raw = { ...settingsFor(api.url), headers: { ACCEPT: 'application/hal+json' } }
    const { definition, session, io } = await open(t, { ...raw, deliver: { requests } })
    await definition.outbound?.deliver?.(session, completed, io)
    const { accept, ...headers } = api.seen[0]?.headers ?? {}
    assert.equal(accept, 'application/hal+json')
    assert.equal(headers['content-type'], 'application/merge-patch+json')
  })
})

describe('rest: a path', () => {
  it('holds any expression in braces, and a look-up may ask by a query', async (t) => {
    const api = await startApi(t, (_, response) => json(response, 200, {}))
    const path = '/r/{data.status = "10" ? subject & " #1" : "no"}'
    const lookUp = { path: '/results', query: { 'mã số': 'a b{hash}', at: '{data.finishedAt}' } }
    const requests = [{ ...delivery, path, lookUp }]
    const { definition, session, io } = await open(t, { ...settingsFor(api.url), deliver: { requests } })
    await definition.outbound?.deliver?.(session, completed, io)
    await definition.outbound?.lookUp?.(session, completed, io)
    const [sent, asked] = api.seen.map(({ url }) => url)
    assert.equal(sent, `/r/${completed.event.subject}%20%231`)
    const { searchParams } = new URL(asked ?? '', 'http://x')
    assert.deepEqual(Object.fromEntries(searchParams), {
      'mã số': `a b${completed.hash}`,
      at: delivery.sample.finishedAt
    })
  })
})

describe('rest: a look-up', () => {
  const judged = {
    'id = 5': 'done',
    'id = 6': 'not-done',
    'nothing.here': 'not-done',
    id: 'unknown',
    '$count(list)': 'unknown',
    list: 'unknown',
    '$boolean(list)': 'done'
  }
  for (const [found, result] of Object.entries(judged)) {
    it(`takes the result of ${found} for ${result}`, async (t) => {
      const api = await startApi(t, (_, response) => json(response, 200, { id: 5, list: [{ id: 5 }] }))
      const requests = [{ ...delivery, lookUp: { path: '/results', found } }]
      const { definition, session, io } = await open(t, { ...settingsFor(api.url), deliver: { requests } })
      const marked = { marks: { 'own 5': completed.hash } }
      assert.deepEqual(
        await definition.outbound?.lookUp?.(session, completed, io),
        result === 'done' ? marked : result
      )
    })
  }
})

describe('rest: what a delivery made', () => {
  it('is passed over in the version that was made; a later one is published', async (t) => {
    let records = [record(5, { capNhat: '2026-11-22T09:00:00Z' })]
    const api = await startApi(t, ({ method }, response) =>
      json(response, 200, method === 'POST' ? records[0] : { records })
    )
    const requests = [{ ...delivery, createdVersion: 'capNhat' }]
    const opened = await open(t, { ...settingsFor(api.url), deliver: { requests } })
    const { definition, session, io } = opened
    io.keep((await definition.outbound?.deliver?.(session, completed, io))?.marks)
    assert.deepEqual((await poll(opened)).items, [])
    records = [record(5, { capNhat: '2026-11-23T09:00:00Z' })]
    const references = async () => (await poll(opened)).items.map(({ reference }) => reference)
    assert.deepEqual(await references(), ['5@2026-11-23T09:00:00Z'])
    const restarted = await open(t, { ...settingsFor(api.url), deliver: { requests } })
    const later = await definition.inbound?.poll(restarted.session, undefined, io)
    assert.equal(later?.items.length, 1)
  })
})
