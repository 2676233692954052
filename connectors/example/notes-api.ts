import type { ConnectorIo } from '../connector.ts'
import { faults } from './faults.ts'

/** A note as the system gives it: nothing of it is known until it is checked. */
export interface Note {
  readonly id: number
  readonly [member: string]: unknown
}

/** A note to store, under a key that makes a repeat harmless. */
export interface NewNote {
  readonly key: string
  readonly dossier: string
  readonly text: string
}

export interface NotesApi {
  readonly notesAfter: (id: string, limit: number, io: ConnectorIo) => Promise<readonly Note[]>
  readonly add: (note: NewNote, io: ConnectorIo) => Promise<void>
}

/** Talks to the system and turns its failures into faults. Knows nothing of events. */
export function openNotesApi(settings: { readonly baseUrl: string; readonly token: string }): NotesApi {
  const headers = { authorization: `Bearer ${settings.token}`, 'content-type': 'application/json' }
  const urlOf = (path: string): string => settings.baseUrl.replace(/\/+$/, '') + path
  return {
    async notesAfter(id, limit, io) {
      const response = await io.fetch(urlOf(`/notes?after=${id}&limit=${limit}`), {
        headers,
        signal: io.signal
      })
      if (!response.ok) throw failureOf(response)
      return readNotes(await response.text())
    },
    async add(note, io) {
      const init = { method: 'POST', headers, body: JSON.stringify(note), signal: io.signal }
      const response = await io.fetch(urlOf('/notes'), init)
      await response.body?.cancel()
      if (response.status === 422) throw faults.noteRefused({ values: { status: 422 } })
      if (!response.ok) throw failureOf(response)
    }
  }
}

function failureOf({ status }: Response) {
  return status === 401 ? faults.credentials() : faults.failed({ values: { status } })
}

function readNotes(text: string): readonly Note[] {
  try {
    const notes: unknown = JSON.parse(text)
    if (Array.isArray(notes) && notes.every((note) => Number.isSafeInteger(note?.id))) return notes
  } catch {
    // No JSON: told below.
  }
  throw faults.answerUnreadable()
}
