import { avroLimits } from './avro-json.ts'
import { type NamedType, primitives } from './model.ts'

const part = '[A-Za-z_][A-Za-z0-9_]*'
const shortGrammar = new RegExp(`^${part}$`)
const fullGrammar = new RegExp(`^${part}(?:\\.${part})*$`)

export interface Name {
  readonly name: string
  readonly fullName: string
  readonly namespace: string
}

export function isShortName(text: unknown): text is string {
  return typeof text === 'string' && text.length <= avroLimits.nameLength && shortGrammar.test(text)
}

/**
 * A name with its namespace: the name's own if it contains dots, otherwise the one given. Undefined if the
 * name is malformed.
 */
export function toName(text: unknown, namespace: string): Name | undefined {
  if (typeof text !== 'string' || text.length + namespace.length >= avroLimits.nameLength) return undefined
  const fullName = text.includes('.') || namespace === '' ? text : `${namespace}.${text}`
  if (!fullGrammar.test(fullName)) return undefined
  const dot = fullName.lastIndexOf('.')
  const name = fullName.slice(dot + 1)
  return primitives.has(name) ? undefined : { name, fullName, namespace: fullName.slice(0, Math.max(dot, 0)) }
}

/**
 * The type that a reference names: in the current namespace, otherwise in none, as in Java. `known`
 * contains the types defined so far.
 */
export function lookUp(
  text: string,
  namespace: string,
  known: ReadonlyMap<string, NamedType>
): NamedType | undefined {
  const near = text.includes('.') || namespace === '' ? undefined : known.get(`${namespace}.${text}`)
  return near ?? known.get(text)
}
