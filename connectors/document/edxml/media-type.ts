import { mediaTypePattern } from '#protocol/events/payload-json-schema.ts'

const grammar = new RegExp(mediaTypePattern, 'u')

/**
 * Whether a sender declares a media type. It is kept as it is: a document system unpacks what is declared as
 * `application/zip`, whatever its name, and nothing else.
 */
export function isMediaType(text: string): boolean {
  return grammar.test(text)
}
