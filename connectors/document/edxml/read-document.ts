import { isAgencyCode } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { businessTypes, entryOf } from './codes.ts'
import type { EdxmlPackage } from './edxml-package.ts'
import {
  all,
  amountIn,
  dateIn,
  hasChildren,
  missing,
  needed,
  neededDate,
  neededInstant,
  neededLine,
  neededOne,
  one,
  only,
  present,
  text,
  textMissing,
  textOfElement,
  texts,
  textsIn
} from './elements.ts'
import { refuse } from './package-fault.ts'
import { dateOf } from './package-times.ts'
import { businessPath, pathOf } from './paths.ts'
import {
  codeIn,
  codesIn,
  documentIdIn,
  documentIdOf,
  readOrganization,
  readResponseFor,
  readStaff
} from './read-organization.ts'
import type { XmlElement } from './xml-tree.ts'

/** Reads the header of a document package into the payload of its event. */
export function readDocument(header: XmlElement): Omit<EdxmlPackage, 'files'> {
  const message = neededOne(header, 'MessageHeader')
  const trace = one(header, 'TraceHeaderList')
  const business = readBusiness(header, trace)
  const type = typeOf(business)
  const common = readCommon(message, trace, business)
  const recipients = common.to.map(({ organId }) => organId)
  const data = { ...common, ...extrasOf(type, common, business) }
  // An update or recall has the document as its subject, so that it stays behind it in order.
  const subject = data.affectedDocumentId ?? common.documentId
  return { type, data: data as JsonObject, from: common.from.organId, subject, recipients }
}

/** Some systems write Business for Bussiness, or put it beside the trace. */
function readBusiness(header: XmlElement, trace: XmlElement | undefined): XmlElement | undefined {
  const names = ['Bussiness', 'Business']
  const business = only([...all(trace, ...names), ...all(header, ...names)])
  if (business) business.place = businessPath
  return business
}

function typeOf(business: XmlElement | undefined): string {
  const element = one(business, 'BussinessDocType', 'BusinessDocType')
  const got = textOfElement(element)
  if (element && hasChildren(element)) textMissing(element)
  if (!element || got === undefined) return 'document.issued.v1'
  return entryOf(businessTypes, got) ?? refuse('package-business-unknown', { element: pathOf(element), got })
}

function readCommon(message: XmlElement, trace: XmlElement | undefined, business: XmlElement | undefined) {
  const code = neededOne(message, 'Code')
  const issue = neededOne(message, 'PromulgationInfo')
  const kind = neededOne(message, 'DocumentType')
  const other = one(message, 'OtherInfo')
  return {
    ...present({
      documentId: documentIdIn(message),
      from: readOrganization(neededOne(message, 'From')),
      codeNumber: neededLine(code, 'CodeNumber'),
      codeNotation: neededLine(code, 'CodeNotation'),
      place: needed(issue, 'Place'),
      promulgationDate: neededDate(issue, 'PromulgationDate'),
      documentType: text(kind, 'Type') ?? '1',
      documentTypeDetail: text(kind, 'TypeDetail'),
      documentTypeName: needed(kind, 'TypeName'),
      title: needed(message, 'Subject'),
      content: text(message, 'Content'),
      signer: readSigner(one(message, 'SignerInfo')),
      dueDate: dateIn(message, 'DueDate'),
      toPlaces: textsIn(one(message, 'ToPlaces'), 'Place'),
      priority: text(other, 'Priority'),
      sphereOfPromulgation: text(other, 'SphereOfPromulgation'),
      typerNotation: text(other, 'TyperNotation'),
      promulgationAmount: amountIn(other, 'PromulgationAmount'),
      pageAmount: amountIn(other, 'PageAmount'),
      appendixes: textsIn(one(other, 'Appendixes'), 'Appendix'),
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
    trace: all(trace, 'TraceHeader').map(readHop)
  }
}

/** The exchange axis writes hops without OrganId. */
function readHop(hop: XmlElement) {
  const organId = one(hop, 'OrganId') ? codeIn(hop) : ''
  return { organId, at: neededInstant(hop, 'Timestamp') }
}

type Common = ReturnType<typeof readCommon>

/** Of one event. */
const maxRecipients = 500

function readRecipients(message: XmlElement) {
  const elements = all(message, 'To')
  if (elements.length === 0) missing(message, 'To')
  const beyond = elements[maxRecipients]
  if (beyond) refuse('package-recipients-many', { element: pathOf(beyond), limit: maxRecipients })
  const to = elements.map(readOrganization)
  const codes = to.map(({ organId }) => organId)
  const again = codes.findIndex((code, index) => codes.indexOf(code) !== index)
  const element = elements[again]
  if (element) refuse('package-recipient-twice', { element: pathOf(element), got: codes[again] ?? '' })
  return to
}

function readSigner(element: XmlElement | undefined) {
  const competence = text(element, 'Competence')
  const position = text(element, 'Position')
  const fullName = text(element, 'FullName')
  if ((competence ?? position ?? fullName) === undefined) return undefined
  return present({ competence, position, fullName: fullName ?? '' })
}

interface Extras {
  readonly affectedDocumentId?: string | undefined
  readonly [member: string]: unknown
}

/** The parts that only one business type has. In a package of another type they stay, and become extensions. */
function extrasOf(type: string, common: Common, business: XmlElement | undefined): Extras {
  switch (type) {
    case 'document.recalled.v1':
      return recall(common, affectedIn(business))
    case 'document.updated.v1': {
      const info = one(business, 'BussinessDocumentInfo', 'BusinessDocumentInfo')
      return present({
        affectedDocumentId: affectedIn(business),
        documentInfoChanged: text(info, 'DocumentInfo'),
        receiversChanged: text(info, 'DocumentReceiver'),
        receivers: all(one(info, 'ReceiverList'), 'Receiver').map((receiver) => ({
          organId: codeIn(receiver),
          receiverType: needed(receiver, 'ReceiverType')
        }))
      })
    }
    case 'document.replaced.v1':
      return {
        replacements: all(one(business, 'ReplacementInfoList'), 'ReplacementInfo').map((replacement) => ({
          documentId: documentIdIn(replacement),
          organIds: codesIn(one(replacement, 'OrganIdList'))
        }))
      }
    default:
      return {}
  }
}

function affectedIn(business: XmlElement | undefined): string | undefined {
  const element = one(business, 'DocumentId')
  return element && documentIdOf(element)
}

/**
 * Senders name the recalled document in ResponseFor or in Bussiness/DocumentId: read either, keep both. The
 * letter itself may be the document that is taken back; another one's number and date are in its DocumentId.
 */
function recall(common: Common, affected: string | undefined): Extras {
  const { documentId, from, codeNumber, codeNotation, promulgationDate } = common
  const affectedDocumentId = affected ?? common.responseFor?.[0]?.documentId ?? documentId
  if (common.responseFor) return { affectedDocumentId }
  const own = { organId: from.organId, code: `${codeNumber}/${codeNotation}`, documentId, promulgationDate }
  const named = affectedDocumentId === documentId ? own : responseForOf(affectedDocumentId)
  return present({ affectedDocumentId, responseFor: named && [named] })
}

/** What the usual form of a DocumentId says of its document: `<OrganId>,<yyyy/MM/dd>,<number>/<notation>`. */
function responseForOf(documentId: string) {
  const [, organId = '', written = '', code = ''] =
    /^([^,]+),(\d{4}\/\d\d\/\d\d),(.+)$/.exec(documentId) ?? []
  const promulgationDate = dateOf(written)
  if (!isAgencyCode(organId) || promulgationDate === undefined) return undefined
  return { organId, code, documentId, promulgationDate }
}
