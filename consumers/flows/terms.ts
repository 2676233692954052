import type { KeyKind } from '#protocol/avro/flow-marks.ts'
import { agencyOf, type BusEvent } from '#protocol/events/event.ts'
import type { PayloadReader } from './payload-reader.ts'
import { plainKey, wordsOf } from './plain.ts'

/** What an event is found by. The first letter of a term says what the rest is. */
export const term = {
  word: (word: string) => `w${word}`,
  /** The agency that sent the event, or one that may see it. */
  agency: (code: string) => `a${code}`,
  type: (type: string) => `t${type}`,
  subject: (plain: string) => `s${plain}`,
  /** The flow, where it is not also the subject. */
  flow: (plain: string) => `f${plain}`,
  number: (plain: string) => `n${plain}`,
  dossier: (plain: string) => `d${plain}`,
  citizen: (plain: string) => `c${plain}`
} as const satisfies Record<KeyKind | string, (text: string) => string>

/** Words of a title and identifiers of an event that can be searched; more are left out. */
const maxWords = 64
const maxKeys = 64

/** The flow that an event belongs to. */
export function flowOf({ correlationid, subject }: BusEvent): string {
  return correlationid ?? subject
}

/** All terms of an event that these agencies may see, beside its sender. */
export function termsOf(event: BusEvent, reader: PayloadReader, readers: readonly string[]): Set<string> {
  const terms = new Set([term.type(event.type), term.agency(agencyOf(event.source))])
  for (const agency of readers) terms.add(term.agency(agency))
  const title = reader.title(event.data)
  if (title !== undefined) for (const word of wordsOf(title, maxWords)) terms.add(term.word(word))
  for (const { kind, text } of reader.keys(event.data, maxKeys)) {
    const plain = plainKey(text)
    if (plain !== '') terms.add(term[kind](plain))
  }
  const subject = plainKey(event.subject)
  if (!terms.has(term.dossier(subject))) terms.add(term.subject(subject))
  const flow = plainKey(flowOf(event))
  if (flow !== subject) terms.add(term.flow(flow))
  return terms
}
