import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newEvent } from '#client/new-event.ts'
import { MissingStep, openParty, type Party } from './party.ts'
import { type ScenarioOptions, stepTimeoutMs } from './scenario-options.ts'

const commune = '000.00.81.H03'
const department = '000.00.91.H03'
const schemas = join(import.meta.dirname, '..', '..', 'schemas', 'dossier')

/**
 * A commune's one-stop desk receives a dossier and transfers it to a department, which processes it and
 * returns the result.
 */
export async function runDossierScenario({ gateway, keysFolder, say }: ScenarioOptions): Promise<void> {
  const desk = await openParty({ gateway, keysFolder, name: `${commune}.mot-cua` })
  const office = await openParty({ gateway, keysFolder, name: `${department}.mot-cua` })
  const day = new Date().toISOString().slice(2, 10).replaceAll('-', '')
  const dossierCode = `${commune}-${day}-${String(Date.now() % 10_000).padStart(4, '0')}`
  say(`Dossier ${dossierCode}: received by ${commune}`)
  const steps = [
    [desk, office, 'received', 'is informed under the agreement'],
    [desk, office, 'transferred', 'receives the transferred dossier'],
    [office, desk, 'status-changed', 'sees that it is being processed'],
    [office, desk, 'completed', 'receives the result']
  ] as const
  for (const [from, to, name, message] of steps) {
    await cross({ from, to, name, dossierCode })
    say(`  ${to.agency} ${message} (dossier.${name}.v1); signature and receipt are valid`)
  }
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
  const { signature, receipt } = await to.verify(item)
  if (signature !== 'good' || receipt !== 'good')
    throw new MissingStep(`the signature or receipt of dossier.${name}.v1 is not valid`)
  await to.client.acknowledge({ source: event.source, id: event.id, state: 'accepted' })
}
