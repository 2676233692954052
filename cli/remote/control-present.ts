import type { Client } from '#client/client.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { PublicJwk } from '#protocol/trust/jwk.ts'

/** What `/v1` shows of a resource. */
interface Shown {
  readonly resource: string
  readonly status: string
  /** Hash of the last act on it. */
  readonly last: string
}

export interface ShownAgency extends Shown {
  readonly code: string
  readonly name: string
  readonly parent?: string
  readonly otherCode?: string
  readonly validFrom?: string
  readonly validTo?: string
  readonly successor?: string
}

export interface ShownKey {
  readonly key: PublicJwk
  /** Also the time when it was retired. */
  readonly validTo?: string
}

export interface ShownSystem extends Shown {
  readonly agency: string
  readonly name?: string
  readonly roles: readonly string[]
  readonly unsigned: boolean
  readonly hosted: boolean
  readonly boundOnly: boolean
  readonly keys: readonly ShownKey[]
}

export interface ShownRight {
  readonly resource: string
  readonly type: string
  readonly recipients: '*' | 'agreements'
}

export interface ShownAgreement extends Shown {
  readonly provider: string
  readonly consumer: string
  readonly types: string[]
  readonly purpose: string
  readonly legalBasis: string
  readonly validFrom?: string
  readonly validTo?: string
}

/** The control state as `/v1` shows it, but for the bus's own systems, by resource. */
export interface Present {
  readonly agencies: ReadonlyMap<string, ShownAgency>
  readonly systems: ReadonlyMap<string, ShownSystem>
  /** Those of each system, by event type. */
  readonly rights: ReadonlyMap<string, ReadonlyMap<string, ShownRight>>
  readonly agreements: ReadonlyMap<string, ShownAgreement>
}

export async function readPresent(client: Client): Promise<Present> {
  const agencies = await readAll<ShownAgency>(client, '/v1/agencies')
  const systems = await readAll<ShownSystem>(client, '/v1/systems')
  const rights = new Map<string, Map<string, ShownRight>>()
  for (const right of await readAll<ShownRight>(client, '/v1/rights')) {
    const ofSystem = rights.get(right.resource) ?? new Map<string, ShownRight>()
    rights.set(right.resource, ofSystem.set(right.type, right))
  }
  const agreements = await readAll<ShownAgreement>(client, '/v1/agreements')
  return {
    agencies: byResource(agencies),
    systems: byResource(systems.filter(({ resource }) => !resource.startsWith('/bus/'))),
    rights,
    agreements: byResource(agreements)
  }
}

/** The event types that the bus knows. */
export async function readEventTypes(client: Client): Promise<ReadonlySet<string>> {
  interface Subject {
    readonly type?: string
    readonly versions?: readonly { readonly deleted?: boolean }[]
  }
  const subjects = await readAll<Subject>(client, '/v1/schemas')
  return new Set(
    subjects.flatMap(({ type, versions = [] }) =>
      type !== undefined && versions.some(({ deleted }) => !deleted) ? type : []
    )
  )
}

/** Whether a key is past its time or retired. */
export function hasEnded({ validTo }: ShownKey): boolean {
  return validTo !== undefined && instantMs(validTo) <= Date.now()
}

function byResource<T extends Shown>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.resource, item]))
}

async function readAll<T>(client: Client, path: string): Promise<readonly T[]> {
  const items: T[] = []
  let after = ''
  for (;;) {
    const page = await client.get<{ items: readonly T[]; next?: string }>(
      `${path}?limit=500${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`
    )
    items.push(...page.items)
    if (page.next === undefined) return items
    after = page.next
  }
}
