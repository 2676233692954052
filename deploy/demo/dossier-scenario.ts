import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newEvent } from '#client/new-event.ts'
import { today } from './packages.ts'
import { openParty, type Party } from './party.ts'
import { type ScenarioOptions, stepTimeoutMs } from './scenario-options.ts'

const commune = '000.00.81.H03'
const department = '000.00.91.H03'
const schemas = join(import.meta.dirname, '..', '..', 'schemas', 'dossier')

/**
 * A commune's one-stop desk receives a dossier and transfers it to a department, which processes it and
 * returns the result.
 */
export async function runDossierScenario({ gateway, keysFolder, narrator }: ScenarioOptions): Promise<void> {
  const { language } = narrator
  const desk = await openParty({ gateway, keysFolder, name: `${commune}.mot-cua`, language })
  const office = await openParty({ gateway, keysFolder, name: `${department}.mot-cua`, language })
  const dossierCode = newDossierCode(commune, String(Date.now() % 10_000).padStart(4, '0'))
  const [first, second] = [narrator.agency(commune), narrator.agency(department)]
  narrator.part({ vi: `Hồ sơ ${dossierCode}`, en: `Dossier ${dossierCode}` })
  const steps = [
    {
      ...{ from: desk, to: office, name: 'received' },
      vi: `${first} tiếp nhận hồ sơ; ${second} được báo theo thỏa thuận`,
      en: `${first} received it; ${second} is informed under the agreement`
    },
    {
      ...{ from: desk, to: office, name: 'transferred' },
      vi: `${first} chuyển hồ sơ đến ${second}`,
      en: `${first} transfers it to ${second}`
    },
    {
      ...{ from: office, to: desk, name: 'status-changed' },
      vi: `${second} đang xử lý; ${first} được báo`,
      en: `${second} processes it; ${first} is informed`
    },
    {
      ...{ from: office, to: desk, name: 'completed' },
      vi: `${second} trả kết quả cho ${first}`,
      en: `${second} returns the result to ${first}`
    }
  ]
  for (const { vi, en, ...crossing } of steps) {
    await cross({ ...crossing, dossierCode })
    const type = `dossier.${crossing.name}.v1`
    narrator.step({ vi, en })
    narrator.detail({
      vi: `${type}; chữ ký và biên nhận đúng`,
      en: `${type}; signature and receipt are valid`
    })
  }
}

/** As one-stop systems make them: the agency, the day of receipt in Vietnam, a number. */
export function newDossierCode(agency: string, number: string): string {
  return `${agency}-${today().slice(2).replaceAll('/', '')}-${number}`
}

interface Crossing {
  readonly from: Party
  readonly to: Party
  /** `received` for `dossier.received.v1`. */
  readonly name: string
  readonly dossierCode: string
  /** Members of the payload that are not as in the example. */
  readonly changes?: object
}

/** Sends an event of a dossier; the recipient reads, verifies and accepts it. */
export async function cross({ from, to, name, dossierCode, changes }: Crossing): Promise<void> {
  const example = JSON.parse(await readFile(join(schemas, `${name}.v1.example.json`), 'utf8'))
  const event = newEvent(from.client.system, {
    type: `dossier.${name}.v1`,
    subject: dossierCode,
    recipients: [to.agency],
    data: { ...example, dossierCode, ...changes }
  })
  await from.client.publish(event)
  const item = await to.waitFor((one) => one.event.id === event.id, stepTimeoutMs)
  await to.verify(item)
  await to.client.acknowledge({ source: event.source, id: event.id, state: 'accepted' })
}
