import type { Client } from '#client/client.ts'
import { refuseOtherTerms } from './other-terms.ts'
import type { Province } from './province.ts'

/** An act that brings the control state closer to the province file. */
export interface PlannedAct {
  /** The list that it is posted to. */
  readonly path: string
  readonly body: {
    readonly act: string
    readonly resource: string
    /** Only in the first act on a resource: the last act on it when it was compared with the file. */
    readonly previous?: string | null
    readonly [member: string]: unknown
  }
}

type Item = Readonly<Record<string, unknown>> & { readonly resource: string; readonly last: string }

/** Control state as `/v1` shows it. */
interface Present {
  readonly agencies: ReadonlyMap<string, Item>
  readonly systems: ReadonlyMap<string, Item>
  readonly rights: ReadonlySet<string>
  readonly agreements: ReadonlyMap<string, Item>
}

/**
 * The acts, in order, after which the control state is as the file says. Nothing is removed that the file
 * does not name. Rejects with `BUS_ACT_CONFLICT` if an agreement of the file exists with other terms:
 * somebody else drafted it, and it must not be signed.
 */
export async function planProvince(client: Client, province: Province): Promise<readonly PlannedAct[]> {
  const present = await readPresent(client)
  refuseOtherTerms(province.agreements ?? [], present.agreements)
  const acts = [
    ...province.agencies.flatMap((agency) => agencyActs(agency, present)),
    // Before the keys: a connector publishes as soon as its key may, and what it publishes before an agreement is
    // in force is for nobody.
    ...(province.agreements ?? []).flatMap((agreement) => agreementActs(agreement, present)),
    ...province.agencies.flatMap((agency) => systemActs(agency, present)),
    ...province.agencies.flatMap((agency) => closingActs(agency, present))
  ]
  return namingPrevious(acts, present)
}

/** Binds the plan to the state it was compared with: an act is rejected if its resource was changed since. */
function namingPrevious(acts: readonly PlannedAct[], present: Present): readonly PlannedAct[] {
  const seen = new Set<string>()
  return acts.map((act) => {
    const { resource } = act.body
    if (seen.has(resource)) return act
    seen.add(resource)
    const { agencies, systems, agreements } = present
    const known = agencies.get(resource) ?? systems.get(resource) ?? agreements.get(resource)
    return { ...act, body: { ...act.body, previous: known?.last ?? null } }
  })
}

/** Posts the planned acts one after another; each names the last act on its resource. */
export async function applyPlan(
  client: Pick<Client, 'act'>,
  plan: readonly PlannedAct[],
  done: (act: PlannedAct) => void
): Promise<void> {
  const last = new Map<string, string>()
  for (const act of plan) {
    const body = { ...act.body, previous: last.get(act.body.resource) ?? act.body.previous }
    const { hash } = (await client.act(act.path, body)) as { hash: string }
    last.set(act.body.resource, hash)
    done(act)
  }
}

async function readPresent(client: Client): Promise<Present> {
  const byResource = async (path: string): Promise<Map<string, Item>> =>
    new Map((await readAll(client, path)).map((item) => [item.resource, item]))
  const rights = await readAll(client, '/v1/rights')
  return {
    agencies: await byResource('/v1/agencies'),
    systems: await byResource('/v1/systems'),
    rights: new Set(rights.map(({ resource, type, recipients }) => `${resource} ${type} ${recipients}`)),
    agreements: await byResource('/v1/agreements')
  }
}

async function readAll(client: Client, path: string): Promise<readonly Item[]> {
  const items: Item[] = []
  let after = ''
  for (;;) {
    const page = await client.get<{ items: readonly Item[]; next?: string }>(
      `${path}?limit=500${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`
    )
    items.push(...page.items)
    if (page.next === undefined) return items
    after = page.next
  }
}

type Agency = Province['agencies'][number]

function agencyActs(agency: Agency, { agencies }: Present): readonly PlannedAct[] {
  const { code, name, parent, otherCode, validFrom } = agency
  const resource = `/agencies/${code}`
  const known = agencies.get(resource)
  const path = '/v1/agencies'
  if (!known)
    return [{ path, body: defined({ act: 'agency.added', resource, name, parent, otherCode, validFrom }) }]
  const same = known.name === name && known.parent === parent && known.otherCode === otherCode
  return same || known.status === 'closed'
    ? []
    : [{ path, body: defined({ act: 'agency.changed', resource, name, parent, otherCode }) }]
}

function closingActs({ code, closed }: Agency, { agencies }: Present): readonly PlannedAct[] {
  const resource = `/agencies/${code}`
  if (!closed || agencies.get(resource)?.status === 'closed') return []
  return [{ path: '/v1/agencies', body: defined({ act: 'agency.closed', resource, ...closed }) }]
}

function systemActs({ code, systems = [] }: Agency, present: Present): readonly PlannedAct[] {
  return systems.flatMap((system) => {
    const resource = `/agencies/${code}/systems/${system.name}`
    const known = present.systems.get(resource)
    const keys = (known?.keys ?? []) as readonly { readonly key: { readonly kid: string } }[]
    const { title, roles, unsigned, hosted, boundOnly } = system
    const added = defined({ act: 'system.added', resource, name: title, roles, unsigned, hosted, boundOnly })
    return [
      ...(known ? [] : [{ path: '/v1/systems', body: added }]),
      ...(system.keys ?? [])
        .filter(({ kid }) => !keys.some(({ key }) => key.kid === kid))
        .map((key) => ({ path: '/v1/systems', body: { act: 'key.added', resource, key } })),
      ...(system.publish ?? [])
        .filter(({ type, recipients }) => !present.rights.has(`${resource} ${type} ${recipients}`))
        .map((right) => ({ path: '/v1/rights', body: { act: 'right.granted', resource, ...right } }))
    ]
  })
}

function agreementActs(
  { id, ...terms }: NonNullable<Province['agreements']>[number],
  { agreements }: Present
): readonly PlannedAct[] {
  const resource = `/agreements/${id}`
  const path = '/v1/agreements'
  const known = agreements.get(resource)
  return [
    ...(known ? [] : [{ path, body: defined({ act: 'agreement.drafted', resource, ...terms }) }]),
    ...(known && known.status !== 'drafted' ? [] : [{ path, body: { act: 'agreement.signed', resource } }])
  ]
}

function defined(body: PlannedAct['body']): PlannedAct['body'] {
  return Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== undefined)
  ) as PlannedAct['body']
}
