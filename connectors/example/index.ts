import Type from 'typebox'
import { defineConnector } from '../connector.ts'
import { fromEvent } from './from-event.ts'
import { openNotesApi } from './notes-api.ts'
import { toItem } from './to-item.ts'

export default defineConnector({
  kind: 'example',
  summary: 'Exchanges notes about dossiers with a small REST system.',
  settings: Type.Object(
    {
      baseUrl: Type.String({ format: 'uri', description: 'Address of the system.' }),
      token: Type.String({
        secret: true,
        minLength: 1,
        description: 'Token that the system gave to the bus.'
      }),
      pageSize: Type.Integer({
        default: 100,
        minimum: 1,
        maximum: 1000,
        description: 'Notes asked for at once.'
      })
    },
    { additionalProperties: false }
  ),

  // A session holds what one connection to the outside needs. HTTP needs none beyond its settings.
  connect: async (settings) => ({ ...openNotesApi(settings), settings, close: async () => {} }),

  inbound: {
    types: ['dossier.status-changed.v1'],
    // The cursor is the greatest id that a poll has seen. The host stores it together with the items.
    async poll({ notesAfter, settings }, cursor, io) {
      const notes = await notesAfter(cursor ?? '0', settings.pageSize, io)
      return {
        items: notes.filter(({ key }) => key === undefined).map(toItem), // Those with a key are ours.
        cursor: String(notes.at(-1)?.id ?? cursor ?? '0'),
        more: notes.length === settings.pageSize
      }
    }
  },

  // A quarantined note, when an operator retries it.
  parse: async (raw) => toItem(JSON.parse(Buffer.from(raw).toString())),

  outbound: {
    types: ['dossier.completed.v1'],
    // The system stores a note once for each key, so that doing it twice is not seen.
    repeatable: true,
    async deliver({ add }, event, io) {
      await add(fromEvent(event), io)
      return undefined
    }
  },

  check: async ({ notesAfter }, io) => void (await notesAfter('0', 1, io))
})
