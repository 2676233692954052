/**
 * Characters that control a terminal, an editor or a log viewer, or cannot be
 * displayed: control characters such as ESC, line ends, characters that change
 * the text direction, and lone surrogates.
 */
const controlling = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu
const short: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/**
 * A text as one line that is safe to print: these characters are escaped as in
 * JSON. A JSON text stays valid and keeps its value.
 */
export function visible(text: string): string {
  return text.replace(
    controlling,
    (one) => short[one] ?? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`
  )
}
