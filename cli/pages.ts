import type { Client } from '#client/client.ts'

/** All items of a list, page by page; at most `max`. */
export async function* itemsOf<T>(
  client: Client,
  path: string,
  filter: Readonly<Record<string, string | undefined>>,
  max = Number.POSITIVE_INFINITY
): AsyncGenerator<T> {
  const given = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined)
  let left = max
  for (let after: string | undefined; left > 0; ) {
    const query = new URLSearchParams([...given, ['limit', String(Math.min(left, 500))]])
    if (after !== undefined) query.set('after', after)
    const page = await client.get<{ readonly items: readonly T[]; readonly next?: string }>(
      `${path}?${query}`
    )
    yield* page.items
    left -= page.items.length
    if (page.next === undefined) return
    after = page.next
  }
}
