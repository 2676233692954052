import sanitizeHtml from 'sanitize-html'
import { webAddress } from '../feed/urls.ts'
import { composed, withoutControls } from './composed.ts'
import { plainText } from './to-text.ts'

/** An image that the HTML shows. */
export interface ShownImage {
  readonly url: string
  readonly description: string | undefined
}

export interface SanitizedHtml {
  readonly html: string
  /** Each address once, in their order. */
  readonly images: readonly ShownImage[]
}

/** What remains of HTML: its structure and its links, and nothing that runs, embeds, styles or asks for input. */
const allowedTags = [
  ...['p', 'br', 'hr', 'div', 'span', 'blockquote', 'pre', 'code', 'kbd', 'samp', 'var', 'address'],
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'section', 'article', 'header', 'footer', 'aside', 'main', 'nav'],
  ...['ul', 'ol', 'li', 'dl', 'dt', 'dd', 'figure', 'figcaption', 'img', 'a'],
  ...['table', 'caption', 'colgroup', 'col', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
  ...[
    'b',
    'strong',
    'i',
    'em',
    'u',
    's',
    'del',
    'ins',
    'sub',
    'sup',
    'small',
    'mark',
    'q',
    'cite',
    'abbr',
    'time'
  ],
  ...['bdi', 'bdo', 'dfn', 'ruby', 'rt', 'rp', 'wbr']
]

/** How deep elements may be nested: browsers and readers are slow beyond. */
const depth = 100

/** Safe HTML, with absolute addresses. `base`: the address that relative ones refer to. */
export function sanitize(html: string, base: string): SanitizedHtml {
  const images = new Map<string, ShownImage>()
  const withAddress = (name: string): sanitizeHtml.Transformer => {
    return (tagName, { [name]: written, ...attribs }) => {
      const given = (tagName === 'img' ? lazyAddress(attribs) : undefined) ?? written
      const isOther = name === 'href' && /^(?:mailto|tel):[^\s<>"]+$/i.test(given ?? '')
      const address = isOther ? given : webAddress(given, base)
      if (tagName === 'img' && address !== undefined && !images.has(address))
        images.set(address, { url: address, description: plainText(attribs.alt ?? '') || undefined })
      return { tagName, attribs: address === undefined ? attribs : { ...attribs, [name]: address } }
    }
  }
  const safe = sanitizeHtml(html, {
    allowedTags,
    allowedAttributes: {
      a: ['href', 'title', 'hreflang'],
      img: ['src', 'alt', 'title', 'width', 'height'],
      td: ['colspan', 'rowspan'],
      th: ['colspan', 'rowspan', 'scope'],
      col: ['span'],
      ol: ['start', 'reversed'],
      time: ['datetime'],
      '*': ['lang', 'dir']
    },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesAppliedToAttributes: ['href', 'src', 'cite'],
    allowProtocolRelative: false,
    disallowedTagsMode: 'discard',
    enforceHtmlBoundary: false,
    nestingLimit: depth,
    transformTags: { a: withAddress('href'), img: withAddress('src') },
    exclusiveFilter: ({ tag, attribs }) => tag === 'img' && attribs.src === undefined
  })
  return { html: composed(withoutControls(safe)).trim(), images: [...images.values()] }
}

/** Where an image is that scripts of the page load once it is seen: what stands in `src` is a blank one then. */
function lazyAddress(attribs: sanitizeHtml.Attributes): string | undefined {
  const [first] = (attribs['data-srcset'] ?? '').trim().split(/[\s,]+/)
  return attribs['data-src'] ?? attribs['data-original'] ?? attribs['data-lazy-src'] ?? (first || undefined)
}
