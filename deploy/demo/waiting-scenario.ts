import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type EventDraft, newEvent } from '#client/new-event.ts'
import { cross, newDossierCode } from './dossier-scenario.ts'
import { today } from './packages.ts'
import { openParty, type Party } from './party.ts'
import type { ScenarioOptions } from './scenario-options.ts'

const commune = '000.00.81.H03'
const department = '000.00.91.H03'
const answering = '000.00.92.H03'
/** Nothing reads for it in the demo. */
const silent = '000.00.84.H03'
const schemas = join(import.meta.dirname, '..', '..', 'schemas', 'document')
const dayMs = 86_400_000

/**
 * A case that does not go on, for whoever looks for it in the console: a department asks two agencies for their
 * opinion on a dossier, one never answers, and the dossier is overdue.
 */
export async function runWaitingScenario({ gateway, keysFolder, narrator }: ScenarioOptions): Promise<void> {
  const party = (name: string) => openParty({ gateway, keysFolder, name, language: narrator.language })
  const desk = await party(`${commune}.mot-cua`)
  const office = await party(`${department}.mot-cua`)
  const now = Date.now()
  const day = today()
  const number = String(now % 1_000_000)
  const dossierCode = newDossierCode(commune, number)
  const summary = 'Cấp giấy phép xây dựng nhà ở riêng lẻ'
  const receivedAt = new Date(now - 10 * dayMs).toISOString()
  const dueAt = new Date(now - dayMs).toISOString()
  const ofDossier = { from: desk, to: office, dossierCode }
  await cross({ ...ofDossier, name: 'received', changes: { summary, receivedAt, dueAt } })
  await cross({ ...ofDossier, name: 'transferred', changes: { summary, toAgency: department } })
  await cross({ ...ofDossier, from: office, to: desk, name: 'status-changed' })

  const documentId = `${department},${day},${number}/SMA-XD`
  const asking = await party(`${department}.qlvb`)
  const asked = await publish(asking, 'issued', {
    ...{ subject: documentId, recipients: [answering, silent], correlationid: dossierCode },
    data: { documentId, codeNumber: number, codeNotation: 'SMA-XD', title: `V/v lấy ý kiến: ${summary}` }
  })
  const responseFor = {
    organId: department,
    code: `${number}/SMA-XD`,
    documentId,
    promulgationDate: day.replaceAll('/', '-')
  }
  await publish(await party(`${answering}.qlvb`), 'status-changed', {
    ...{ subject: documentId, recipients: [department], correlationid: dossierCode, causationid: asked },
    data: { from: { organId: answering, organName: 'Sở mẫu B' }, responseFor }
  })
  const [asks, answers, waits] = [department, answering, silent].map(narrator.agency)
  narrator.part({ vi: `Hồ sơ ${dossierCode}, bị vướng`, en: `Dossier ${dossierCode}, which is stuck` })
  narrator.step({
    vi: `${asks} lấy ý kiến ${answers} và ${waits}`,
    en: `${asks} asks ${answers} and ${waits} for an opinion`
  })
  narrator.step({
    vi: `${waits} chưa trả lời, hồ sơ đã quá hạn`,
    en: `${waits} does not answer, and the dossier is overdue`
  })
}

/** Publishes the example of an event about a document, with some members changed; gives the id of the event. */
async function publish(
  { client }: Party,
  name: string,
  { data, ...draft }: Omit<EventDraft, 'type'>
): Promise<string> {
  const example = JSON.parse(await readFile(join(schemas, `${name}.v1.example.json`), 'utf8'))
  const event = newEvent(client.system, {
    ...{ type: `document.${name}.v1`, data: { ...example, ...data } },
    ...draft
  })
  await client.publish(event)
  return event.id
}
