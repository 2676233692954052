/** edXML packages as a simulated document system writes them (QCVN 102:2016); codes and names are synthetic. */

const namespace = 'http://www.mic.gov.vn/TBT/QCVN_102_2016'

export interface DemoFile {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Buffer
}

export interface DemoDocument {
  readonly from: string
  readonly to: readonly string[]
  readonly number: string
  readonly title: string
  readonly files: readonly DemoFile[]
  /** Codes of dossiers that it is about. */
  readonly referenceCodes?: readonly string[]
  /** `MCDT_DT` for a dossier that travels as a document. */
  readonly applicationType?: string
  /** The document that it answers. */
  readonly responseFor?: Original
}

type Original = Pick<DemoDocument, 'from' | 'number'>

export function documentIdOf({ from, number }: Original): string {
  return `${from},${today()},${number}/SMA-VP`
}

export function documentPackage(document: DemoDocument): string {
  const { from, to, number, title, files } = document
  const references = files.map(
    ({ name, mediaType }, index) =>
      `<edXML:Reference><edXML:ContentId>cid:${index}</edXML:ContentId><edXML:ContentType>${mediaType}</edXML:ContentType><edXML:AttachmentName>${name}</edXML:AttachmentName></edXML:Reference>`
  )
  const attachments = files.map(
    ({ name, mediaType, bytes }, index) =>
      `<Attachment><ContentId>cid:${index}</ContentId><AttachmentName>${name}</AttachmentName><ContentType>${mediaType}</ContentType><edXML:ContentTransferEncoded xmlns:edXML="${namespace}">${bytes.toString('base64')}</edXML:ContentTransferEncoded></Attachment>`
  )
  return envelope(
    `<edXML:edXMLHeader><edXML:MessageHeader>
      ${organization('From', from)}${to.map((code) => organization('To', code)).join('')}
      <edXML:DocumentId>${documentIdOf(document)}</edXML:DocumentId>
      <edXML:Code><edXML:CodeNumber>${number}</edXML:CodeNumber><edXML:CodeNotation>SMA-VP</edXML:CodeNotation></edXML:Code>
      <edXML:PromulgationInfo><edXML:Place>Địa danh mẫu</edXML:Place><edXML:PromulgationDate>${today()}</edXML:PromulgationDate></edXML:PromulgationInfo>
      <edXML:DocumentType><edXML:Type>1</edXML:Type><edXML:TypeName>Công văn</edXML:TypeName></edXML:DocumentType>
      <edXML:Subject>${title}</edXML:Subject>${linksOf(document)}
    </edXML:MessageHeader>
    <edXML:TraceHeaderList><edXML:TraceHeader><edXML:OrganId>${from}</edXML:OrganId><edXML:Timestamp>${now()}</edXML:Timestamp></edXML:TraceHeader>
      <edXML:Bussiness><edXML:BussinessDocType>0</edXML:BussinessDocType><edXML:BussinessDocReason>Văn bản điện tử mới</edXML:BussinessDocReason><edXML:Paper>0</edXML:Paper></edXML:Bussiness>
    </edXML:TraceHeaderList></edXML:edXMLHeader>
    <edXML:edXMLBody><edXML:edXMLManifest version="1.0">${references.join('')}</edXML:edXMLManifest></edXML:edXMLBody>`,
    `<AttachmentEncoded>${attachments.join('')}</AttachmentEncoded>`
  )
}

export interface DemoStatus {
  /** The agency that answers. */
  readonly from: string
  readonly original: Original
  readonly code: string
  readonly description: string
}

export function statusPackage({ from, original, code, description }: DemoStatus): string {
  return envelope(`<edXML:edXMLHeader><edXML:MessageHeader>
    ${organization('From', from)}
    ${responseForElement(original)}
    <edXML:StatusCode>${code}</edXML:StatusCode><edXML:Description>${description}</edXML:Description><edXML:Timestamp>${now()}</edXML:Timestamp>
  </edXML:MessageHeader></edXML:edXMLHeader>`)
}

/** Other documents and dossiers that a document names. */
function linksOf({ referenceCodes = [], applicationType, responseFor }: DemoDocument): string {
  const codes = referenceCodes.map((code) => `<edXML:ReferenceCodes>${code}</edXML:ReferenceCodes>`)
  return [
    codes.length === 0 ? '' : `<edXML:OtherInfo>${codes.join('')}</edXML:OtherInfo>`,
    responseFor ? responseForElement(responseFor) : '',
    applicationType === undefined ? '' : `<edXML:ApplicationType>${applicationType}</edXML:ApplicationType>`
  ].join('')
}

function responseForElement(original: Original): string {
  return `<edXML:ResponseFor><edXML:OrganId>${original.from}</edXML:OrganId><edXML:Code>${original.number}/SMA-VP</edXML:Code><edXML:PromulgationDate>${today()}</edXML:PromulgationDate><edXML:DocumentId>${documentIdOf(original)}</edXML:DocumentId></edXML:ResponseFor>`
}

function envelope(inner: string, after = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<edXML xmlns="${namespace}"><edXML:edXMLEnvelope xmlns:edXML="${namespace}">${inner}</edXML:edXMLEnvelope>${after}</edXML>
`
}

function organization(element: string, code: string): string {
  return `<edXML:${element}><edXML:OrganId>${code}</edXML:OrganId><edXML:OrganName>Cơ quan ${code}</edXML:OrganName></edXML:${element}>`
}

/** The day in Vietnam, in the form of packages. */
export function today(): string {
  return now().slice(0, 10)
}

function now(): string {
  const local = new Date(Date.now() + 7 * 3_600_000).toISOString()
  return `${local.slice(0, 10).replaceAll('-', '/')} ${local.slice(11, 19)}`
}
