/** A schema compared with the versions of its subject in a registry. */
export type RegisteredStatus =
  | { readonly kind: 'registered'; readonly version: number }
  /** The subject has no versions. */
  | { readonly kind: 'first' }
  /** `problems` make it incompatible at the subject's level; `newest` is the text of the newest version. */
  | { readonly kind: 'compared'; readonly problems: readonly string[]; readonly newest: string }
  /** The registry does not answer, or rejects the question. */
  | { readonly kind: 'unanswered'; readonly why: string }

/**
 * Asks a registry with the Confluent Schema Registry API at this URL, without a token, about a schema as a
 * version of a subject. Sends at most three requests of at most ten seconds each.
 */
export async function registeredStatus(
  registry: string,
  subject: string,
  schema: string
): Promise<RegisteredStatus> {
  const path = `subjects/${encodeURIComponent(subject)}`
  const body = JSON.stringify({ schema })
  const known = await ask(`${registry}/${path}`, body)
  if (known.status === 200) return { kind: 'registered', version: Number(known.members.version) }
  if (known.members.error_code === subjectUnknown) return { kind: 'first' }
  if (known.members.error_code !== schemaUnknown) return unanswered(known)
  const newest = await ask(`${registry}/${path}/versions/latest`)
  if (newest.status !== 200) return unanswered(newest)
  const compared = await ask(`${registry}/compatibility/${path}/versions?verbose=true`, body)
  if (compared.status !== 200) return unanswered(compared)
  return { kind: 'compared', problems: problemsIn(compared), newest: String(newest.members.schema) }
}

const mediaType = 'application/vnd.schemaregistry.v1+json'
const timeoutMs = 10_000
const subjectUnknown = 40_401
const schemaUnknown = 40_403

interface Answer {
  /** 0 if there was no answer. */
  readonly status: number
  readonly members: Readonly<Record<string, unknown>>
}

async function ask(url: string, body?: string): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { accept: mediaType, 'accept-language': 'en', 'content-type': mediaType },
      ...(body === undefined ? {} : { body })
    })
    return { status: response.status, members: membersOf(await response.text()) }
  } catch (error) {
    const { message, cause } = error as Error
    return { status: 0, members: { message: cause === undefined ? message : String(cause) } }
  }
}

/** The members of a JSON object; none for any other text, since the server may not be a registry. */
function membersOf(text: string): Answer['members'] {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function problemsIn({ members }: Answer): readonly string[] {
  if (members.is_compatible === true) return []
  const { messages } = members
  return Array.isArray(messages) && messages.length > 0
    ? messages.map(String)
    : ['the schema is not compatible with the registered versions']
}

function unanswered({ status, members }: Answer): RegisteredStatus {
  const message = String(members.message ?? 'the answer is not that of a schema registry')
  if (status === 0)
    return { kind: 'unanswered', why: `the schema registry does not answer: ${message}. Check --against` }
  const fix =
    status === 401
      ? '. Set gateway.openRegistry on that gateway, or use the address of a `lienthong registry-proxy` in --against'
      : ''
  return { kind: 'unanswered', why: `the registry answers ${status}: ${message}${fix}` }
}
