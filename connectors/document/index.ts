import Type from 'typebox'
import { BusError } from '#protocol/errors/bus-error.ts'
import { textOf } from '#protocol/errors/faults.ts'
import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { defineConnector } from '../connector.ts'
import { businessTypes } from './codes.ts'
import { openPackageFolder } from './folder.ts'
import { loadAuthorities } from './signature/authorities.ts'
import { streamPackage } from './stream-package.ts'
import { toInboundItem } from './to-inbound-item.ts'
import { packageChunks } from './write-package.ts'

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const types = [...Object.values(businessTypes), 'document.status-changed.v1']

export default defineConnector({
  name: 'document',
  summary: 'Exchanges edXML packages (QCVN 102:2016) with a document system through folders.',
  config: Type.Object(
    {
      folder: Type.String({
        description:
          'Folder shared with the document system. Packages for the bus go into `in`, packages from the bus appear in `out`; packages read are moved to `sent`, unusable ones to `refused` with the reason.'
      }),
      authorities: Type.Optional(
        Type.String({
          description:
            'PEM file of the certificate authorities that packages must be signed under to count as `valid`; default: none.'
        })
      ),
      holidays: Type.Array(Day, {
        default: [],
        description: 'Public holidays on weekdays, `YYYY-MM-DD`.'
      }),
      makeUpDays: Type.Array(Day, {
        default: [],
        description: 'Weekend days that are worked in exchange for a day off, `YYYY-MM-DD`.'
      })
    },
    { additionalProperties: false }
  ),
  consumes: types,
  publishes: types,

  async open({ folder, authorities: authoritiesFile, holidays, makeUpDays }, context) {
    const packages = await openPackageFolder(folder, (name, reason) =>
      context.quarantined(name, `left in the folder: ${reason}`)
    )
    const authorities = authoritiesFile === undefined ? [] : await loadAuthorities(authoritiesFile)
    const calendar = { holidays, makeUpDays }
    return {
      async deliver({ event, hash, recordedTime }, signal) {
        const name = `${recordedTime.replaceAll(/[^0-9]/g, '')}-${hash.slice(0, 16)}.edxml`
        const hop = { organId: context.agency, at: recordedTime }
        const chunks = packageChunks(event.type, event.data, attachmentsOf(event.data), hop)
        const bytes = streamPackage(chunks, ({ sha256 }) => context.attachment(sha256))
        await packages.put(name, bytes, signal)
      },

      async poll() {
        for (let dropped = await packages.next(); dropped; dropped = await packages.next()) {
          try {
            return await toInboundItem(dropped, { context, authorities, calendar })
          } catch (error) {
            if (!(error instanceof BusError && error.retry === 'never')) throw error
            await packages.refused(dropped.reference, reasonOf(error))
            context.quarantined(dropped.reference, error.message)
          }
        }
        return undefined
      },

      async acknowledge(reference, refusal) {
        if (refusal) await packages.refused(reference, reasonOf(refusal))
        else await packages.sent(reference)
      },

      check: packages.check,
      close: async () => {}
    }
  }
})

function attachmentsOf({ attachments }: JsonObject): readonly Attachment[] {
  return (attachments ?? []) as unknown as readonly Attachment[]
}

/** Why a package was not taken, as text for a clerk. */
function reasonOf({ fault, values, code }: BusError): string {
  return `${textOf(fault, values, 'vi')} (${code})`
}
