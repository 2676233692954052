import { rootOf, treeLevels } from '#protocol/trust/merkle.ts'
import { newClaims, signToken } from '#protocol/trust/token.ts'
import { readKey } from '#runtime/keyring.ts'
import type { Job } from './generator.ts'
import { requestText } from './http-connection.ts'
import { createEventMaker, type MadeEvent } from './made-events.ts'

/** A request as bytes on the wire, and its events. */
export interface MadeRequest {
  readonly text: string
  readonly events: readonly MadeEvent[]
}

const lifeSeconds = 280

/** Makes requests with new events, and tokens valid for nearly five minutes. */
export async function createRequestMaker(job: Job): Promise<() => Promise<MadeRequest>> {
  const { sender, batch, contentType } = job
  const { signingKey } = await readKey(sender.keyFile)
  const makeEvent = createEventMaker({
    system: sender.system,
    recipients: job.recipients,
    subjects: job.subjects
  })
  const tokenFor = (events?: string): Promise<string> => {
    const claims = newClaims({ system: sender.system, audience: job.audience, now: Date.now(), lifeSeconds })
    return signToken({ ...claims, ...(events === undefined ? {} : { events }) }, signingKey)
  }
  const plain = job.token === 'plain' ? await tokenFor() : undefined
  return async () => {
    const events = Array.from({ length: batch }, makeEvent)
    const token = plain ?? (await tokenFor(writtenRoot(events)))
    const body = batch === 1 ? (events[0]?.text ?? '') : `[${events.map(({ text }) => text).join(',')}]`
    const headers = { authorization: `Bearer ${token}`, 'content-type': contentType }
    return { text: requestText('POST', job.path, headers, body), events }
  }
}

function writtenRoot(events: readonly MadeEvent[]): string {
  return rootOf(treeLevels(events.map(({ leaf }) => leaf)))
}
