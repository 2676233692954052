import Type from 'typebox'
import { defineConnector } from '#connectors/connector.ts'
import { createHttpClient } from '#connectors/shared-formats/http/http-client.ts'
import { checkStatus } from '#connectors/shared-formats/http/peer-errors.ts'
import type { JsonObject } from '#protocol/events/json.ts'

interface Item {
  readonly id: number
  readonly subject: string
  readonly data: JsonObject
}

/** What a kind costs at least: JSON from an outside and to it, nothing mapped. Its measured cost is the host's. */
export default defineConnector({
  kind: 'exchange',
  summary: 'Exchanges documents with the outside of the bench.',
  settings: Type.Object({
    url: Type.String({ description: 'Address of the outside.' }),
    pageSize: Type.Integer({ default: 500, minimum: 1, description: 'Items asked for at once.' }),
    recipients: Type.Array(Type.String(), { default: [], description: 'Agencies that receive the items.' }),
    timeoutMs: Type.Integer({ default: 30_000, minimum: 1, description: 'Longest time of a request.' })
  }),
  connect: async (settings) => {
    const { url, timeoutMs } = settings
    const limits = { maxBytes: 16_777_216, connections: 64, allowPlain: true, allowPrivate: true }
    const client = createHttpClient({ timeoutMs, ...limits })
    const { host } = new URL(url)
    const ask = async (method: string, path: string, signal: AbortSignal, body?: string): Promise<Buffer> => {
      const headers = { 'content-type': 'application/json' }
      const answer = await client.send({ method, url: url + path, headers, body }, signal)
      checkStatus(answer, host)
      return answer.body
    }
    return { ask, settings, close: client.close }
  },
  inbound: {
    types: ['document.issued.v1'],
    async poll({ ask, settings }, cursor = '0', io) {
      const { pageSize, recipients } = settings
      const body = await ask('GET', `/items?after=${cursor}&limit=${pageSize}`, io.signal)
      const found = JSON.parse(body.toString()) as readonly Item[]
      const items = found.map(({ id, subject, data }) => {
        return { reference: String(id), event: { type: 'document.issued.v1', subject, recipients, data } }
      })
      return { items, cursor: String(found.at(-1)?.id ?? cursor), more: items.length === pageSize }
    },
    async acknowledge({ ask }, { reference }, io) {
      await ask('POST', '/acknowledged', io.signal, JSON.stringify({ id: reference }))
    }
  },
  outbound: {
    types: ['document.issued.v1'],
    repeatable: false,
    async deliver({ ask }, { event }, io) {
      await ask('POST', '/deliveries', io.signal, JSON.stringify(event))
      return undefined
    }
  }
})
