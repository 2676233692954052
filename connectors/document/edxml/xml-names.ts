import { isReserved, xmlNamespace } from '#protocol/events/package-extensions.ts'
import { refuse } from './package-fault.ts'

/** A name that its namespace belongs to. */
export interface ResolvedName {
  readonly namespace: string
  /** The local name. */
  readonly name: string
}

/** An attribute with its name resolved; declarations of namespaces are none. */
export interface XmlAttribute extends ResolvedName {
  readonly value: string
}

/** Namespaces by their prefixes. */
export type Prefixes = ReadonlyMap<string, string>

const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance'

/**
 * The prefixes that are known in an element. Rejects declarations that Namespaces in XML does not allow: most parsers
 * refuse the whole package for them.
 */
export function declaredPrefixes(
  attributes: Readonly<Record<string, unknown>>,
  inherited: Prefixes | undefined
): Prefixes {
  const declared = Object.entries(attributes).filter(([name]) => isDeclaration(name))
  if (declared.length === 0) return inherited ?? new Map([['xml', xmlNamespace]])
  const prefixes = new Map(inherited ?? [['xml', xmlNamespace]])
  for (const [name, value] of declared) {
    const [prefix, uri] = [name === 'xmlns' ? '' : name.slice(6), String(value)]
    const isOwn = prefix === 'xml' && uri === xmlNamespace
    if (prefix === 'xmlns' || (prefix !== '' && uri === '')) refuse('package-namespace', { got: name })
    if (!isOwn && (prefix === 'xml' || isReserved(uri, false))) refuse('package-namespace', { got: name })
    prefixes.set(prefix, uri)
  }
  return prefixes
}

function isDeclaration(name: string): boolean {
  return name === 'xmlns' || name.startsWith('xmlns:')
}

/** What is not a declaration. Attributes of XML Schema (`xsi:nil`, `xsi:schemaLocation`) describe the text, and are none of it. */
export function attributesIn(
  attributes: Readonly<Record<string, unknown>>,
  prefixes: Prefixes
): readonly XmlAttribute[] {
  const found = Object.entries(attributes)
    .filter(([name]) => !isDeclaration(name))
    .map(([name, value]) => ({ ...nameIn(name, prefixes, ''), value: String(value) }))
  const names = new Set(found.map(({ namespace, name }) => `${namespace} ${name}`))
  if (names.size < found.length) refuse('package-not-xml')
  return found.filter(({ namespace }) => namespace !== schemaInstance)
}

/** A tag's or an attribute's name; `unprefixed` is the namespace of those without a prefix. */
export function nameIn(tag: string, prefixes: Prefixes, unprefixed: string): ResolvedName {
  const [prefix = '', name, more] = tag.split(':')
  if (name === undefined) return { namespace: unprefixed, name: tag }
  if (name === '' || more !== undefined) refuse('package-not-xml')
  return { namespace: prefixes.get(prefix) ?? refuse('package-not-xml'), name }
}
