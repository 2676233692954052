import { isAgencyCode } from '#protocol/events/event.ts'
import { all, dateIn, needed, neededOne, one, present, text, textOfElement } from './elements.ts'
import { pathOf } from './paths.ts'
import { refuse, type XmlElement } from './xml-tree.ts'

/** Parts that documents and statuses share. */

export function readOrganization(element: XmlElement) {
  return present({
    organId: codeIn(element),
    organName: text(element, 'OrganName') ?? needed(element, 'OrganId'),
    organizationInCharge: text(element, 'OrganizationInCharge'),
    address: text(element, 'OrganAdd'),
    email: text(element, 'Email'),
    telephone: text(element, 'Telephone'),
    fax: text(element, 'Fax'),
    website: text(element, 'Website')
  })
}

/** The agency code in the element's OrganId. */
export function codeIn(parent: XmlElement): string {
  return codeOf(neededOne(parent, 'OrganId'))
}

/** An agency code as the bus writes it: upper case, without spaces. */
export function codeOf(element: XmlElement): string {
  const got = textOfElement(element) ?? absent(element)
  const code = got.replace(/\s/g, '').toUpperCase()
  return isAgencyCode(code) ? code : refuse('package-code-malformed', { element: pathOf(element), got })
}

/** An element that has attributes, and no text. */
function absent(element: XmlElement): never {
  return refuse('package-element-missing', { element: pathOf(element) })
}

export function documentIdIn(parent: XmlElement): string {
  return documentIdOf(neededOne(parent, 'DocumentId'))
}

const maxDocumentIdLength = 200

export function documentIdOf(element: XmlElement): string {
  const id = textOfElement(element) ?? absent(element)
  if (id.length <= maxDocumentIdLength) return id
  return refuse('package-document-id-long', { element: pathOf(element), limit: maxDocumentIdLength })
}

export function readStaff(parent: XmlElement | undefined) {
  const element = one(parent, 'StaffInfo')
  const staff = present({
    department: text(element, 'Department'),
    departmentId: text(element, 'DepartmentId'),
    staff: text(element, 'Staff'),
    staffId: text(element, 'StaffId'),
    mobile: text(element, 'Mobile'),
    email: text(element, 'Email')
  })
  return Object.keys(staff).length === 0 ? undefined : staff
}

export function readResponseFor(element: XmlElement) {
  return present({
    organId: codeIn(element),
    code: needed(element, 'Code'),
    documentId: documentIdIn(element),
    promulgationDate: dateIn(element, 'PromulgationDate')
  })
}

/** The agencies in a list of OrganId. */
export function codesIn(parent: XmlElement | undefined): readonly string[] {
  return all(parent, 'OrganId').map(codeOf)
}
