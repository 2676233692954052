/** States of a message (SMPP 3.4, appendix B). */
export type MessageState =
  | 'ENROUTE'
  | 'DELIVRD'
  | 'EXPIRED'
  | 'DELETED'
  | 'UNDELIV'
  | 'ACCEPTD'
  | 'UNKNOWN'
  | 'REJECTD'

/** What a delivery report says; what it does not say, or what makes no sense, is missing. */
export interface Receipt {
  readonly id?: string
  readonly submitted?: number
  readonly delivered?: number
  /** As written, without a zone: `2026-12-01T08:30` or with seconds. */
  readonly submitDate?: string
  readonly doneDate?: string
  readonly state?: MessageState
  /** The word for the state, if it is not known. */
  readonly unknownState?: string
  readonly error?: string
  /** The beginning of the message. */
  readonly text?: string
}

/** The values of `message_state` (SMPP 3.4, 5.2.28; the first and the last are those of 5.0: scheduled, skipped). */
const byNumber: readonly MessageState[] = [
  ...(['ENROUTE', 'ENROUTE', 'DELIVRD', 'EXPIRED', 'DELETED', 'UNDELIV'] as const),
  ...(['ACCEPTD', 'UNKNOWN', 'REJECTD', 'UNDELIV'] as const)
]

/** What centres write: the eight words of SMPP, whole, cut or misspelt, and words of their own. */
const spellings: readonly (readonly [RegExp, MessageState])[] = [
  [/^(?:DELIVE?RE?D|DLVRD)(?:_TO_.*)?$/, 'DELIVRD'],
  [/^EXPIRE?D?$/, 'EXPIRED'],
  [/^(?:DELETE?D?|CANCEL.*)$/, 'DELETED'],
  [/^(?:UNDE?LI?V.*|NOT_?DELIV.*|FAIL.*|SKIPPED)$/, 'UNDELIV'],
  [/^(?:ACCEPTE?D?|ACKED)$/, 'ACCEPTD'],
  [/^UNKNO?W[NM]?$/, 'UNKNOWN'],
  [/^(?:REJECTE?D?|REJCTD|BLOCKED|BLACK_?LIST.*|DND)$/, 'REJECTD'],
  [/^(?:EN_?ROUTE|BUFFE?RE?D|SCHEDULED|QUEUED|PENDING|RETRY.*|SUBMIT.*|SENT)$/, 'ENROUTE']
]

export function stateOfNumber(value: number): MessageState | undefined {
  return byNumber[value]
}

/** Whether a state is the last one of a message; it is not delivered unless it says so. */
export function isFinal(state: MessageState): boolean {
  return state !== 'ENROUTE' && state !== 'ACCEPTD'
}

const maxText = 2000
const before = '(?:^|[\\s,;|])'
/** What follows a field without a value. */
const anyField = '(?:id|sub|dlvrd|submit[ _]?date|done[ _]?date|sta(?:t|te|tus)|err|text)'

/** Reads the text of a report (SMPP 3.4, appendix B) in the many forms that centres give it. */
export function readReceipt(whole: string): Receipt {
  const [head = '', text] = splitAtText(whole.slice(0, maxText).replace(/\0+$/, ''))
  const field = (name: string): string | undefined =>
    new RegExp(`${before}${name}\\s*[:=]\\s*(?!${anyField}\\s*[:=])["']?([^\\s,;|"']*)`, 'i').exec(
      head
    )?.[1] || undefined
  const stat = field('sta(?:t|te|tus)')
  const entries = {
    id: field('id'),
    submitted: count(field('sub')),
    delivered: count(field('dlvrd')),
    submitDate: toDate(field('submit[ _]?date')),
    doneDate: toDate(field('done[ _]?date')),
    state: toState(stat),
    ...(stat !== undefined && toState(stat) === undefined && { unknownState: stat.slice(0, 20) }),
    error: field('err'),
    text
  }
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Receipt
}

/** The message itself comes last, and may look like a report. */
function splitAtText(whole: string): readonly [string, string | undefined] {
  const found = new RegExp(`${before}text\\s*[:=]`, 'i').exec(whole)
  if (!found) return [whole, undefined]
  return [whole.slice(0, found.index), whole.slice(found.index + found[0].length)]
}

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined
}

function toState(text: string | undefined): MessageState | undefined {
  if (text === undefined) return undefined
  const word = text.toUpperCase().replaceAll('-', '_')
  return /^\d$/.test(word) ? stateOfNumber(Number(word)) : spellings.find(([one]) => one.test(word))?.[1]
}

/** `YYMMDDhhmm`, with seconds, or with a century; undefined for a day that does not exist. */
function toDate(text: string | undefined): string | undefined {
  if (text === undefined || !/^\d{10}(?:\d\d){0,2}$/.test(text)) return undefined
  const short = dateOf(`20${text}`)
  return text.length === 10 ? short : text.length === 14 ? dateOf(text) : (short ?? dateOf(text))
}

function dateOf(digits: string): string | undefined {
  const [, date = '', time = ''] = /^(\d{8})(\d{4}(?:\d\d)?)$/.exec(digits) ?? []
  const day = date.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
  const clock = time.replace(/^(\d\d)(\d\d)(\d\d)?$/, (_, h, m, s) => [h, m, ...(s ? [s] : [])].join(':'))
  const at = Date.parse(`${day}T${clock}Z`)
  // Date.parse rolls the 30th of February over.
  return Number.isNaN(at) || !new Date(at).toISOString().startsWith(day) ? undefined : `${day}T${clock}`
}

/**
 * Ids under which a message may be known: some centres answer with a number in hex and report it in decimal, or pad
 * it with zeros in one of the two. The first is as written.
 */
export function idForms(id: string): readonly string[] {
  const numbers = [
    ...(/^\d{1,20}$/.test(id) ? [bare(id), BigInt(id).toString(16)] : []),
    ...(/^[0-9a-f]{1,16}$/i.test(id) ? [bare(id), BigInt(`0x${id}`).toString()] : [])
  ]
  const cased = numbers.flatMap((form) => [form.toLowerCase(), form.toUpperCase()])
  return [...new Set([id, id.toLowerCase(), id.toUpperCase(), ...cased, ...cased.flatMap(padded)])]
}

const bare = (number: string): string => number.replace(/^0+(?=.)/, '')

function padded(number: string): readonly string[] {
  return [8, 10, 16].filter((length) => number.length < length).map((length) => number.padStart(length, '0'))
}
