const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const parameter = `[ \\t]*;(?:[ \\t]*(${token})=(${token}|"(?:[ !#-\\[\\]-~]|\\\\[ -~])*"))?`
const parameters = new RegExp(`^(?:${parameter})*[ \\t]*$`)
const eachParameter = new RegExp(parameter, 'gy') // Unanchored, it would try each place in a run of spaces anew.

/**
 * Whether a media type (RFC 9110, 8.3.1) is that of JSON in UTF-8, as which the bus reads all data: it is
 * `application/json`, and no parameter names another charset.
 */
export function isJsonInUtf8(mediaType: string): boolean {
  const [essence = ''] = mediaType.split(';', 1)
  const rest = mediaType.slice(essence.length)
  if (essence.trimEnd().toLowerCase() !== 'application/json' || !parameters.test(rest)) return false
  return [...rest.matchAll(eachParameter)].every(
    ([, name = '', value = '']) => name.toLowerCase() !== 'charset' || /^"?utf-8"?$/i.test(value)
  )
}
