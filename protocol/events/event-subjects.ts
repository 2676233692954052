import { domainOf, topicOf } from './event.ts'

/** `lienthong.dossier.DossierStatusChangedV1` for `dossier.status-changed.v1`. */
export function recordNameOf(type: string): string {
  const words = type.split(/[.-]/).map(capitalized)
  return `lienthong.${domainOf(type).replaceAll('-', '_')}.${words.join('')}`
}

/** The registry subject of an event type's schemas: its topic and the full name of its record. */
export function subjectOfType(type: string): string {
  return `${topicOf(type)}-${recordNameOf(type)}`
}

/**
 * The event type of a subject; undefined if the subject is not that of an event type. A digit at the start
 * of a word is added to the word before, since the record name does not show where the word began.
 */
export function typeOfSubject(subject: string): string | undefined {
  const [, domain = '', name = '', version = ''] = eventSubject.exec(subject) ?? []
  const prefix = domain.split('-').map(capitalized).join('')
  const words = name.slice(prefix.length).split(/(?=[A-Z])/)
  const type = `${domain}.${words.join('-').toLowerCase()}.v${version}`
  return typeForm.test(type) && subjectOfType(type) === subject ? type : undefined
}

/** The resource of acts on a subject: `/schemas/<type>`, or `/subjects/<subject>` with the subject percent-encoded. */
export function resourceOfSubject(subject: string): string {
  const type = typeOfSubject(subject)
  return type === undefined ? `/subjects/${encodeURIComponent(subject)}` : `/schemas/${type}`
}

/** The subject that a resource names; undefined if it names none, or not in canonical spelling. */
export function subjectOfResource(resource: string): string | undefined {
  if (!isOfRegistry(resource) || resource === '/registry') return undefined
  if (resource.startsWith('/schemas/')) {
    const type = resource.slice('/schemas/'.length)
    const subject = subjectOfType(type)
    return typeOfSubject(subject) === type ? subject : undefined
  }
  const subject = decoded(resource.slice('/subjects/'.length))
  return subject !== undefined && isSubject(subject) && resourceOfSubject(subject) === resource
    ? subject
    : undefined
}

/** Whether acts on a resource are acts on the registry. */
export function isOfRegistry(resource: string): boolean {
  return resource === '/registry' || resource.startsWith('/schemas/') || resource.startsWith('/subjects/')
}

/** Whether a text can be a subject: 1 to 255 characters when percent-encoded, no control characters. */
export function isSubject(text: string): boolean {
  if (text === '' || text === '.' || text === '..' || text.length > maxEncodedLength || !text.isWellFormed())
    return false
  return !/\p{Cc}/u.test(text) && encodeURIComponent(text).length <= maxEncodedLength
}

const maxEncodedLength = 255
const eventSubject =
  /^lienthong\.([a-z][a-z0-9-]{0,63})-lienthong\.[a-z][a-z0-9_]{0,63}\.([A-Z][A-Za-z0-9]{0,127})V([1-9][0-9]*)$/
const typeForm = /^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*\.v[1-9][0-9]*$/

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined // An incomplete percent-encoding.
  }
}
