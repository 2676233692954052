/** Namespaces of feeds, by the prefix that the readers know them by. Old and mistaken addresses included. */
const prefixes: Readonly<Record<string, string>> = {
  'http://www.w3.org/2005/Atom': 'atom',
  'http://purl.org/atom/ns#': 'atom',
  'http://purl.org/rss/1.0/modules/content/': 'content',
  'http://purl.org/rss/1.0/modules/content': 'content',
  'http://purl.org/dc/elements/1.1/': 'dc',
  'http://purl.org/dc/elements/1.0/': 'dc',
  'http://purl.org/dc/terms/': 'dcterms',
  'http://search.yahoo.com/mrss/': 'media',
  'http://search.yahoo.com/mrss': 'media',
  'http://rssnamespace.org/feedburner/ext/1.0': 'feedburner',
  'http://www.w3.org/1999/02/22-rdf-syntax-ns#': 'rdf',
  'http://www.w3.org/1999/xhtml': 'xhtml',
  'http://purl.org/atompub/tombstones/1.0': 'at',
  'http://www.itunes.com/dtds/podcast-1.0.dtd': 'itunes'
}
const known = new Set(Object.values(prefixes))

/** Declarations in force at an element: prefix to address. */
export type Declarations = Readonly<Record<string, string>>

/** The declarations in force within an element with these attributes. */
export function declarationsOf(
  outer: Declarations,
  attributes: Readonly<Record<string, string>>
): Declarations {
  const own = Object.entries(attributes).flatMap(([name, value]) => {
    if (name === 'xmlns') return [['', value.trim()]]
    return name.startsWith('xmlns:') ? [[name.slice('xmlns:'.length), value.trim()]] : []
  })
  return own.length === 0 ? outer : { ...outer, ...Object.fromEntries(own) }
}

export interface ResolvedName {
  /** `title` in the namespace of the document, `dc:date` in a known one, `?:x` in any other. */
  readonly name: string
  readonly isUndeclared: boolean
}

/** The name of an element, whatever prefix the document writes. `core`: the namespace of the document itself. */
export function resolveName(written: string, declared: Declarations, core: string): ResolvedName {
  const colon = written.indexOf(':')
  const prefix = colon === -1 ? '' : written.slice(0, colon)
  const local = written.slice(colon + 1)
  const address = declared[prefix]
  if (address === undefined || address === '') {
    if (prefix === '') return { name: local, isUndeclared: false }
    const lower = prefix.toLowerCase()
    return { name: `${known.has(lower) ? lower : '?'}:${local}`, isUndeclared: prefix !== 'xml' }
  }
  if (address === core) return { name: local, isUndeclared: false }
  return { name: `${prefixes[address.replace(/^https:/, 'http:')] ?? '?'}:${local}`, isUndeclared: false }
}
