/** In characters. File systems limit names to fewer bytes, so code that writes a file must shorten the name. */
export const maxFileNameLength = 255

/** Names of devices on Windows, in upper or lower case, with any extension. */
const devices = [
  'con',
  'prn',
  'aux',
  'nul',
  'conin\\$',
  'conout\\$',
  'clock\\$',
  'com[0-9¹²³]',
  'lpt[0-9¹²³]'
]
  .join('|')
  .replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)

/** Separators of paths, drives and streams; control characters, line ends, and characters that change the text direction. */
const forbidden =
  '/\\\\:\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069'

/** A separator, dot or control character that is percent-encoded: some programs decode names. */
const encoded = '%(?:2[eEfF]|5[cC]|3[aA]|[01][0-9a-fA-F]|7[fF])'

/**
 * A file name that is safe to write under on Linux, macOS and Windows: it is not
 * a path or a device, and has no end that Windows cuts off. For a regular
 * expression with the flag `u`, as JSON Schema uses it.
 */
export const fileNamePattern = `^(?!(?:${devices}) *(?:\\.|$))(?!.*${encoded})[^${forbidden}]*[^${forbidden}\\s.]$`

const grammar = new RegExp(fileNamePattern, 'u')

export function isFileName(text: string): boolean {
  return [...text].length <= maxFileNameLength && grammar.test(text)
}
