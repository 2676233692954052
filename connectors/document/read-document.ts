import type { JsonObject } from '#protocol/events/json.ts'
import { businessTypes, entryOf } from './codes.ts'
import type { EdxmlPackage } from './edxml-package.ts'
import { all, amountOf, dateOf, instantOf, needed, one, present, text, texts } from './elements.ts'
import { codeOf, documentIdOf, readOrganization, readStaff } from './read-organization.ts'
import { readResponseFor } from './read-status.ts'
import { refuse, type XmlElement } from './xml-tree.ts'

/** Reads the header of a document package into the payload of its event. */
export function readDocument(header: XmlElement): Omit<EdxmlPackage, 'files'> {
  const message =
    one(header, 'MessageHeader') ?? refuse('package-element-missing', { element: 'MessageHeader' })
  const trace = one(header, 'TraceHeaderList')
  const business = one(trace, 'Bussiness', 'Business') ?? one(header, 'Bussiness', 'Business')
  const docType = text(business, 'BussinessDocType', 'BusinessDocType') ?? '0'
  const type = entryOf(businessTypes, docType) ?? refuse('package-business-unknown', { got: docType })
  const common = readCommon(message, trace, business)
  const recipients = common.to.map(({ organId }) => organId)
  const data = { ...common, ...extrasOf(type, common, business) }
  // An update or recall has the document as its subject, so that it stays behind it in order.
  const subject = data.affectedDocumentId ?? common.documentId
  return { type, data: data as JsonObject, from: common.from.organId, subject, recipients }
}

function readCommon(message: XmlElement, trace: XmlElement | undefined, business: XmlElement | undefined) {
  const code = one(message, 'Code')
  const issue = one(message, 'PromulgationInfo')
  const kind = one(message, 'DocumentType')
  const other = one(message, 'OtherInfo')
  const promulgationDate = dateOf(needed(issue, 'PromulgationDate'), 'PromulgationDate') ?? ''
  return {
    ...present({
      documentId: documentIdOf(needed(message, 'DocumentId')),
      from: readOrganization(one(message, 'From'), 'From'),
      codeNumber: needed(code, 'CodeNumber'),
      codeNotation: needed(code, 'CodeNotation'),
      place: needed(issue, 'Place'),
      promulgationDate,
      documentType: text(kind, 'Type') ?? '1',
      documentTypeDetail: text(kind, 'TypeDetail'),
      documentTypeName: needed(kind, 'TypeName'),
      title: needed(message, 'Subject'),
      content: text(message, 'Content'),
      signer: readSigner(one(message, 'SignerInfo')),
      dueDate: dateOf(text(message, 'DueDate'), 'DueDate'),
      toPlaces: texts(one(message, 'ToPlaces'), 'Place'),
      priority: text(other, 'Priority'),
      sphereOfPromulgation: text(other, 'SphereOfPromulgation'),
      typerNotation: text(other, 'TyperNotation'),
      promulgationAmount: amountOf(text(other, 'PromulgationAmount'), 'PromulgationAmount'),
      pageAmount: amountOf(text(other, 'PageAmount'), 'PageAmount'),
      appendixes: texts(one(other, 'Appendixes'), 'Appendix'),
      direction: text(other, 'Direction'),
      replyFors: texts(other, 'ReplyFors'),
      referenceCodes: texts(other, 'ReferenceCodes'),
      responseFor: all(message, 'ResponseFor').map(readResponseFor),
      steeringType: text(message, 'SteeringType'),
      taskCodes: all(message, 'ResponseForTask').flatMap((task) => texts(task, 'TaskCode')),
      applicationType: text(message, 'ApplicationType'),
      reason: text(business, 'BussinessDocReason', 'BusinessDocReason'),
      paper: text(business, 'Paper'),
      staff: readStaff(business)
    }),
    to: readRecipients(message),
    trace: all(trace, 'TraceHeader').map((hop) => ({
      organId: codeOf(needed(hop, 'OrganId')),
      at: instantOf(needed(hop, 'Timestamp'), 'TraceHeader/Timestamp') ?? ''
    }))
  }
}

type Common = ReturnType<typeof readCommon>

function readRecipients(message: XmlElement) {
  const to = all(message, 'To').map((element) => readOrganization(element, 'To'))
  if (to.length === 0) refuse('package-element-missing', { element: 'To' })
  const codes = new Set(to.map(({ organId }) => organId))
  if (codes.size !== to.length) refuse('package-recipient-twice')
  return to
}

function readSigner(element: XmlElement | undefined) {
  const fullName = text(element, 'FullName')
  if (fullName === undefined) return undefined
  return present({ competence: text(element, 'Competence'), position: text(element, 'Position'), fullName })
}

interface Extras {
  readonly affectedDocumentId?: string | undefined
  readonly [member: string]: unknown
}

/** The parts that only one business type has. */
function extrasOf(type: string, common: Common, business: XmlElement | undefined): Extras {
  const affected = text(business, 'DocumentId')
  switch (type) {
    case 'document.recalled.v1':
      return recall(common, affected)
    case 'document.updated.v1': {
      const info = one(business, 'BussinessDocumentInfo', 'BusinessDocumentInfo')
      return present({
        affectedDocumentId: affected,
        documentInfoChanged: text(info, 'DocumentInfo'),
        receiversChanged: text(info, 'DocumentReceiver'),
        receivers: all(one(info, 'ReceiverList'), 'Receiver').map((receiver) => ({
          organId: codeOf(needed(receiver, 'OrganId')),
          receiverType: needed(receiver, 'ReceiverType')
        }))
      })
    }
    case 'document.replaced.v1':
      return {
        replacements: all(one(business, 'ReplacementInfoList'), 'ReplacementInfo').map((replacement) => ({
          documentId: documentIdOf(needed(replacement, 'DocumentId')),
          organIds: texts(one(replacement, 'OrganIdList'), 'OrganId').map(codeOf)
        }))
      }
    default:
      return {}
  }
}

/** Senders name the recalled document in ResponseFor or in Bussiness/DocumentId: read either, keep both. */
function recall(common: Common, affected: string | undefined): Extras {
  const [original] = common.responseFor ?? []
  const affectedDocumentId = affected ?? original?.documentId ?? common.documentId
  const code = `${common.codeNumber}/${common.codeNotation}`
  const responseFor = original
    ? common.responseFor
    : [{ organId: common.from.organId, code, documentId: affectedDocumentId }]
  return { affectedDocumentId, responseFor }
}
