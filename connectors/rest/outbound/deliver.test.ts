import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { completed, open } from '../fixtures/open.ts'
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
      assert.equal(await definition.outbound?.lookUp?.(session, completed, io), result)
    })
  }
})
