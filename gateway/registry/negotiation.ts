import type { Language } from '#protocol/errors/faults.ts'
import { languageOf } from '#protocol/errors/problem.ts'

/** Media types of the Confluent Schema Registry API, the preferred one first. */
export const registryMediaTypes = [
  'application/vnd.schemaregistry.v1+json',
  'application/vnd.schemaregistry+json',
  'application/json'
] as const

/**
 * The media type of an answer by the header `Accept` (RFC 9110, section 12.5.1): the one with the highest
 * quality, among equal ones the first. Undefined if none is acceptable.
 */
export function accepted(accept: string | undefined): string | undefined {
  if (!accept?.trim()) return registryMediaTypes[0]
  const ranges = accept.slice(0, maxLength).split(',').map(parseRange)
  const qualities = registryMediaTypes.map((type) => qualityOf(type, ranges))
  const best = Math.max(...qualities)
  return best > 0 ? registryMediaTypes[qualities.indexOf(best)] : undefined
}

const maxLength = 1000

interface Range {
  readonly type: string
  readonly quality: number
}

/** Some clients write `*` or `*\/anything` for every type. */
function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.toLowerCase().split(';')
  const quality = parameters.map((one) => one.trim()).find((one) => one.startsWith('q='))
  const name = type.trim()
  return {
    type: name.startsWith('*') ? '*' : name,
    quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0
  }
}

/** The quality of the most specific range that matches. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  for (const pattern of [type, 'application/*', '*']) {
    const matching = ranges.filter((range) => range.type === pattern)
    if (matching.length > 0) return Math.max(...matching.map(({ quality }) => quality))
  }
  return 0
}

/** The language of an answer: English, as clients of that API expect, unless another is asked for by name. */
export function registryLanguage(acceptLanguage: string | undefined): Language {
  return acceptLanguage === undefined || acceptLanguage.trim() === '*' ? 'en' : languageOf(acceptLanguage)
}
