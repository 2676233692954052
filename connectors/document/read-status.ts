import type { EdxmlPackage } from './edxml-package.ts'
import { dateOf, instantOf, needed, one, present, text } from './elements.ts'
import { codeOf, documentIdOf, readOrganization, readStaff } from './read-organization.ts'
import { refuse, type XmlElement } from './xml-tree.ts'

/** Reads a status. It is addressed to the agency in ResponseFor, since a status has no To. */
export function readStatus(element: XmlElement): Omit<EdxmlPackage, 'files'> {
  const from = readOrganization(one(element, 'From'), 'From')
  const responseFor = readResponseFor(one(element, 'ResponseFor'))
  const data = present({
    from,
    responseFor,
    statusCode: needed(element, 'StatusCode'),
    description: text(element, 'Description'),
    staff: readStaff(element),
    at: instantOf(text(element, 'Timestamp'), 'Timestamp')
  })
  return {
    type: 'document.status-changed.v1',
    data,
    from: from.organId,
    subject: responseFor.documentId,
    recipients: [responseFor.organId]
  }
}

export function readResponseFor(element: XmlElement | undefined) {
  if (!element) return refuse('package-element-missing', { element: 'ResponseFor' })
  return present({
    organId: codeOf(needed(element, 'OrganId')),
    code: needed(element, 'Code'),
    documentId: documentIdOf(needed(element, 'DocumentId')),
    promulgationDate: dateOf(text(element, 'PromulgationDate'), 'ResponseFor/PromulgationDate')
  })
}
