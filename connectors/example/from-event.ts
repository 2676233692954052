import type { OutboundEvent } from '../connector.ts'
import type { NewNote } from './notes-api.ts'

/** An event as a note. Its hash is the key, the same in each attempt. */
export function fromEvent({ event, hash }: OutboundEvent): NewNote {
  const { result = '' } = event.data as { readonly result?: string }
  return { key: hash, dossier: event.subject, text: `Đã hoàn thành: ${result}` }
}
