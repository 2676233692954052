import type { BusError } from '#protocol/errors/bus-error.ts'

/** Error codes of the axis, as its clients know them. */
export const axisCodes = {
  done: '0',
  fileInvalid: '10',
  notAuthenticated: '15',
  recipientUnknown: '18',
  senderUnknown: '19',
  failed: '20',
  edxmlInvalid: '22'
} as const
export type AxisCode = (typeof axisCodes)[keyof typeof axisCodes]

/** HTTP status of each, for what stands between; clients of the axis read the code. */
const statuses: Readonly<Record<AxisCode, number>> = {
  '0': 200,
  '10': 400,
  '15': 401,
  '18': 404,
  '19': 403,
  '20': 503,
  '22': 422
}

const done = { status: 'OK', ErrorCode: axisCodes.done, ErrorDesc: 'Thành công' }

export function fine(more: object = {}): Response {
  return respondWith(200, { ...done, ...more })
}

/** `DocId` is empty, and there all the same: the clients of the axis do not ask whether it is. */
export function failed(code: AxisCode, description: string): Response {
  return respondWith(statuses[code], { status: 'FAIL', ErrorCode: code, ErrorDesc: description, DocId: '' })
}

function respondWith(status: number, value: object): Response {
  return new Response(asAscii(value), { status, headers: { 'content-type': 'application/json' } })
}

/** The official client reads some answers as ASCII. */
function asAscii(value: object): string {
  return JSON.stringify(value).replaceAll(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  )
}

/** Answers with a list while it is read. */
export function fineWithList(entries: AsyncIterable<object>): Response {
  const whole = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from(`${asAscii({ ...done, ErrorDesc: '' }).slice(0, -1)},"data":[`)
    let before = ''
    for await (const entry of entries) {
      yield Buffer.from(before + asAscii(entry))
      before = ','
    }
    yield Buffer.from(']}')
  }
  return new Response(whole(), { headers: { 'content-type': 'application/json' } })
}

/** Answers with a package in base64 while it is read: one chunk of it is in memory at a time. */
export function fineWith(text: AsyncIterable<string>): Response {
  const start = asAscii({ ...done, ErrorDesc: '' }).slice(0, -1)
  const whole = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from(`${start},"data":"`)
    let left = Buffer.alloc(0)
    for await (const chunk of text) {
      const all = Buffer.concat([left, Buffer.from(chunk)])
      const end = all.length - (all.length % 3)
      yield Buffer.from(all.toString('base64', 0, end))
      left = all.subarray(end)
    }
    yield Buffer.from(`${left.toString('base64')}"}`)
  }
  return new Response(whole(), {
    headers: { 'content-type': 'application/json' }
  })
}

/** The code that says most of why a package was not taken. */
export function codeOf({ fault, code, retry }: BusError): AxisCode {
  if (fault.startsWith('recipient')) return axisCodes.recipientUnknown
  if (fault === 'package-of-other-agency' || code === 'BUS_NOT_PERMITTED') return axisCodes.senderUnknown
  return retry === 'never' ? axisCodes.edxmlInvalid : axisCodes.failed
}
