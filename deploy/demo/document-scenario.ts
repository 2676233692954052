import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { InboxItem } from '#client/inbox.ts'
import { openDocumentSystem } from './document-system.ts'
import type { Language, Narrator, Spoken } from './narrator.ts'
import { type DemoDocument, type DemoFile, documentIdOf, documentPackage, statusPackage } from './packages.ts'
import { eventually, MissingStep, openParty, type Party } from './party.ts'
import { type ScenarioOptions, stepTimeoutMs } from './scenario-options.ts'

const sender = '000.00.91.H03'
const recipients = ['000.00.92.H03', '000.00.82.H03'] as const
/** The status codes with which the recipient answers. */
const answers = [
  { code: '01', vi: 'Đã đến', en: 'arrived' },
  { code: '03', vi: 'Đã tiếp nhận, vào sổ văn bản đến', en: 'registered' },
  { code: '06', vi: 'Hoàn thành xử lý', en: 'completed' }
] as const
const states: Readonly<Record<string, Spoken>> = {
  pending: { vi: 'chưa nhận', en: 'pending' },
  delivered: { vi: 'đã nhận', en: 'delivered' },
  accepted: { vi: 'đã chấp nhận', en: 'accepted' }
}

/**
 * A department sends a document with three attachments to another one and to a ward; the other
 * department's answers come back.
 */
export async function runDocumentScenario(options: ScenarioOptions): Promise<void> {
  const { narrator, packagesFolder } = options
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
  const from = narrator.agency(sender)
  narrator.part({ vi: `Văn bản ${subject}`, en: `Document ${subject}` })
  await systemOf(sender).drop(`${number}.edxml`, documentPackage(document))
  narrator.step({
    vi: `${from} gửi một gói edXML có ${files.length} tệp đính kèm`,
    en: `${from} sends an edXML package with ${files.length} attachments`
  })

  const items: InboxItem[] = []
  for (const agency of recipients) {
    const received = await systemOf(agency).find([subject], stepTimeoutMs)
    const whole = files.every(({ bytes }) => received.includes(bytes.toString('base64')))
    if (!whole) throw changedAttachments(narrator.agency(agency))
    items.push(await seeOverHttp(await party(options, agency), { subject, files, narrator }))
  }
  const [answering] = recipients
  const by = narrator.agency(answering)
  for (const { code, vi } of answers) {
    const status = statusPackage({ from: answering, original: document, code, description: vi })
    await systemOf(answering).drop(`${number}-${code}.edxml`, status)
  }
  for (const { code, vi, en } of answers) {
    await systemOf(sender).find([subject, `<edXML:StatusCode>${code}<`], stepTimeoutMs)
    narrator.step({
      vi: `${by} trả lời ${code} (${vi}); ${from} đã nhận được`,
      en: `${by} answered ${code} (${en}); ${from} received the answer`
    })
  }
  await seeAccepted(await party(options, sender), items[0], answering, narrator)
}

function party({ gateway, keysFolder, narrator }: ScenarioOptions, agency: string): Promise<Party> {
  return openParty({ gateway, keysFolder, name: `${agency}.qlvb`, language: narrator.language })
}

interface Sent {
  readonly subject: string
  readonly files: readonly DemoFile[]
  readonly narrator: Narrator
}

/** The recipient reads its inbox with its own key, verifies the event and downloads the attachments. */
async function seeOverHttp(recipient: Party, { subject, files, narrator }: Sent): Promise<InboxItem> {
  const agency = narrator.agency(recipient.agency)
  const item = await recipient.waitFor(({ event }) => event.subject === subject, stepTimeoutMs)
  await recipient.verify(item)
  for (const { bytes } of files) {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const found = await digestOf(await recipient.client.download(sha256))
    if (found !== sha256) throw changedAttachments(agency)
  }
  narrator.step({
    vi: `${agency} đã nhận: chữ ký và biên nhận đúng, ${files.length} tệp đính kèm còn nguyên vẹn`,
    en: `${agency} received it: signature and receipt are valid, ${files.length} attachments identical`
  })
  return item
}

function changedAttachments(agency: string): MissingStep {
  return new MissingStep({
    vi: `tệp đính kèm mà ${agency} nhận được khác với tệp đã gửi`,
    en: `the attachments received by ${agency} differ from those sent`
  })
}

/** The publisher reads the delivery status of its document: status 03 was also the recipient's answer. */
async function seeAccepted(
  publisher: Party,
  item: InboxItem | undefined,
  by: string,
  narrator: Narrator
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
  const seen = await eventually(look, stepTimeoutMs, {
    vi: `${narrator.agency(by)} không chấp nhận văn bản`,
    en: `${narrator.agency(by)} has not accepted the document`
  })
  const statesIn = (language: Language): string =>
    seen
      .map(({ agency, state }) => `${narrator.agency(agency)} ${states[state]?.[language] ?? state}`)
      .join(', ')
  const from = narrator.agency(publisher.agency)
  narrator.step({
    vi: `${from} xem tình trạng chuyển: ${statesIn('vi')}`,
    en: `${from} reads the delivery status: ${statesIn('en')}`
  })
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
