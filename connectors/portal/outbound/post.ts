import type { Attachment } from '#protocol/events/attachments-of.ts'

/** A post as it is to be, but for the addresses of its files, which WordPress gives. */
export interface Post {
  readonly title: string
  readonly excerpt: string
  readonly categories: readonly number[]
  /** Files that belong to it. */
  readonly files: readonly Attachment[]
  /** Its content, given the addresses of those files that WordPress took, by their SHA-256. */
  readonly content: (addresses: ReadonlyMap<string, string>) => string
}

/** How the names of all posts and files of the bus begin. */
export const ownSlug = 'lienthong-'

/** A table of two columns. */
export function tableOf(rows: Readonly<Record<string, string>>): string {
  const lines = Object.entries(rows).map(
    ([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`
  )
  return `<table>${lines.join('')}</table>`
}

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** A text as HTML in which WordPress runs nothing: it reads titles and excerpts as HTML, too. */
export function inertText(text: string): string {
  return inertHtml(escaped(text))
}

/** HTML without shortcodes, which WordPress would run. */
export function inertHtml(html: string): string {
  return html.replaceAll('[', '&#91;')
}
