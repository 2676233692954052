/**
 * What a terminal, an editor or a log viewer acts on instead of showing it:
 * controls (ESC among them), ends of lines, marks that turn the direction of a
 * text, and halves of characters.
 */
const acting = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu
const short: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/**
 * A text on one line, as it may be shown where it stands: what would act is
 * written as JSON escapes it. JSON stays the same JSON.
 */
export function visible(text: string): string {
  return text.replace(acting, (one) => short[one] ?? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
