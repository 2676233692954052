import fc from 'fast-check'

type Kind =
  | { readonly kind: 'scalar'; readonly type: unknown }
  | { readonly kind: 'enum'; readonly symbols: readonly string[] }
  | { readonly kind: 'array'; readonly items: Field }
  | { readonly kind: 'record'; readonly fields: readonly Field[] }

interface Field {
  readonly optional: boolean
  readonly is: Kind
}

const scalars: readonly unknown[] = [
  ...['string', 'boolean', 'bytes', 'int', 'long'],
  ...[
    { type: 'int', logicalType: 'date' },
    { type: 'long', logicalType: 'timestamp-millis' }
  ]
]

function fieldType(depth: number): fc.Arbitrary<Field> {
  const scalar = fc.constantFrom(...scalars).map((type): Kind => ({ kind: 'scalar', type }))
  const symbols = fc
    .integer({ min: 1, max: 130 })
    .map((count) => Array.from({ length: count }, (_one, at) => `S${at}`))
  const enumeration = symbols.map((all): Kind => ({ kind: 'enum', symbols: all }))
  const nested =
    depth === 0
      ? []
      : [
          fieldType(depth - 1).map((items): Kind => ({ kind: 'array', items })),
          fc
            .array(fieldType(depth - 1), { minLength: 1, maxLength: 4 })
            .map((fields): Kind => ({ kind: 'record', fields }))
        ]
  return fc.record({ optional: fc.boolean(), is: fc.oneof(scalar, enumeration, ...nested) })
}

interface Names {
  records: number
}

function record(fields: readonly Field[], names: Names): object {
  names.records += 1
  return {
    type: 'record',
    name: `R${names.records}`,
    fields: fields.map(({ optional, is }, index) => {
      const type = written(is, names)
      const rest = optional ? { type: ['null', type], default: null } : { type }
      return { name: `f${index}`, doc: 'A field.', ...rest }
    })
  }
}

function written(is: Kind, names: Names): unknown {
  switch (is.kind) {
    case 'scalar':
      return is.type
    case 'enum':
      names.records += 1
      return { type: 'enum', name: `R${names.records}`, symbols: is.symbols }
    case 'array':
      return { type: 'array', items: written(is.items.is, names) }
    case 'record':
      return record(is.fields, names)
  }
}

/** A schema of the payload profile, as JSON: every kind of field, optional or not, in records and arrays. */
export const schemaArbitrary: fc.Arbitrary<string> = fc
  .array(fieldType(2), { minLength: 1, maxLength: 6 })
  .map((types) => {
    const names = { records: 0 }
    return JSON.stringify({ ...record(types, names), namespace: 'lienthong.test', doc: 'Made at random.' })
  })
