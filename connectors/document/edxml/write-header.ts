import type { DocumentIssuedV1, DocumentStatusChangedV1 } from '#schemas/generated/document.ts'
import { toPackageDate, toPackageTime } from './package-times.ts'
import { type Document, writeStaff } from './write-business.ts'
import { el, group, leaf, type Part, type WrittenElement } from './xml-writing.ts'

type Organization = DocumentIssuedV1['from']
type ResponseFor = DocumentStatusChangedV1['responseFor']

/** A document's header. */
export function writeMessage(data: Document): WrittenElement {
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

/** A status has a header alone. */
export function writeStatus(data: DocumentStatusChangedV1): WrittenElement {
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
