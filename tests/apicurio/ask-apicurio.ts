import type { Reference, SchemaPair, Verdict, Verdicts, Version } from '#cli/generate/compatibility-table.ts'

interface RegisteredReference {
  readonly name: string
  readonly subject: string
  readonly version: number
}

/** Longest answer, in milliseconds; the first ones wait for Java to warm up. */
const answersWithin = 30_000

/**
 * Asks a registry with Confluent's API whether the versions of a pair read each
 * other, by registering the newer one after the older one at the levels
 * BACKWARD and FORWARD. It is not asked at `/compatibility`, where Apicurio
 * takes no schema that has references. The subject must be new: others named
 * after it take the schemas. Throws where the registry fails.
 */
export async function askApicurio(api: string, subject: string, pair: SchemaPair): Promise<Verdicts> {
  const older = await toBody(api, `${subject}-old`, pair.old)
  const newer = await toBody(api, `${subject}-new`, pair.new)
  if (!older || !newer) return { newReadsOld: 'refused', oldReadsNew: 'refused' }
  return {
    newReadsOld: await verdict(api, `${subject}-backward`, 'BACKWARD', [older, newer]),
    oldReadsNew: await verdict(api, `${subject}-forward`, 'FORWARD', [older, newer])
  }
}

async function verdict(
  api: string,
  subject: string,
  compatibility: 'BACKWARD' | 'FORWARD',
  [older, newer]: readonly [object, object]
): Promise<Verdict> {
  const versions = `/subjects/${subject}/versions`
  const first = await send(api, 'POST', versions, older)
  if (first === unprocessable) return 'refused'
  must(first === ok, `registering answers ${first}`)
  const level = await send(api, 'PUT', `/config/${subject}`, { compatibility })
  must(level === ok, `setting the level answers ${level}`)
  const second = await send(api, 'POST', versions, newer)
  if (second === unprocessable) return 'refused'
  must(second === ok || second === conflict, `registering after another answers ${second}`)
  return second === ok ? 'yes' : 'no'
}

const ok = 200
const conflict = 409
const unprocessable = 422

/** Registers what the version refers to. Undefined where the registry takes that for no schema. */
async function toBody(api: string, prefix: string, version: Version): Promise<object | undefined> {
  const references: RegisteredReference[] = []
  for (const [at, reference] of version.references.entries()) {
    const registered = await register(api, `${prefix}-${at}`, reference, references)
    if (!registered) return undefined
    references.push(registered)
  }
  return { schemaType: 'AVRO', schema: version.schema, references }
}

async function register(
  api: string,
  subject: string,
  { name, schema }: Reference,
  earlier: readonly RegisteredReference[]
): Promise<RegisteredReference | undefined> {
  // Each may use those before it; naming one it does not use harms nothing.
  const body = { schemaType: 'AVRO', schema, references: earlier }
  const status = await send(api, 'POST', `/subjects/${subject}/versions`, body)
  if (status === unprocessable) return undefined
  must(status === ok, `registering a reference answers ${status}`)
  return { name, subject, version: 1 }
}

/** The status of the answer. */
async function send(api: string, method: 'POST' | 'PUT', path: string, body: object): Promise<number> {
  const response = await fetch(api + path, {
    method,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(answersWithin)
  })
  await response.arrayBuffer()
  return response.status
}

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new TypeError(`the registry does not do as it should: ${otherwise}`)
}
