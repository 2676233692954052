import { isDeepStrictEqual } from 'node:util'
import { BusError } from '#protocol/errors/bus-error.ts'
import type {
  DocumentIssuedV1,
  DocumentRecalledV1,
  DocumentReplacedV1,
  DocumentStatusChangedV1,
  DocumentUpdatedV1
} from '#schemas/generated/document.ts'
import { businessTypeOf } from './codes.ts'
import { toPackageDate, toPackageTime } from './elements.ts'
import { edxmlNamespace } from './paths.ts'
import { readPackage } from './read-package.ts'
import { addExtensions } from './write-extensions.ts'
import { el, group, leaf, type Part, plainEl, render, type WrittenElement } from './xml-writing.ts'

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
 * memory. Throws `BUS_PEER_REFUSED` if the payload's extensions would change what is read.
 */
export function* packageChunks<File extends FileToPack>(
  type: string,
  data: object,
  files: readonly File[],
  hop?: Hop
): Generator<string | File> {
  const { extensions = [], ...known } = data as Pick<Document, 'extensions'>
  const root = writeRoot(type, known, files, hop)
  if (extensions.length > 0) {
    const meant = readSkeleton(root)
    addExtensions(root, extensions)
    if (meant === undefined || !isDeepStrictEqual(readSkeleton(root), meant))
      throw new BusError('BUS_PEER_REFUSED', 'package-extension-misplaced')
  }
  yield '<?xml version="1.0" encoding="UTF-8"?>\n'
  for (const chunk of render(root)) {
    const file = typeof chunk === 'string' ? chunk : files[chunk]
    if (file !== undefined) yield file
  }
  yield '\n'
}

/** An entry of the trace: the bus passes the package on. */
export interface Hop {
  readonly organId: string
  /** RFC 3339. */
  readonly at: string
}

/** What a package is read as, but for its extensions and the content of its files; undefined if it cannot be read. */
function readSkeleton(root: WrittenElement): object | undefined {
  const chunks = [...render(root)].filter((chunk) => typeof chunk === 'string')
  try {
    const { data, files, ...read } = readPackage(Buffer.from(chunks.join('')))
    return { ...read, data: { ...data, extensions: [] }, files: files.map(({ name }) => name) }
  } catch {
    return undefined
  }
}

function writeRoot(type: string, data: object, files: readonly FileToPack[], hop?: Hop): WrittenElement {
  const isStatus = type === 'document.status-changed.v1'
  const header = isStatus
    ? [writeStatus(data as DocumentStatusChangedV1)]
    : [writeMessage(data as Document), writeTrace(type, data as Document, hop)]
  const body = isStatus ? undefined : el('edXMLBody', writeManifest(files))
  const envelope = el('edXMLEnvelope', el('edXMLHeader', ...header), body)
  const attachments =
    isStatus || files.length === 0 ? undefined : plainEl('AttachmentEncoded', ...files.map(writeAttachment))
  return declaring(plainEl('edXML', declaring(envelope), attachments))
}

/** Declares the namespace in an element's own tag: of its prefix, or of names without one. */
function declaring(element: WrittenElement): WrittenElement {
  const [prefix, name] = element.tag.split(':')
  return {
    ...element,
    tag: `${element.tag} xmlns${name === undefined ? '' : `:${prefix}`}="${edxmlNamespace}"`
  }
}

function writeManifest(files: readonly FileToPack[]): WrittenElement {
  const references = files.map(({ name, mediaType }, index) =>
    el(
      'Reference',
      leaf('ContentId', `cid:${index + 1}`),
      copy(el('ContentType'), mediaType),
      copy(el('Description'), name),
      copy(el('AttachmentName'), name)
    )
  )
  const manifest = el('edXMLManifest', ...references)
  manifest.attributes.push({ namespace: '', name: 'version', value: '1.0' })
  return manifest
}

/** Files are outside the envelope; only their bytes have a prefix, as in the samples. */
function writeAttachment(file: FileToPack, index: number): WrittenElement {
  const content = declaring(el('ContentTransferEncoded'))
  return plainEl(
    'Attachment',
    { ...plainEl('ContentId'), text: `cid:${index + 1}` },
    { ...plainEl('AttachmentName'), text: file.name },
    copy(plainEl('Description'), file.name),
    copy(plainEl('ContentType'), file.mediaType),
    { ...content, file: index }
  )
}

function copy(element: WrittenElement, text: string): WrittenElement {
  return { ...element, text, isCopy: true }
}

function writeMessage(data: Document): WrittenElement {
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
      group(
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

function writeTrace(type: string, data: Document, hop: Hop | undefined): WrittenElement {
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

function writeReplacement({
  documentId,
  organIds
}: DocumentReplacedV1['replacements'][number]): WrittenElement {
  const codes = organIds.map((code) => leaf('OrganId', code))
  return el('ReplacementInfo', leaf('DocumentId', documentId), group('OrganIdList', ...codes))
}

function writeStatus(data: DocumentStatusChangedV1): WrittenElement {
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

function writeOrganization(name: string, organization: Organization): WrittenElement {
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

function writeResponseFor(responseFor: ResponseFor): WrittenElement {
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
      leaf('DepartmentId', staff.departmentId),
      leaf('Staff', staff.staff),
      leaf('StaffId', staff.staffId),
      leaf('Mobile', staff.mobile),
      leaf('Email', staff.email)
    )
  )
}
