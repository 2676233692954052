import Type from 'typebox'
import { defineConnector, type Session } from '#connectors/connector.ts'
import { checkThere, type ListOutside, outsideOf } from '../outsides.ts'

interface SinkSession extends Session {
  readonly outside: ListOutside
}

export default defineConnector({
  kind: 'sink',
  summary: 'Delivers into the memory of the test.',
  settings: Type.Object({ outside: Type.String() }, { additionalProperties: false }),
  async connect({ outside: name }): Promise<SinkSession> {
    const outside = outsideOf(name)
    checkThere(outside)
    outside.connections += 1
    return { outside, close: async () => {} }
  },
  outbound: {
    types: ['document.issued.v1'],
    repeatable: false,
    async deliver({ outside }, { event }, io) {
      checkThere(outside)
      await outside.onDeliver(event, io)
      outside.delivered.push(event)
      return undefined
    }
  }
})
