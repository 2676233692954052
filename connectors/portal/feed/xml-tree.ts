import { decodeHTMLStrict } from 'entities'
import { Parser } from 'htmlparser2'
import { type Declarations, declarationsOf, resolveName } from './namespaces.ts'
import { childBase } from './urls.ts'

/** A piece of text as it stands in the document: with references, unless it stood in a CDATA section. */
export interface XmlText {
  readonly text: string
  readonly isCdata: boolean
}

export interface XmlElement {
  /** As `resolveName` gives it. */
  readonly name: string
  /** As it is written, with its prefix. */
  readonly written: string
  /** By the names that are written, references decoded. */
  readonly attributes: Readonly<Record<string, string>>
  readonly children: (XmlElement | XmlText)[]
  /** Address that relative addresses within it refer to. */
  readonly base: string
  readonly language: string | undefined
  /** Whether its end was read: a document that was cut off leaves elements open. */
  isClosed: boolean
}

export interface XmlTree {
  readonly root: XmlElement
  /** What is wrong with the document, although it can be read. */
  readonly problems: readonly XmlProblem[]
}

export type XmlProblem =
  | 'unclosed'
  | 'undeclared-prefix'
  | 'bare-ampersand'
  | 'second-root'
  | 'not-well-formed'

/** What a document may contain at most. The longest feeds of real portals stay far below. */
export const xmlLimits = { depth: 64, elements: 100_000, attributes: 64 } as const

/** Raised for a document that exceeds `xmlLimits`. */
export class TooComplex extends TypeError {}

/**
 * Reads XML as leniently as browsers read HTML: portals write feeds that are not well-formed. Entities that the
 * document declares are not expanded, and nothing is fetched. Undefined if there is no element.
 */
export function parseXml(text: string, base: string): XmlTree | undefined {
  const problems = new Set<XmlProblem>()
  const stack: { readonly element: XmlElement; readonly declared: Declarations }[] = []
  let root: XmlElement | undefined
  let core = ''
  let elements = 0
  let isCdata = false
  let isEnding = false
  const add = (piece: string): void => {
    const element = stack.at(-1)?.element
    if (piece.trim() !== '' && (element ? !isCdata && /\]\]>|</.test(piece) : root !== undefined))
      problems.add('not-well-formed')
    if (!element) return
    if (!isCdata && hasBareAmpersand(piece)) problems.add('bare-ampersand')
    const last = element.children.at(-1)
    if (last && 'text' in last && last.isCdata === isCdata) {
      element.children[element.children.length - 1] = { text: last.text + piece, isCdata }
    } else element.children.push({ text: piece, isCdata })
  }
  const names = new Set<string>()
  const parser = new Parser(
    {
      onopentagname: () => names.clear(),
      onattribute(name, value, quote) {
        if (names.has(name) || !quote || value.includes('<') || hasBareAmpersand(value))
          problems.add('not-well-formed')
        names.add(name)
      },
      oncomment(comment) {
        if (comment.includes('--')) problems.add('not-well-formed')
      },
      onopentag(written, raw) {
        elements += 1
        const count = Object.keys(raw).length
        if (stack.length >= xmlLimits.depth || elements > xmlLimits.elements || count > xmlLimits.attributes)
          throw new TooComplex('a feed is too complex')
        const outer = stack.at(-1)
        if (!outer && root) {
          problems.add('second-root')
          return
        }
        const attributes = Object.fromEntries(Object.entries(raw).map(([n, v]) => [n, decodeHTMLStrict(v)]))
        const declared = declarationsOf(outer?.declared ?? {}, attributes)
        if (!outer) core = coreOf(written, declared)
        const { name, isUndeclared } = resolveName(written, declared, core)
        const isOpenWritten = Object.keys(attributes).some(
          (n) => /^(?!xml|xmlns)[^:]+:/.test(n) && declared[n.split(':', 1)[0] ?? ''] === undefined
        )
        if (isUndeclared || isOpenWritten) problems.add('undeclared-prefix')
        const element: XmlElement = {
          ...{ name, written, attributes, children: [], isClosed: false },
          base: childBase(outer?.element.base ?? base, attributes['xml:base']),
          language: attributes['xml:lang']?.replaceAll('_', '-') ?? outer?.element.language
        }
        outer?.element.children.push(element)
        root ??= element
        stack.push({ element, declared })
      },
      onclosetag(written, isImplied) {
        const closed = stack.pop()?.element
        if (!closed) return
        const isEmptyTag = text[(parser.endIndex ?? 0) - 1] === '/'
        closed.isClosed = closed.written === written && (!isImplied || (isEmptyTag && !isEnding))
        if (!closed.isClosed) problems.add('unclosed')
      },
      ontext: add,
      oncdatastart() {
        isCdata = true
      },
      oncdataend() {
        isCdata = false
      }
    },
    { xmlMode: true, decodeEntities: false }
  )
  parser.write(text)
  isEnding = true
  parser.end()
  return root && { root, problems: [...problems] }
}

/** RDF gives its channel and items a namespace of their own, which is then that of the document. */
function coreOf(written: string, declared: Declarations): string {
  const prefix = written.includes(':') ? (written.split(':', 1)[0] ?? '') : ''
  const isRdf = /(?:^|:)RDF$/.test(written)
  return isRdf ? (declared[''] ?? rss10) : (declared[prefix] ?? '')
}

const rss10 = 'http://purl.org/rss/1.0/'

function hasBareAmpersand(text: string): boolean {
  return /&(?!(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{0,31});)/.test(text)
}
