import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type EventDraft, newEvent } from '#client/new-event.ts'
import { openParty, type Party } from './party.ts'
import type { ScenarioOptions } from './scenario-options.ts'

const commune = '001.01.93.H03'
const department = '000.00.91.H03'
const answering = '000.00.92.H03'
/** Nothing reads for it in the demo. */
const silent = '002.01.93.H03'
const schemas = join(import.meta.dirname, '..', '..', 'schemas')
const dayMs = 86_400_000

/**
 * A case that does not go on, for whoever looks for it in the console: a department asks two agencies for their
 * opinion on a dossier, one never answers, and the dossier is overdue.
 */
export async function runWaitingScenario({ gateway, keysFolder, say }: ScenarioOptions): Promise<void> {
  const party = (name: string) => openParty({ gateway, keysFolder, name })
  const desk = await party(`${commune}.mot-cua`)
  const office = await party(`${department}.mot-cua`)
  const now = Date.now()
  const number = String(now % 1_000_000)
  const dossierCode = `${commune}-${new Date(now).toISOString().slice(2, 10).replaceAll('-', '')}-${number}`
  const ofDossier = { dossierCode, summary: 'Cấp giấy phép xây dựng nhà ở riêng lẻ' }
  await tell(desk, 'dossier/received.v1', dossierCode, [department], {
    ...ofDossier,
    receivedAt: new Date(now - 10 * dayMs).toISOString(),
    dueAt: new Date(now - dayMs).toISOString()
  })
  await tell(desk, 'dossier/transferred.v1', dossierCode, [department], {
    ...ofDossier,
    toAgency: department
  })
  await tell(office, 'dossier/status-changed.v1', dossierCode, [commune], { dossierCode })

  const documentId = `${department},${new Date(now).toISOString().slice(0, 10).replaceAll('-', '/')},${number}/SMA-XD`
  const asking = await party(`${department}.qlvb`)
  const asked = await tell(
    asking,
    'document/issued.v1',
    documentId,
    [answering, silent],
    {
      ...{ documentId, codeNumber: number, codeNotation: 'SMA-XD' },
      title: 'V/v lấy ý kiến về việc cấp giấy phép xây dựng nhà ở riêng lẻ'
    },
    { correlationid: dossierCode }
  )
  await tell(
    await party(`${answering}.qlvb`),
    'document/status-changed.v1',
    documentId,
    [department],
    {
      from: { organId: answering, organName: 'Sở mẫu B' },
      responseFor: {
        organId: department,
        code: `${number}/SMA-XD`,
        documentId,
        promulgationDate: new Date(now).toISOString().slice(0, 10)
      }
    },
    { correlationid: dossierCode, causationid: asked }
  )
  say(`Dossier ${dossierCode}: overdue, because one of the agencies that were asked about it does not answer`)
}

/** Publishes the example of an event type with some members changed; gives the id of the event. */
async function tell(
  { client }: Party,
  schema: string,
  subject: string,
  recipients: string[],
  changes: object,
  more: Partial<EventDraft> = {}
): Promise<string> {
  const example = JSON.parse(await readFile(join(schemas, `${schema}.example.json`), 'utf8'))
  const type = schema.replace('/', '.')
  const event = newEvent(client.system, {
    ...{ type, subject, recipients, data: { ...example, ...changes } },
    ...more
  })
  await client.publish(event)
  return event.id
}
