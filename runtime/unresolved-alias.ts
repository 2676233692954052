import { type Document, visit } from 'yaml'

/** Where a YAML document first uses an alias that it does not define: most often a password that begins with `*`. */
export function unresolvedAlias(document: Document): number | undefined {
  let place: number | undefined
  visit(document, {
    Alias(_key, node) {
      if (node.resolve(document) !== undefined) return undefined
      place = node.range?.[0] ?? 0
      return visit.BREAK
    }
  })
  return place
}
