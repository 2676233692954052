import type { XmlAttribute } from './xml-names.ts'
import type { XmlElement } from './xml-tree.ts'

/** The namespace of QCVN 102:2016/BTTTT. */
export const edxmlNamespace = 'http://www.mic.gov.vn/TBT/QCVN_102_2016'

/** Where the writer puts a document's business. */
export const businessPath = 'edXMLEnvelope/edXMLHeader/TraceHeaderList/Bussiness'

/** Whether an element is named as the content of a file is, with letters of either case. */
export function isNamedAsContent({ name }: Pick<XmlElement, 'name'>): boolean {
  return /^ContentTransferEncoded$/i.test(name)
}

/**
 * Where an element is, for a person who looks for it: `edXMLEnvelope/edXMLHeader/MessageHeader/To[2]/OrganId`.
 * The root element is left out.
 */
export function pathOf(element: XmlElement): string {
  const { parent } = element
  if (!parent) return element.name
  return join(parent.parent ? pathOf(parent) : '', element.name + indexOf(element))
}

/**
 * Where an element belongs in the package that the writer makes. An element of another namespace is written
 * as `{namespace}name`.
 */
export function placeOf(element: XmlElement): string {
  const { parent, place } = element
  if (place !== undefined) return place
  if (!parent) return ''
  const known = element.taken === 'not' ? element : { ...element, name: spelled(element.name) }
  return join(placeOf(parent), qualified(known, edxmlNamespace) + indexOf(element))
}

export function placeOfAttribute(element: XmlElement, attribute: XmlAttribute): string {
  return join(placeOf(element), `@${qualified(attribute, '')}`)
}

/** As the writer spells it: some systems write the names that begin with Bussiness with one s. */
function spelled(name: string): string {
  return name.replace(/^Business/, 'Bussiness')
}

function join(path: string, step: string): string {
  return path === '' ? step : `${path}/${step}`
}

function qualified({ namespace, name }: XmlAttribute | XmlElement, known: string): string {
  return namespace === known ? name : `{${namespace}}${name}`
}

/** `[2]` for the second of its name that has content, and so on; nothing for the first. */
function indexOf(element: XmlElement): string {
  const { namespace, name, parent } = element
  const alike = (parent?.children ?? []).filter(
    (one) => one.namespace === namespace && one.name === name && (!one.isEmpty || one === element)
  )
  const index = alike.indexOf(element)
  return index > 0 ? `[${index + 1}]` : ''
}
