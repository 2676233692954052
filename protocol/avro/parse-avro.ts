import { type AvroJson, type AvroJsonObject, isArray, isObject, parseAvroTexts } from './avro-json.ts'
import { DefaultChecker } from './check-default.ts'
import { type AvroType, type Field, type NamedType, primitives } from './model.ts'
import { isShortName, lookUp, type Name, toName } from './names.ts'
import { rejectSchema } from './reject-schema.ts'

/**
 * Reads any Avro schema as defined by Avro 1.12, within `avroLimits`; a schema that is rejected is rejected
 * within 50 ms. `references` are the texts of other schemas whose named types this one may use; each may
 * use the ones before it. Throws `BUS_SCHEMA_INVALID` naming the field.
 */
export function parseAvro(text: string, references: readonly string[] = []): AvroType {
  const schemas = parseAvroTexts([...references, text])
  const reader = new AvroReader()
  const types = schemas.map((schema) => reader.read(schema, '', ''))
  reader.checkDefaults()
  return types.at(-1) ?? rejectSchema('', 'schema-not-avro')
}

interface WithDefault {
  readonly path: string
  readonly type: AvroType
  readonly value: AvroJson
}

class AvroReader {
  readonly #named = new Map<string, NamedType>()
  readonly #defaults: WithDefault[] = []

  read(schema: AvroJson | undefined, path: string, namespace: string): AvroType {
    if (typeof schema === 'string') return this.#byName(schema, path, namespace)
    if (isArray(schema)) return this.#union(schema, path, namespace)
    if (!isObject(schema)) return rejectSchema(path, 'avro-type-unknown', schema)
    switch (schema.type) {
      case 'record':
        return this.#record(schema, path, namespace)
      case 'enum':
        return this.#enum(schema, path, namespace)
      case 'fixed':
        return this.#fixed(schema, path, namespace)
      case 'array':
        return { kind: 'array', items: this.read(schema.items, `${path}[]`, namespace) }
      case 'map':
        return { kind: 'map', values: this.read(schema.values, `${path}{}`, namespace) }
      default:
        // The `type` of an object is a name; only the `type` of a field may be any schema.
        if (typeof schema.type !== 'string') return rejectSchema(path, 'avro-type-unknown', schema.type)
        return this.#byName(schema.type, path, namespace, schema.logicalType)
    }
  }

  /** Checks defaults last, since their types may not be complete earlier. */
  checkDefaults(): void {
    const checker = new DefaultChecker()
    for (const { path, type, value } of this.#defaults) {
      if (!checker.isOfType(value, type)) rejectSchema(path, 'avro-default-wrong', value)
    }
  }

  #byName(name: string, path: string, namespace: string, logicalType?: AvroJson): AvroType {
    const primitive = primitives.get(name)
    if (primitive) return logicalType === undefined ? primitive : { ...primitive, logicalType }
    return lookUp(name, namespace, this.#named) ?? rejectSchema(path, 'avro-type-unknown', name)
  }

  #union(schemas: readonly AvroJson[], path: string, namespace: string): AvroType {
    const seen = new Set<string>()
    const branches = schemas.map((schema) => {
      const branch = this.read(schema, path, namespace)
      const key = 'fullName' in branch ? branch.fullName : branch.kind
      if (key === 'union' || seen.has(key)) rejectSchema(path, 'avro-union-malformed', key)
      seen.add(key)
      return branch
    })
    return { kind: 'union', branches }
  }

  #record(schema: AvroJsonObject, path: string, outer: string): AvroType {
    const { name, fullName, namespace } = this.#name(schema, path, outer)
    const fields = new Map<string, Field>()
    const aliases = aliasesOf(schema, path, namespace)
    // Registered before its fields are read, since they may refer to it.
    const record: NamedType = { kind: 'record', name, fullName, aliases, fields, written: schema }
    this.#named.set(fullName, record)
    if (!isArray(schema.fields)) return rejectSchema(path, 'schema-field-malformed', fullName)
    for (const member of schema.fields) {
      const field = this.#field(member, path, namespace)
      if (fields.has(field.name)) rejectSchema(path, 'schema-field-malformed', field.name)
      fields.set(field.name, field)
    }
    return record
  }

  #field(member: AvroJson, parent: string, namespace: string): Field {
    if (!isObject(member)) return rejectSchema(parent, 'schema-field-malformed', member)
    const { name, aliases = [], order = 'ascending' } = member
    if (!isShortName(name)) return rejectSchema(parent, 'schema-field-malformed', name)
    const path = parent === '' ? name : `${parent}.${name}`
    if (typeof order !== 'string' || !orders.has(order))
      return rejectSchema(path, 'schema-field-malformed', order)
    if (!isArray(aliases) || !aliases.every((alias) => typeof alias === 'string')) {
      return rejectSchema(path, 'schema-field-malformed', aliases)
    }
    const type = this.read(member.type, path, namespace)
    const hasDefault = Object.hasOwn(member, 'default')
    if (hasDefault) this.#defaults.push({ path, type, value: member.default ?? null })
    return { name, aliases, type, hasDefault, written: member }
  }

  #enum(schema: AvroJsonObject, path: string, outer: string): AvroType {
    const { name, fullName, namespace } = this.#name(schema, path, outer)
    const { symbols: given, default: fallback } = schema
    const symbols = new Set(isArray(given) ? given.filter(isShortName) : [])
    if (!isArray(given) || symbols.size !== given.length) rejectSchema(path, 'avro-enum-malformed', fullName)
    if (fallback !== undefined && !(typeof fallback === 'string' && symbols.has(fallback))) {
      return rejectSchema(path, 'avro-default-wrong', fallback)
    }
    const aliases = aliasesOf(schema, path, namespace)
    const type: NamedType = { kind: 'enum', name, fullName, aliases, symbols, fallback }
    this.#named.set(fullName, type)
    return type
  }

  #fixed(schema: AvroJsonObject, path: string, outer: string): AvroType {
    const { name, fullName, namespace } = this.#name(schema, path, outer)
    const { size } = schema
    if (typeof size !== 'bigint' || size < 0n || size > largestInt) {
      return rejectSchema(path, 'avro-fixed-malformed', size)
    }
    const aliases = aliasesOf(schema, path, namespace)
    const type: NamedType = { kind: 'fixed', name, fullName, aliases, size: Number(size) }
    this.#named.set(fullName, type)
    return type
  }

  #name(schema: AvroJsonObject, path: string, outer: string): Name {
    const namespace = schema.namespace ?? outer // Java takes null for absent, so there are schemas that say it.
    const name = typeof namespace === 'string' ? toName(schema.name, namespace) : undefined
    if (!name) return rejectSchema(path, 'schema-name-malformed', schema.name)
    if (this.#named.has(name.fullName)) rejectSchema(path, 'schema-name-twice', name.fullName)
    return name
  }
}

const orders: ReadonlySet<string> = new Set(['ascending', 'descending', 'ignore'])
const largestInt = 2n ** 31n - 1n

function aliasesOf({ aliases = [] }: AvroJsonObject, path: string, namespace: string): ReadonlySet<string> {
  if (!isArray(aliases)) return rejectSchema(path, 'schema-name-malformed', aliases)
  return new Set(
    aliases.map(
      (alias) => toName(alias, namespace)?.fullName ?? rejectSchema(path, 'schema-name-malformed', alias)
    )
  )
}
