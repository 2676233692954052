import { goodPublications, mutatePublication, valuesIn } from './json-requests.ts'
import type { RawAnswer, RawRequest } from './raw-http.ts'
import { canonically, leafOf } from './strict-reading.ts'
import type { Surface, Verdict } from './surface.ts'
import { claimsOf, headerOf, signByHand } from './token-makers.ts'
import { codeOf, detailOf } from './tokens.ts'
import { startWorld } from './world.ts'

/** An event that was taken, as it is then read back. */
interface ReadBack {
  readonly hash: string
  readonly event: string
}

/** An answer to a publication; `stored` stands in for what is read back, where a fault is seeded. */
interface Published extends RawAnswer {
  readonly stored?: readonly ReadBack[]
}

/**
 * Bodies on their way through a running gateway, into the log, and back out.
 * Nothing forged is accepted means: an event that is taken is read back byte
 * for byte as the canonical form of what another strict reading of the sent
 * bytes says, under the hash of that form, which is what the token signed.
 */
export async function openJson(): Promise<Surface> {
  const world = await startWorld()
  const reader = signByHand(
    JSON.stringify(headerOf(world.keys.A)),
    JSON.stringify(claimsOf('A')),
    world.keys.A
  )

  /** Each event that was taken, as it is then read back: not part of what the publication costs. */
  const readBack = async (answer: RawAnswer): Promise<readonly ReadBack[]> => {
    if (answer.status < 200 || answer.status >= 300) return []
    const hashes = answer.body.matchAll(/"status":"(?:accepted|repeated)","hash":"([0-9a-f]+)"/g)
    const stored: ReadBack[] = []
    for (const [, hash = ''] of hashes) {
      const { body } = await world.client.send({
        method: 'GET',
        path: `/v1/events/${hash}`,
        headers: [['authorization', `Bearer ${reader}`]],
        body: ''
      })
      stored.push({ hash, event: /^\{"event":(.*),"added":\{"recordedtime"/s.exec(body)?.[1] ?? body })
    }
    return stored
  }

  const judge = async (request: RawRequest, answer: Published): Promise<Verdict> => {
    const stored = answer.stored ?? (await readBack(answer))
    const code = answer.status === 207 && stored.length === 0 ? 'refused batch' : codeOf(answer)
    const novelty = `${code} ${detailOf(answer)
      .replace(/[0-9]+|"[^"]*"/g, '#')
      .slice(0, 120)}`
    const faults = [...answer.body.matchAll(/"code":"(BUS_[A-Z_]+)"/g)].map(([, fault]) => fault)
    const verdict = { code, novelty: code === 'accepted' ? `${novelty} ${faults.join()}` : novelty }
    if (answer.status >= 500 || faults.includes('BUS_INTERNAL')) {
      return { ...verdict, broken: { oracle: 'server-fault', why: `${answer.status} ${answer.body}` } }
    }
    const why = codeOf(answer) === 'accepted' ? difference(request, answer, stored) : undefined
    return why === undefined ? verdict : { ...verdict, broken: { oracle: 'forged', why } }
  }

  return {
    name: 'json',
    seeds: goodPublications(world),
    mutate: (parent, other, random) =>
      mutatePublication(parent as RawRequest, other as RawRequest, world, random),
    ask: (request) => world.client.send(request as RawRequest),
    judge: (request, answer) => judge(request as RawRequest, answer as Published),
    seededFaults: {
      fallen: () => ({ status: 500, body: '{"code":"BUS_INTERNAL"}' }),
      fooled: (answer) => ({ ...(answer as Published), stored: [{ hash: '0'.repeat(64), event: '{}' }] })
    },
    close: world.close
  }
}

/** Why what was taken is not what was sent; undefined where it is. */
function difference(
  request: RawRequest,
  { body }: RawAnswer,
  stored: readonly ReadBack[]
): string | undefined {
  const values = valuesIn(request)
  if (!values) return `taken, though it is no strict JSON: ${body.slice(0, 200)}`
  const sent = new Map(values.map((value) => [leafOf(value).toString('hex'), canonically(value)]))
  for (const { hash, event } of stored) {
    const expected = sent.get(hash)
    if (expected === undefined) return `taken under the hash of nothing that was sent: ${hash}`
    if (expected !== event) return `sent ${expected}\nread ${event}`
  }
  return undefined
}
