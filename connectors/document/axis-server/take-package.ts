import { createHash } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import { pause } from '#protocol/timing/retry.ts'
import type { ConnectorIo, Received } from '../../connector.ts'
import { maxPackageBytes } from '../edxml/xml-bytes.ts'
import { toItem } from '../poll.ts'
import { isHashOf } from '../transport/axis-headers.ts'
import { axisCodes, codeOf, failed, fine } from './answers.ts'
import { answered, type Call, nameOf } from './call.ts'
import { readBody } from './read-body.ts'
import { newestOf, sentMarks } from './sent-marks.ts'

/** The line end that the official client writes after a file. */
const lineEnd = Buffer.from('\r\n')
export const maxSentBytes = maxPackageBytes + lineEnd.length
/** How long the package before about the same subject may take until it is published. */
const publishingMs = 10_000
const lookEveryMs = 50

/** The same bytes are the same item, so that a request sent again makes no second event, and has the same DocId. */
export async function takePackage({ header, request, reading, turns, io }: Call): Promise<Received> {
  if (header('from') !== io.agency) {
    return answered(failed(axisCodes.senderUnknown, `Đơn vị gửi phải là ${nameOf(io)}.`))
  }
  const given = await readBody(request, { limit: maxSentBytes, signal: io.signal })
  const bytes = withHash(given, header('hash-file'))
  if (!bytes) return answered(failed(axisCodes.fileInvalid, 'Nội dung gói tin không khớp hash-file.'))
  const docId = createHash('sha256').update(bytes).digest('hex')
  let release = (): void => {}
  const takeTurn = async (subject: string): Promise<void> => {
    release = await turns.take(subject, io.signal)
    await previousPublished(subject, docId, io)
  }
  try {
    const item = await toItem({ reference: docId, bytes }, { ...reading, takeTurn }, io)
    if ('fault' in item) throw item.fault
    if (!('event' in item)) throw new TypeError('a package becomes an event')
    const marks = await sentMarks(item.event, docId, io)
    return {
      items: [{ ...item, marks }],
      respond([result]) {
        if (typeof result !== 'object') return fine({ DocId: docId })
        return failed(codeOf(result.quarantined), result.quarantined.text('vi'))
      },
      release
    }
  } catch (error) {
    release()
    throw error
  }
}

/**
 * Whether a document is sent again is known once the package before it is published. Two requests that bring the same
 * document take turns, and the second one waits here.
 */
async function previousPublished(subject: string, docId: string, io: ConnectorIo): Promise<void> {
  const previous = await newestOf(subject, io)
  if (previous === undefined || previous === docId) return
  const until = performance.now() + publishingMs
  while ((await io.unacknowledged()).includes(previous)) {
    if (performance.now() > until) throw new BusError('BUS_CONTROL_STALE', 'projector-behind')
    await pause(lookEveryMs, { signal: io.signal })
    io.signal.throwIfAborted()
  }
}

/** The file in a body: the whole of it, or without the line end of the official client. */
function withHash(sent: Buffer, hash: string): Buffer | undefined {
  const whole = sent.subarray(-lineEnd.length).equals(lineEnd)
    ? [sent.subarray(0, -lineEnd.length), sent]
    : [sent]
  return whole.find((bytes) => isHashOf(hash, createHash('sha256').update(bytes).digest()))
}
