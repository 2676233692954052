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
  readonly error?: string
  /** The beginning of the message. */
  readonly text?: string
}

/** The values of `message_state` (SMPP 3.4, 5.2.28). */
const byNumber: readonly (MessageState | undefined)[] = [
  ...([undefined, 'ENROUTE', 'DELIVRD', 'EXPIRED', 'DELETED', 'UNDELIV'] as const),
  ...(['ACCEPTD', 'UNKNOWN', 'REJECTD'] as const)
]

/** What centres write, by its beginning. */
const spellings: readonly (readonly [RegExp, MessageState])[] = [
  [/^(?:DELIVRD|DELIVERED)$/, 'DELIVRD'],
  [/^(?:EXPIRED|EXPIRD)$/, 'EXPIRED'],
  [/^(?:DELETED|DELETD|CANCEL.*)$/, 'DELETED'],
  [/^(?:UNDELIV.*|FAILED|FAILD)$/, 'UNDELIV'],
  [/^(?:ACCEPTD|ACCEPTED|ACKED)$/, 'ACCEPTD'],
  [/^(?:UNKNOWN|UNKNOWM|UNKNWN)$/, 'UNKNOWN'],
  [/^(?:REJECTD|REJECTED|REJCTD)$/, 'REJECTD'],
  [/^(?:ENROUTE|EN_ROUTE|BUFFERED|BUFFRED|SCHEDULED|SENT)$/, 'ENROUTE']
]

export function stateOfNumber(value: number): MessageState | undefined {
  return byNumber[value]
}

/** Whether a state is the last one of a message; it is not delivered unless it says so. */
export function isFinal(state: MessageState): boolean {
  return state !== 'ENROUTE' && state !== 'ACCEPTD'
}

const maxText = 2000

/** Reads the text of a report (SMPP 3.4, appendix B) in the many forms that centres give it. */
export function readReceipt(whole: string): Receipt {
  const [head = '', text] = splitAtText(whole.slice(0, maxText).replace(/\0+$/, ''))
  const field = (name: string): string | undefined =>
    new RegExp(`(?:^|[\\s,;|])${name}\\s*[:=]\\s*([^\\s,;|]*)`, 'i').exec(head)?.[1] || undefined
  const submitted = count(field('sub'))
  const delivered = count(field('dlvrd'))
  const entries = {
    id: field('id'),
    submitted,
    delivered,
    submitDate: toDate(field('submit[ _]?date')),
    doneDate: toDate(field('done[ _]?date')),
    state: toState(field('stat')),
    error: field('err'),
    text
  }
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Receipt
}

/** The message itself comes last, and may look like a report. */
function splitAtText(whole: string): readonly [string, string | undefined] {
  const found = /(?:^|[\s,;|])text\s*[:=]/i.exec(whole)
  if (!found) return [whole, undefined]
  return [whole.slice(0, found.index), whole.slice(found.index + found[0].length)]
}

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined
}

function toState(text: string | undefined): MessageState | undefined {
  const upper = text?.toUpperCase()
  return upper === undefined ? undefined : spellings.find(([spelling]) => spelling.test(upper))?.[1]
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
 * it with zeros. The first is as written.
 */
export function idForms(id: string): readonly string[] {
  const forms = [id]
  const bare = id.replace(/^0+(?=.)/, '')
  if (/^\d{1,20}$/.test(id)) {
    const hex = BigInt(id).toString(16)
    forms.push(bare, hex, hex.toUpperCase(), ...padded(hex), ...padded(hex.toUpperCase()))
  }
  if (/^[0-9a-f]{1,16}$/i.test(id)) forms.push(bare, BigInt(`0x${id}`).toString())
  return [...new Set([...forms, id.toLowerCase(), id.toUpperCase()])]
}

function padded(hex: string): readonly string[] {
  return [8, 10, 16].filter((length) => hex.length < length).map((length) => hex.padStart(length, '0'))
}
