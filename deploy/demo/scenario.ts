import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newEvent } from '#client/new-event.ts'
import { MissingStep, openParty } from './party.ts'

export interface ScenarioOptions {
  readonly gateway: string
  /** Where each system's private key lies, as `<agency code>.<system>.jwk`. */
  readonly keysFolder: string
  /** Tells a step that was seen. */
  readonly say: (line: string) => void
}

const schemas = join(import.meta.dirname, '..', '..', 'schemas')
const stepTimeoutMs = 15_000

/** A document crossing agencies, each step seen over HTTP with the recipient's own key. Rejects with `MissingStep`. */
export async function runScenario({ gateway, keysFolder, say }: ScenarioOptions): Promise<void> {
  const sender = await openParty({ gateway, keysFolder, name: '000.00.91.H03.qlvb' })
  const recipient = await openParty({ gateway, keysFolder, name: '000.00.92.H03.qlvb' })
  const data = JSON.parse(await readFile(join(schemas, 'document', 'issued.v1.example.json'), 'utf8'))
  const event = newEvent(sender.client.system, {
    type: 'document.issued.v1',
    subject: `${sender.agency},${new Date().toISOString().slice(0, 10).replaceAll('-', '/')},${Date.now()}/SMA-VP`,
    recipients: [recipient.agency],
    data
  })
  const [published] = await sender.client.publish(event)
  say(`${sender.agency} published ${event.type} ${event.subject}: ${published?.status}`)
  const item = await recipient.waitFor((one) => one.event.id === event.id, stepTimeoutMs)
  say(`${recipient.agency} read it from its inbox, recorded ${item.added.recordedtime}`)
  const { signature, receipt } = await recipient.verify(item)
  say(`${recipient.agency} verified it: signature ${signature}, receipt ${receipt}`)
  if (signature !== 'good' || receipt !== 'good')
    throw new MissingStep('the signature or the receipt does not verify')
}
