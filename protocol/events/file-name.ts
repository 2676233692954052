/** Characters a file's name may have; in bytes a file system may want fewer, so whoever writes a file shortens. */
export const maxFileNameLength = 255

/** What Windows takes for a device, in either case and whatever stands after a dot. */
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

/** Separators of paths, drives and streams; controls, ends of lines, and what turns the direction of a text. */
const forbidden =
  '/\\\\:\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069'

/** A separator, a dot or a control that shows once somebody decodes the name. */
const encoded = '%(?:2[eEfF]|5[cC]|3[aA]|[01][0-9a-fA-F]|7[fF])'

/**
 * A name that is only a name wherever a file is written under it: no path, no
 * device, nothing that is cut off at its end. For a regular expression with
 * `u`, as in a JSON Schema.
 */
export const fileNamePattern = `^(?!(?:${devices}) *(?:\\.|$))(?!.*${encoded})[^${forbidden}]*[^${forbidden}\\s.]$`

const grammar = new RegExp(fileNamePattern, 'u')

export function isFileName(text: string): boolean {
  return [...text].length <= maxFileNameLength && grammar.test(text)
}
