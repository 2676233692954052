import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { InboxItem } from '#client/inbox.ts'
import { openDocumentSystem } from './document-system.ts'
import { type DemoDocument, type DemoFile, documentIdOf, documentPackage, statusPackage } from './packages.ts'
import { eventually, MissingStep, openParty, type Party } from './party.ts'
import { type ScenarioOptions, stepTimeoutMs } from './scenario-options.ts'

const sender = '000.00.91.H03'
const recipients = ['000.00.92.H03', '000.00.82.H03'] as const
const answers = [
  ['01', 'Đã đến'],
  ['03', 'Đã tiếp nhận, vào sổ văn bản đến'],
  ['06', 'Hoàn thành xử lý']
] as const

/**
 * A department sends a document with three attachments to another one and to a ward; the other
 * department's answers come back.
 */
export async function runDocumentScenario(options: ScenarioOptions): Promise<void> {
  const { say, packagesFolder } = options
  const systemOf = (agency: string) => openDocumentSystem(agency, join(packagesFolder, agency))
  const number = String(Date.now() % 1_000_000_000)
  const files = demoFiles()
  const document: DemoDocument = {
    from: sender,
    to: recipients,
    number,
    title: 'V/v họp giao ban tháng 12',
    files
  }
  const subject = documentIdOf(document)
  say(`Document ${subject}: ${sender} sends an edXML package with ${files.length} attachments`)
  await systemOf(sender).drop(`${number}.edxml`, documentPackage(document))

  const items: InboxItem[] = []
  for (const agency of recipients) {
    const received = await systemOf(agency).find([subject], stepTimeoutMs)
    const whole = files.every(({ bytes }) => received.includes(bytes.toString('base64')))
    if (!whole) throw new MissingStep(`the attachments received by ${agency} differ from those sent`)
    items.push(await seeOverHttp(await party(options, agency), subject, files, say))
  }
  const [answering] = recipients
  for (const [code, description] of answers) {
    const status = statusPackage({ from: answering, original: document, code, description })
    await systemOf(answering).drop(`${number}-${code}.edxml`, status)
  }
  for (const [code, description] of answers) {
    await systemOf(sender).find([subject, `<edXML:StatusCode>${code}<`], stepTimeoutMs)
    say(`  ${answering} answered ${code} (${description}); ${sender} received the answer`)
  }
  await seeAccepted(await party(options, sender), items[0], answering, say)
}

function party({ gateway, keysFolder }: ScenarioOptions, agency: string): Promise<Party> {
  return openParty({ gateway, keysFolder, name: `${agency}.qlvb` })
}

/** The recipient reads its inbox with its own key, verifies the event and downloads the attachments. */
async function seeOverHttp(
  recipient: Party,
  subject: string,
  files: readonly DemoFile[],
  say: ScenarioOptions['say']
): Promise<InboxItem> {
  const item = await recipient.waitFor(({ event }) => event.subject === subject, stepTimeoutMs)
  const { signature, receipt } = await recipient.verify(item)
  if (signature !== 'good' || receipt !== 'good')
    throw new MissingStep('the signature or the receipt is not valid')
  for (const { bytes } of files) {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const found = await digestOf(await recipient.client.download(sha256))
    if (found !== sha256) throw new MissingStep(`an attachment received by ${recipient.agency} was changed`)
  }
  say(
    `  ${recipient.agency} received it: signature ${signature}, receipt ${receipt}, ${files.length} attachments identical`
  )
  return item
}

/** The publisher reads the delivery status of its document: status 03 was also the recipient's answer. */
async function seeAccepted(
  publisher: Party,
  item: InboxItem | undefined,
  by: string,
  say: ScenarioOptions['say']
): Promise<void> {
  const { source = '', id = '' } = item?.event ?? {}
  const query = new URLSearchParams({ source, id })
  const look = async (): Promise<readonly Delivery[] | undefined> => {
    const { deliveries } = await publisher.client.get<{ deliveries: readonly Delivery[] }>(
      `/v1/events?${query}`
    )
    const isAccepted = deliveries.some(({ agency, state }) => agency === by && state === 'accepted')
    return isAccepted ? deliveries : undefined
  }
  const seen = await eventually(look, stepTimeoutMs, `${by} has not accepted the document`)
  const states = seen.map(({ agency, state }) => `${agency} ${state}`)
  say(`  ${publisher.agency} reads the delivery status: ${states.join(', ')}`)
}

interface Delivery {
  readonly agency: string
  readonly state: string
}

async function digestOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of stream) hash.update(chunk)
  return hash.digest('hex')
}

function demoFiles(): readonly DemoFile[] {
  return [
    {
      name: 'cong-van.pdf',
      mediaType: 'application/pdf',
      bytes: Buffer.from(`%PDF-1.4\n% ${Math.random()}\n`)
    },
    { name: 'phụ lục 1.txt', mediaType: 'text/plain', bytes: Buffer.from('Phụ lục 1: thành phần dự họp') },
    { name: 'so-lieu.bin', mediaType: 'application/octet-stream', bytes: Buffer.alloc(100_000, number()) }
  ]
}

function number(): number {
  return Math.floor(Math.random() * 256)
}
