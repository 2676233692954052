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

/** A name with its namespace: its own if it has dots, else the one given. Undefined where the grammar has no such name. */
export function toName(text: unknown, namespace: string): Name | undefined {
  if (typeof text !== 'string' || text.length + namespace.length >= avroLimits.nameLength) return undefined
  const fullName = text.includes('.') || namespace === '' ? text : `${namespace}.${text}`
  if (!fullGrammar.test(fullName)) return undefined
  const dot = fullName.lastIndexOf('.')
  const name = fullName.slice(dot + 1)
  return primitives.has(name) ? undefined : { name, fullName, namespace: fullName.slice(0, Math.max(dot, 0)) }
}

/**
 * The type that a reference means: of the namespace it stands in, else of none,
 * as in Java. `known` holds what was defined before it.
 */
export function lookUp(
  text: string,
  namespace: string,
  known: ReadonlyMap<string, NamedType>
): NamedType | undefined {
  const near = text.includes('.') || namespace === '' ? undefined : known.get(`${namespace}.${text}`)
  return near ?? known.get(text)
}
