export interface PageLimits<T> {
  readonly maxItems: number
  /** A larger item gets a page of its own. */
  readonly maxBytes: number
  readonly sizeOf: (item: T) => number
}

/** Cuts a sequence into pages, in order, none larger than the limits. */
export function* pagesOf<T>(
  items: Iterable<T>,
  { maxItems, maxBytes, sizeOf }: PageLimits<T>
): Generator<readonly T[]> {
  let page: T[] = []
  let bytes = 0
  for (const item of items) {
    const size = sizeOf(item)
    if (page.length === maxItems || (page.length > 0 && bytes + size > maxBytes)) {
      yield page
      page = []
      bytes = 0
    }
    page.push(item)
    bytes += size
  }
  if (page.length > 0) yield page
}
