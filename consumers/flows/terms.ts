import type { KeyKind } from '#protocol/avro/flow-marks.ts'
import { agencyOf, type BusEvent } from '#protocol/events/event.ts'
import type { PayloadReader } from './payload-reader.ts'
import { plainKey, remembered, wordsOf } from './plain.ts'

/** What an event is found by. The first letter of a term says what the rest is. */
export const term = {
  word: (word: string) => `w${word}`,
  /** The agency that sent the event, or one that may see it. */
  agency: (code: string) => `a${code}`,
  type: (type: string) => `t${type}`,
  /** The flow, which every event has. */
  flow: (plain: string) => `f${plain}`,
  /** The subject, where it is neither the flow nor a dossier. */
  subject: (plain: string) => `s${plain}`,
  number: (plain: string) => `n${plain}`,
  dossier: (plain: string) => `d${plain}`,
  citizen: (plain: string) => `c${plain}`
} as const satisfies Record<KeyKind | string, (text: string) => string>

const typeTerm = remembered(term.type)
const agencyTerm = remembered(term.agency)
const wordTerm = remembered(term.word)

/** Words of a title and identifiers of an event that can be searched; more are left out. */
const maxWords = 64
const maxKeys = 64

/** The flow that an event belongs to. */
export function flowOf({ correlationid, subject }: BusEvent): string {
  return correlationid ?? subject
}

/** The term by which the events of a flow are found; others may have it, since it is without diacritics. */
export function flowTerm(flow: string): string {
  return term.flow(plainKey(flow))
}

/** All terms of an event that these agencies may see, beside its sender. A term may be there twice. */
export function termsOf(event: BusEvent, reader: PayloadReader, readers: readonly string[]): string[] {
  const terms = [typeTerm(event.type), agencyTerm(agencyOf(event.source)), ...readers.map(agencyTerm)]
  const title = reader.title(event.data)
  if (title !== undefined) terms.push(...wordsOf(title, maxWords).map(wordTerm))
  for (const { kind, text } of reader.keys(event.data, maxKeys)) {
    const plain = plainKey(text)
    if (plain !== '') terms.push(term[kind](plain))
  }
  const flow = flowOf(event)
  terms.push(flowTerm(flow))
  if (event.subject === flow) return terms
  const subject = plainKey(event.subject)
  if (!terms.includes(term.dossier(subject))) terms.push(term.subject(subject))
  return terms
}
