import { createHash } from 'node:crypto'
import { avroLimits } from '#protocol/avro/avro-json.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { SchemaReference } from './schema-reference.ts'

/**
 * What makes two schemas the same: their JSON without regard to white space
 * and the order of members, every number as it is written, and what they
 * refer to. Ids rest on it, so it never changes. Throws `BUS_SCHEMA_INVALID`.
 */
export function contentOf(text: string, references: readonly SchemaReference[]): string {
  const refers = references.map(({ name, subject, version }) => [name, subject, version])
  return createHash('sha256')
    .update(JSON.stringify([sortedMembers(parsed(text)), refers]))
    .digest('hex')
}

/** JSON whose numbers keep their spelling. */
function parsed(text: string): unknown {
  if (depthOf(text) > avroLimits.depth) {
    throw new BusError('BUS_SCHEMA_INVALID', 'schema-too-deep', { values: { field: '/' } })
  }
  try {
    return JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' && context?.source !== undefined ? rawJSON(context.source) : value
    )
  } catch (cause) {
    throw new BusError('BUS_SCHEMA_INVALID', 'schema-not-json', { cause })
  }
}

const { rawJSON, isRawJSON } = JSON as unknown as {
  readonly rawJSON: (source: string) => object
  readonly isRawJSON: (value: unknown) => boolean
}

/** How deep brackets nest, in one pass without recursion: a stranger's text may be nothing but brackets. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]
    if (inString && sign === '\\') at += 1
    else if (sign === '"') inString = !inString
    else if (inString) continue
    else if (sign === '[' || sign === '{') deepest = Math.max(deepest, ++depth)
    else if (sign === ']' || sign === '}') depth -= 1
  }
  return deepest
}

function sortedMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedMembers)
  if (typeof value !== 'object' || value === null || isRawJSON(value)) return value
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(members.map(([name, member]) => [name, sortedMembers(member)]))
}
