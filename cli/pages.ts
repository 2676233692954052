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

/** Names of agencies by their code; one that is not there any more has none. */
export async function namesOf(client: Client): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  const agencies = itemsOf<{ readonly code: string; readonly name: string }>(client, '/v1/agencies', {})
  for await (const { code, name } of agencies) names.set(code, name)
  return names
}
