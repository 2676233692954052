/** As much of JSON Schema as acts are described in. */
export interface JsonSchema {
  readonly type?: string
  readonly const?: unknown
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
}

/**
 * A schema without all that a later release may ask more of: lengths, bounds
 * and patterns go, and members nobody knows are let be. What stays is what code
 * must know to work with a value: types, members that are always there, and
 * lists of which each entry has a meaning.
 */
export function typesOf({ type, const: value, required, properties, items, anyOf }: JsonSchema): JsonSchema {
  return {
    ...(type && { type }),
    ...(value !== undefined && { const: value }),
    ...(required && { required }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, typesOf(one)]))
    }),
    ...(items && { items: typesOf(items) }),
    ...(anyOf && { anyOf: anyOf.map(typesOf) })
  }
}
