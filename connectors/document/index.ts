import type { Readable } from 'node:stream'
import Type from 'typebox'
import { BusError } from '#bus/errors/bus-error.ts'
import { textOf } from '#bus/errors/faults.ts'
import type { Attachment } from '#bus/events/attachments-of.ts'
import type { JsonObject } from '#bus/events/json.ts'
import { type ConnectorContext, defineConnector, type Found } from '../connector.ts'
import { answerOfStatus, businessTypes } from './codes.ts'
import { type DroppedPackage, openPackageFolder } from './folder.ts'
import { type EdxmlPackage, readPackage } from './read-package.ts'
import { writePackage } from './write-package.ts'
import { refuse } from './xml-tree.ts'

const types = [...Object.values(businessTypes), 'document.status-changed.v1']

export default defineConnector({
  name: 'document',
  summary: 'Exchanges edXML packages (QCVN 102:2016) with a document system through folders.',
  config: Type.Object(
    {
      folder: Type.String({
        description:
          'Where the packages lie: `in` for the bus, `out` from it, `sent`, and `refused` with the reason.'
      })
    },
    { additionalProperties: false }
  ),
  consumes: types,
  publishes: types,

  async open({ folder }, context) {
    const packages = await openPackageFolder(folder)
    return {
      async deliver({ event, hash, recordedTime }) {
        const files = await Promise.all(
          attachmentsOf(event.data).map(async ({ name, mediaType, sha256 }) => {
            return { name, mediaType, bytes: await bytesOf(await context.attachment(sha256)) }
          })
        )
        const name = `${recordedTime.replaceAll(/[^0-9]/g, '')}-${hash.slice(0, 16)}.edxml`
        await packages.put(name, writePackage(event.type, event.data, files))
      },

      async poll() {
        for (let dropped = await packages.next(); dropped; dropped = await packages.next()) {
          try {
            return await toFound(dropped, context)
          } catch (error) {
            if (!(error instanceof BusError && error.retry === 'never')) throw error
            await packages.refused(dropped.reference, reasonOf(error))
            context.setAside(dropped.reference, error.message)
          }
        }
        return undefined
      },

      async settled(reference, refusal) {
        if (refusal) await packages.refused(reference, reasonOf(refusal))
        else await packages.sent(reference)
      },

      check: packages.check,
      close: async () => {}
    }
  }
})

async function toFound({ reference, bytes }: DroppedPackage, context: ConnectorContext): Promise<Found> {
  const found = readPackage(bytes)
  if (found.from !== context.agency)
    refuse('package-of-other-agency', { got: found.from, expected: context.agency })
  const attachments: Attachment[] = []
  for (const { name, mediaType, bytes: content } of found.files) {
    attachments.push(await context.attach(name, mediaType, content))
  }
  const { type, subject, recipients } = found
  const data = isStatus(found)
    ? found.data
    : { ...found.data, attachments: attachments as unknown as JsonObject[] }
  return { reference, draft: { type, subject, recipients, data }, ...answersOf(found) }
}

/** Statuses 03 and 02 also answer the document on the bus. */
function answersOf(found: EdxmlPackage): Pick<Found, 'answers'> {
  const code = String(found.data.statusCode)
  const state = isStatus(found) ? answerOfStatus[code] : undefined
  const [sender] = found.recipients
  if (!state || sender === undefined) return {}
  const { description } = found.data
  const reason = state === 'refused' && typeof description === 'string' ? { reason: description } : {}
  return { answers: { sender, subject: found.subject, state, code, ...reason } }
}

function isStatus({ type }: EdxmlPackage): boolean {
  return type === 'document.status-changed.v1'
}

function attachmentsOf({ attachments }: JsonObject): readonly Attachment[] {
  return (attachments ?? []) as unknown as readonly Attachment[]
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Why a package was not taken, for a clerk. */
function reasonOf({ fault, values, code }: BusError): string {
  return `${textOf(fault, values, 'vi')} (${code})`
}
