import Type from 'typebox'
import { defineConnector, type InboundItem, type Session } from '#connectors/connector.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { checkThere, type ListOutside, outsideOf, pollList } from '../outsides.ts'

interface ListSession extends Session {
  readonly outside: ListOutside
}

export default defineConnector({
  kind: 'list',
  summary: 'Reads a list in the memory of the test.',
  settings: Type.Object({ outside: Type.String() }, { additionalProperties: false }),
  checkSettings: async ({ outside }) => (outside === 'wrong' ? ['/outside must not be wrong'] : []),
  async connect({ outside: name }): Promise<ListSession> {
    const outside = outsideOf(name)
    checkThere(outside)
    outside.connections += 1
    return { outside, close: async () => {} }
  },
  inbound: {
    types: ['document.issued.v1'],
    every: '100ms',
    poll: ({ outside }, cursor) => pollList(outside, cursor),
    async acknowledge({ outside }, outcome) {
      checkThere(outside)
      await outside.onAcknowledge(outcome)
      outside.acknowledged.push(outcome)
    }
  },
  parse: async (raw, reference) => {
    try {
      return { ...(JSON.parse(Buffer.from(raw).toString()) as InboundItem), reference }
    } catch {
      const fault = new BusError('BUS_ITEM_INVALID', 'report-unmatched', { values: { hash: 'x' } })
      return { reference, fault }
    }
  },
  async receive(_settings, request) {
    const items = (await request.json()) as InboundItem[]
    return {
      items,
      respond: (results) =>
        Response.json(results.map((one) => (typeof one === 'object' ? one.quarantined.code : one)))
    }
  }
})
