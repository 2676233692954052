import type { EdxmlPackage } from './edxml-package.ts'
import { instantIn, needed, neededOne, present, text } from './elements.ts'
import { readOrganization, readResponseFor, readStaff } from './read-organization.ts'
import type { XmlElement } from './xml-tree.ts'

/** Reads a status. It is addressed to the agency in ResponseFor, since a status has no To. */
export function readStatus(element: XmlElement): Omit<EdxmlPackage, 'files'> {
  const from = readOrganization(neededOne(element, 'From'))
  const responseFor = readResponseFor(neededOne(element, 'ResponseFor'))
  const data = present({
    from,
    responseFor,
    statusCode: needed(element, 'StatusCode'),
    description: text(element, 'Description'),
    staff: readStaff(element),
    at: instantIn(element, 'Timestamp')
  })
  return {
    type: 'document.status-changed.v1',
    data,
    from: from.organId,
    subject: responseFor.documentId,
    recipients: [responseFor.organId]
  }
}
