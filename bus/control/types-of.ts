/** The part of JSON Schema that acts are described with. */
export interface JsonSchema {
  readonly type?: string
  readonly const?: unknown
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
}

/**
 * A schema without the rules that a later release may make stricter: lengths, bounds and patterns are
 * removed, and unknown members are allowed. What remains is what code needs to work with a value: types,
 * required members, and enumerations.
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
