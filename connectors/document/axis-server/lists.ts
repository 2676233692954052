import { agencyOf } from '#protocol/events/event.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { ConnectorIo, ItemResult, OutboundEvent } from '../../connector.ts'
import { axisTimestamp } from '../transport/axis-headers.ts'
import { sentPackages } from './sent-marks.ts'

const serviceType = 'eDoc'
/** Events may have a megabyte each: only some are in memory at a time. */
const atOnce = 50
const maxSentListed = 5000

/** What waits for the document system, oldest first, all of it: the axis has no pages. */
export async function* received(io: ConnectorIo, type: string): AsyncGenerator<object> {
  for (let after: string | undefined; ; ) {
    const some = await io.waiting(after, atOnce)
    for (const one of some) {
      const entry = entryOf(one, io.agency)
      if (type === '' || entry.messageType === type) yield entry
    }
    after = some.at(-1)?.hash
    if (some.length < atOnce) return
  }
}

/** What the document system has sent, newest first, an entry for each recipient. */
export async function* sent(io: ConnectorIo, type: string): AsyncGenerator<object> {
  const packages = (await sentPackages(io, maxSentListed)).filter(
    ({ messageType }) => type === '' || messageType === type
  )
  const results = await io.results([...new Set(packages.map(({ docId }) => docId))])
  for (const { docId, at, messageType, to, notation, title } of packages) {
    yield {
      ...{ serviceType, messageType, fromCode: io.agency, toCode: to, title, notation },
      ...{ senderDocId: docId, sentTime: timeOf(at), sendStatus: sendStatusOf(results.get(docId), to) }
    }
  }
}

/** Transport only: a document that its recipient has and rejects has arrived. */
function sendStatusOf(result: ItemResult | undefined, to: string): 'initial' | 'done' | 'fail' {
  if (result?.isQuarantined) return 'fail'
  const status = result?.recipients.get(to) ?? 'pending'
  if (status === 'pending') return 'initial'
  return status === 'expired' || status === 'recalled' ? 'fail' : 'done'
}

function entryOf({ event, hash, recordedTime }: OutboundEvent, to: string) {
  const time = timeOf(instantMs(recordedTime))
  const messageType = event.type === 'document.status-changed.v1' ? 'status' : 'edoc'
  return {
    ...{ docId: hash, serviceType, messageType, created_time: time, updated_time: time },
    ...{ from: agencyOf(event.source), to, status: 'initial', status_desc: '' }
  }
}

/** The time in Việt Nam, `yyyy/MM/dd HH:mm:ss`. */
function timeOf(at: number): string {
  const [, day, month, year, hour, minute, second] =
    /^(..)(..)(....)T(..)(..)(..)/.exec(axisTimestamp(at)) ?? []
  return `${year}/${month}/${day} ${hour}:${minute}:${second}`
}
