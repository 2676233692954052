import type { AvroType, EnumType, FixedType, NamedType, RecordType, UnionType } from '../model.ts'
import { describe, joinNames, type Objection, type ReadingFault } from './reading-problem.ts'

/** The reader's type and the writer's type. */
export type Sides = readonly [reader: AvroType, writer: AvroType]

/** A requirement of a pair: one of the alternatives must be readable. */
export interface Condition {
  /** What is added to the path of the pair, as in `address.` + `street`. */
  readonly step: string
  readonly oneOf: readonly Sides[]
}

export interface Judgement {
  /** Problems of the pair itself. */
  readonly objections: readonly Objection[]
  readonly conditions: readonly Condition[]
}

/** Types that a type can also be read as. */
const promotions: Readonly<Record<string, ReadonlySet<string>>> = {
  int: new Set(['long', 'float', 'double']),
  long: new Set(['float', 'double']),
  float: new Set(['double']),
  string: new Set(['bytes']),
  bytes: new Set(['string'])
}

const readable: Judgement = { objections: [], conditions: [] }

/**
 * Judges a pair of types without their inner types, by Avro's schema resolution as in its Java library
 * (`SchemaCompatibility`): a reader's union accepts any branch that can be read, and names match without
 * their namespaces.
 */
export function judge(reader: AvroType, writer: AvroType): Judgement {
  if (reader === writer) return readable
  if (writer.kind === 'union') {
    return { objections: [], conditions: writer.branches.map((branch) => only('', reader, branch)) }
  }
  if (reader.kind === 'union') return judgeBranches(reader, writer)
  if (!areOfOneKind(reader, writer)) return objectTo(reader, writer, 'unreadable-type')
  if (reader.kind === 'array' && writer.kind === 'array') {
    return { objections: [], conditions: [only('[]', reader.items, writer.items)] }
  }
  if (reader.kind === 'map' && writer.kind === 'map') {
    return { objections: [], conditions: [only('{}', reader.values, writer.values)] }
  }
  return isNamed(reader) && isNamed(writer) ? judgeNamed(reader, writer) : readable
}

/** Whether kinds and names allow one to be read as the other. */
function couldRead(reader: AvroType, writer: AvroType): boolean {
  if (!areOfOneKind(reader, writer)) return false
  return isNamed(reader) && isNamed(writer) ? haveOneName(reader, writer) : true
}

function areOfOneKind(reader: AvroType, writer: AvroType): boolean {
  return reader.kind === writer.kind || (promotions[writer.kind]?.has(reader.kind) ?? false)
}

function isNamed(type: AvroType): type is NamedType {
  return type.kind === 'record' || type.kind === 'enum' || type.kind === 'fixed'
}

function haveOneName(reader: NamedType, writer: NamedType): boolean {
  return reader.name === writer.name || reader.aliases.has(writer.fullName)
}

function judgeBranches(reader: UnionType, writer: AvroType): Judgement {
  const oneOf = reader.branches
    .filter((branch) => couldRead(branch, writer))
    .map((branch): Sides => [branch, writer])
  return oneOf.length === 0
    ? objectTo(reader, writer, 'unreadable-branch')
    : { objections: [], conditions: [{ step: '', oneOf }] }
}

function judgeNamed(reader: NamedType, writer: NamedType): Judgement {
  if (!haveOneName(reader, writer)) return objectTo(reader, writer, 'unreadable-name')
  if (reader.kind === 'record' && writer.kind === 'record') return judgeFields(reader, writer)
  if (reader.kind === 'enum' && writer.kind === 'enum') return judgeSymbols(reader, writer)
  if (reader.kind === 'fixed' && writer.kind === 'fixed') return judgeSizes(reader, writer)
  return readable
}

function judgeFields(reader: RecordType, writer: RecordType): Judgement {
  const objections: Objection[] = []
  const conditions: Condition[] = []
  for (const { name, aliases, type, hasDefault } of reader.fields.values()) {
    const step = `.${name}`
    const found = new Set([name, ...aliases].map((one) => writer.fields.get(one)).filter((one) => !!one))
    const [field] = found
    if (found.size > 1) {
      const written = joinNames([...found].map((one) => one.name))
      objections.push({ fault: 'unreadable-ambiguous', step, written, expected: name })
    } else if (field) conditions.push(only(step, type, field.type))
    else if (!hasDefault) {
      objections.push({
        fault: 'unreadable-missing',
        step,
        written: describe(writer),
        expected: describe(type)
      })
    }
  }
  return { objections, conditions }
}

function judgeSymbols(reader: EnumType, writer: EnumType): Judgement {
  if (reader.fallback !== undefined) return readable
  const unknown = [...writer.symbols].filter((symbol) => !reader.symbols.has(symbol))
  if (unknown.length === 0) return readable
  const objection = { fault: 'unreadable-symbols', step: '', written: joinNames(unknown) } as const
  return { objections: [{ ...objection, expected: reader.fullName }], conditions: [] }
}

function judgeSizes(reader: FixedType, writer: FixedType): Judgement {
  if (reader.size === writer.size) return readable
  const objection = { fault: 'unreadable-size', step: '', written: String(writer.size) } as const
  return { objections: [{ ...objection, expected: String(reader.size) }], conditions: [] }
}

function only(step: string, reader: AvroType, writer: AvroType): Condition {
  return { step, oneOf: [[reader, writer]] }
}

function objectTo(reader: AvroType, writer: AvroType, fault: ReadingFault): Judgement {
  const objection = { fault, step: '', written: describe(writer), expected: describe(reader) }
  return { objections: [objection], conditions: [] }
}
