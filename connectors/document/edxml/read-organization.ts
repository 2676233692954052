import { isAgencyCode } from '#protocol/events/event.ts'
import {
  all,
  dateIn,
  lineOfElement,
  needed,
  neededLine,
  neededOne,
  one,
  present,
  text,
  textMissing,
  textOfElement
} from './elements.ts'
import { refuse } from './package-fault.ts'
import { pathOf } from './paths.ts'
import type { XmlElement } from './xml-tree.ts'

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
  return agencyCodeOf(neededOne(parent, 'OrganId'))
}

export function agencyCodeOf(element: XmlElement): string {
  const got = textOfElement(element) ?? textMissing(element)
  return agencyCodeFrom(got) ?? refuse('package-code-malformed', { element: pathOf(element), got })
}

/** An agency code as the bus writes it: upper case, without spaces. */
export function agencyCodeFrom(text: string): string | undefined {
  // Upper case turns some letters of other alphabets into A to Z.
  const code = /^[A-Za-z0-9.\s]*$/.test(text) ? text.replace(/\s/g, '').toUpperCase() : ''
  return isAgencyCode(code) ? code : undefined
}

export function documentIdIn(parent: XmlElement): string {
  return documentIdOf(neededOne(parent, 'DocumentId'))
}

const maxDocumentIdLength = 200

export function documentIdOf(element: XmlElement): string {
  const id = lineOfElement(element) ?? textMissing(element)
  if (id.includes('\u007f')) refuse('package-character', { element: pathOf(element) }) // No attribute of an event has it.
  if (id.length <= maxDocumentIdLength) return id
  return refuse('package-element-long', { element: pathOf(element), limit: maxDocumentIdLength })
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
    code: neededLine(element, 'Code'),
    documentId: documentIdIn(element),
    promulgationDate: dateIn(element, 'PromulgationDate')
  })
}

/** The agencies in a list of OrganId. */
export function codesIn(parent: XmlElement | undefined): readonly string[] {
  return all(parent, 'OrganId').map(agencyCodeOf)
}
