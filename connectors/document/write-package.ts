import type {
  DocumentIssuedV1,
  DocumentRecalledV1,
  DocumentReplacedV1,
  DocumentStatusChangedV1,
  DocumentUpdatedV1
} from '#schemas/generated/document.ts'
import { businessTypeOf } from './codes.ts'
import { edxmlNamespace, toPackageDate, toPackageTime } from './elements.ts'
import { el, escapeXml, group, leaf, type Part } from './xml-text.ts'

/** A file to put into a package. The caller knows its bytes. */
export interface FileToPack {
  readonly name: string
  readonly mediaType: string
}

type Document = DocumentIssuedV1 & Partial<DocumentUpdatedV1 & DocumentReplacedV1 & DocumentRecalledV1>
type Organization = DocumentIssuedV1['from']
type ResponseFor = DocumentStatusChangedV1['responseFor']
type Staff = DocumentStatusChangedV1['staff']

/**
 * Writes an event's payload as a package that `readPackage` reads into the same payload, in the form of the
 * samples: their prefixes, `Bussiness` with two s, a status in MessageHeader. `hop` is added to the
 * document's trace. Yields a file where its bytes belong, in base64, so that a package is never complete in
 * memory.
 */
export function* packageChunks<File extends FileToPack>(
  type: string,
  data: object,
  files: readonly File[],
  hop?: Hop
): Generator<string | File> {
  const isStatus = type === 'document.status-changed.v1'
  const envelope = isStatus
    ? el('edXMLEnvelope', el('edXMLHeader', writeStatus(data as DocumentStatusChangedV1)))
    : writeDocument(type, data as Document, files, hop)
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<edXML xmlns="${edxmlNamespace}">`
  yield envelope.replace('<edXML:edXMLEnvelope>', `<edXML:edXMLEnvelope xmlns:edXML="${edxmlNamespace}">`)
  if (!isStatus && files.length > 0) yield* fileChunks(files)
  yield '</edXML>\n'
}

/** An entry of the trace: the bus passes the package on. */
export interface Hop {
  readonly organId: string
  /** RFC 3339. */
  readonly at: string
}

function writeDocument(type: string, data: Document, files: readonly FileToPack[], hop?: Hop): string {
  const references = files.map(({ name, mediaType }, index) =>
    el(
      'Reference',
      leaf('ContentId', `cid:${index + 1}`),
      leaf('ContentType', mediaType),
      leaf('Description', name),
      leaf('AttachmentName', name)
    )
  )
  const manifest = el('edXMLManifest', ...references).replace(
    /^<edXML:edXMLManifest>/,
    '<edXML:edXMLManifest version="1.0">'
  )
  return el(
    'edXMLEnvelope',
    el('edXMLHeader', writeMessage(data), writeTrace(type, data, hop)),
    el('edXMLBody', manifest)
  )
}

function writeMessage(data: Document): string {
  return el(
    'MessageHeader',
    writeOrganization('From', data.from),
    ...data.to.map((to) => writeOrganization('To', to)),
    leaf('DocumentId', data.documentId),
    el('Code', leaf('CodeNumber', data.codeNumber), leaf('CodeNotation', data.codeNotation)),
    el(
      'PromulgationInfo',
      leaf('Place', data.place),
      leaf('PromulgationDate', toPackageDate(data.promulgationDate))
    ),
    el(
      'DocumentType',
      leaf('Type', data.documentType),
      leaf('TypeDetail', data.documentTypeDetail),
      leaf('TypeName', data.documentTypeName)
    ),
    leaf('Subject', data.title),
    leaf('Content', data.content),
    data.signer &&
      el(
        'SignerInfo',
        leaf('Competence', data.signer.competence),
        leaf('Position', data.signer.position),
        leaf('FullName', data.signer.fullName)
      ),
    leaf('DueDate', data.dueDate && toPackageDate(data.dueDate)),
    writeOtherInfo(data),
    ...(data.responseFor ?? []).map(writeResponseFor),
    leaf('SteeringType', data.steeringType),
    group('ToPlaces', ...(data.toPlaces ?? []).map((place) => leaf('Place', place))),
    group('ResponseForTask', ...(data.taskCodes ?? []).map((code) => leaf('TaskCode', code))),
    leaf('ApplicationType', data.applicationType)
  )
}

function writeOtherInfo(data: Document): Part {
  return group(
    'OtherInfo',
    leaf('Priority', data.priority),
    leaf('SphereOfPromulgation', data.sphereOfPromulgation),
    leaf('TyperNotation', data.typerNotation),
    leaf('PromulgationAmount', data.promulgationAmount),
    leaf('PageAmount', data.pageAmount),
    group('Appendixes', ...(data.appendixes ?? []).map((appendix) => leaf('Appendix', appendix))),
    leaf('Direction', data.direction),
    ...(data.replyFors ?? []).map((reply) => leaf('ReplyFors', reply)),
    ...(data.referenceCodes ?? []).map((code) => leaf('ReferenceCodes', code))
  )
}

function writeTrace(type: string, data: Document, hop: Hop | undefined): string {
  const hops = hop ? [...data.trace, hop] : data.trace
  return el(
    'TraceHeaderList',
    ...hops.map(({ organId, at }) =>
      el('TraceHeader', leaf('OrganId', organId), leaf('Timestamp', toPackageTime(at)))
    ),
    el(
      'Bussiness',
      leaf('DocumentId', data.affectedDocumentId),
      leaf('BussinessDocType', businessTypeOf(type)),
      leaf('BussinessDocReason', data.reason),
      leaf('Paper', data.paper),
      writeStaff(data.staff),
      writeUpdate(data),
      group('ReplacementInfoList', ...(data.replacements ?? []).map(writeReplacement))
    )
  )
}

function writeUpdate(data: Document): Part {
  const receivers = (data.receivers ?? []).map(({ organId, receiverType }) =>
    el('Receiver', leaf('OrganId', organId), leaf('ReceiverType', receiverType))
  )
  return group(
    'BussinessDocumentInfo',
    leaf('DocumentInfo', data.documentInfoChanged),
    leaf('DocumentReceiver', data.receiversChanged),
    group('ReceiverList', ...receivers)
  )
}

function writeReplacement({ documentId, organIds }: DocumentReplacedV1['replacements'][number]): string {
  const codes = organIds.map((code) => leaf('OrganId', code))
  return el('ReplacementInfo', leaf('DocumentId', documentId), group('OrganIdList', ...codes))
}

function writeStatus(data: DocumentStatusChangedV1): string {
  return el(
    'MessageHeader',
    writeOrganization('From', data.from),
    writeResponseFor(data.responseFor),
    writeStaff(data.staff),
    leaf('StatusCode', data.statusCode),
    leaf('Description', data.description),
    leaf('Timestamp', data.at && toPackageTime(data.at))
  )
}

function writeOrganization(name: string, organization: Organization): string {
  return el(
    name,
    leaf('OrganId', organization.organId),
    leaf('OrganizationInCharge', organization.organizationInCharge),
    leaf('OrganName', organization.organName),
    leaf('OrganAdd', organization.address),
    leaf('Email', organization.email),
    leaf('Telephone', organization.telephone),
    leaf('Fax', organization.fax),
    leaf('Website', organization.website)
  )
}

function writeResponseFor(responseFor: ResponseFor): string {
  const { organId, code, documentId, promulgationDate } = responseFor
  return el(
    'ResponseFor',
    leaf('OrganId', organId),
    leaf('Code', code),
    leaf('PromulgationDate', promulgationDate && toPackageDate(promulgationDate)),
    leaf('DocumentId', documentId)
  )
}

function writeStaff(staff: Staff): Part {
  return (
    staff &&
    group(
      'StaffInfo',
      leaf('Department', staff.department),
      leaf('Staff', staff.staff),
      leaf('Mobile', staff.mobile),
      leaf('Email', staff.email)
    )
  )
}

/** Files are outside the envelope; only their bytes have a prefix, as in the samples. */
function* fileChunks<File extends FileToPack>(files: readonly File[]): Generator<string | File> {
  yield '<AttachmentEncoded>'
  for (const [index, file] of files.entries()) {
    const name = escapeXml(file.name)
    yield `<Attachment><ContentId>cid:${index + 1}</ContentId><AttachmentName>${name}</AttachmentName>` +
      `<Description>${name}</Description><ContentType>${escapeXml(file.mediaType)}</ContentType>` +
      `<edXML:ContentTransferEncoded xmlns:edXML="${edxmlNamespace}">`
    yield file
    yield '</edXML:ContentTransferEncoded></Attachment>'
  }
  yield '</AttachmentEncoded>'
}
