/** Builds XML as text: `el('Name', …)` with edXML's prefix, `undefined` for what is absent. */

export type Part = string | undefined

export function el(name: string, ...parts: readonly Part[]): string {
  return `<edXML:${name}>${parts.join('')}</edXML:${name}>`
}

/** An element with text; left out if there is none. */
export function leaf(name: string, value: string | number | undefined): Part {
  return value === undefined ? undefined : el(name, escapeXml(String(value)))
}

/** An element with child elements; left out if there are none. */
export function group(name: string, ...parts: readonly Part[]): Part {
  return parts.some((part) => part !== undefined && part !== '') ? el(name, ...parts) : undefined
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`)
}
