import type { InboundItem } from '../connector.ts'
import { faults } from './faults.ts'
import type { Note } from './notes-api.ts'

/** A note as an event. One that cannot be used is quarantined with the reason, and the others go on. */
export function toItem(note: Note): InboundItem {
  const reference = String(note.id)
  const { dossier, text, at } = note
  const fields = { dossier, text, at }
  const missing = Object.entries(fields).find(([, value]) => typeof value !== 'string' || value === '')?.[0]
  const field = missing ?? (Number.isNaN(Date.parse(String(at))) ? 'at' : undefined)
  if (field !== undefined) {
    const fault = faults.noteMalformed({ values: { id: reference, field } })
    return { reference, fault, raw: Buffer.from(JSON.stringify(note)) }
  }
  return {
    reference,
    event: {
      type: 'dossier.status-changed.v1',
      subject: String(dossier),
      data: {
        dossierCode: String(dossier),
        status: '4',
        content: String(text),
        changedAt: new Date(String(at)).toISOString()
      }
    }
  }
}
