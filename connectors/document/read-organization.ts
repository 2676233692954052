import { isAgencyCode } from '#protocol/events/event.ts'
import { needed, one, present, text } from './elements.ts'
import { refuse, type XmlElement } from './xml-tree.ts'

/** Parts that documents and statuses share. */

export function readOrganization(element: XmlElement | undefined, name: string) {
  if (!element) return refuse('package-element-missing', { element: name })
  return present({
    organId: codeOf(needed(element, 'OrganId')),
    organName: text(element, 'OrganName') ?? needed(element, 'OrganId'),
    organizationInCharge: text(element, 'OrganizationInCharge'),
    address: text(element, 'OrganAdd'),
    email: text(element, 'Email'),
    telephone: text(element, 'Telephone'),
    fax: text(element, 'Fax'),
    website: text(element, 'Website')
  })
}

/** An agency code as the bus writes it: upper case, without spaces. */
export function codeOf(value: string): string {
  const code = value.replace(/\s/g, '').toUpperCase()
  return isAgencyCode(code) ? code : refuse('package-code-malformed', { got: value })
}

export function documentIdOf(value: string): string {
  return value.length <= 200 ? value : refuse('package-document-id-long')
}

export function readStaff(parent: XmlElement | undefined) {
  const element = one(parent, 'StaffInfo')
  const staff = present({
    department: text(element, 'Department'),
    staff: text(element, 'Staff'),
    mobile: text(element, 'Mobile'),
    email: text(element, 'Email')
  })
  return Object.keys(staff).length === 0 ? undefined : staff
}
