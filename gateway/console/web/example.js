/**
 * A value that a schema allows, so that a reader sees the form. Types that are registered while the bus runs have one,
 * too.
 * @param {any} schema
 * @param {number} [depth]
 * @returns {any}
 */
export function exampleOf(schema, depth = 0) {
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const [first] = schema.anyOf ?? schema.oneOf ?? []
  if (first) return exampleOf(first, depth)
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name]) => depth < 4 || schema.required?.includes(name))
          .map(([name, inner]) => [name, exampleOf(inner, depth + 1)])
      )
    case 'array':
      return schema.items && depth < 6 ? [exampleOf(schema.items, depth + 1)] : []
    case 'integer':
    case 'number':
      return schema.minimum > 0 ? schema.minimum : 1
    case 'boolean':
      return true
    default:
      return textOf(schema)
  }
}

/** @param {{ format?: string, pattern?: string }} schema */
function textOf({ format, pattern = '' }) {
  if (format === 'date-time' || pattern.includes('}T')) return '2026-11-24T08:00:00.000Z'
  if (format === 'date' || pattern.includes('\\d{4}-\\d{2}-\\d{2}') || pattern.includes('[0-9]{4}-'))
    return '2026-11-24'
  return '…'
}
