import type { Json } from '#protocol/events/json.ts'
import { thumbprint } from '#protocol/trust/jwk.ts'
import type { Present } from './control-present.ts'
import { faultsOfForm } from './file-faults.ts'
import { checked } from './key-faults.ts'
import { otherTerms } from './other-terms.ts'
import { Agreement } from './province.ts'
import type { FaultInFile } from './province-fault.ts'
import {
  type Mention,
  type MentionedAgency,
  type MentionedAgreement,
  type Mentions,
  mentionsIn
} from './province-mentions.ts'

/** What a province file is compared with. */
export interface Comparison {
  readonly present: Present
  /** Event types that the bus knows. */
  readonly types: ReadonlySet<string>
}

/** What is wrong with a province file for the state that the bus is in. */
export function faultsBesideState(value: unknown, { present, types }: Comparison): readonly FaultInFile[] {
  const mentions = mentionsIn(value)
  const inFile = new Set(mentions.agencies.flatMap(({ code }) => code?.text ?? []))
  const named = mentions.agreements.map((agreement) => ofAgreement(agreement, present, inFile))
  return [
    ...mentions.agencies.flatMap((agency) => ofAgency(agency, present, inFile)),
    ...named.flat(),
    ...unknownTypes(mentions, types),
    ...ofKeys(mentions, present),
    ...mentions.agreements.flatMap((agreement) => ofTerms(agreement, present))
  ]
}

type Named = Mention | undefined

/** An agency that an act would name. */
function unusable(mention: Named, present: Present, inFile: ReadonlySet<string>): readonly FaultInFile[] {
  if (!mention) return []
  const { text: code, path } = mention
  const shown = present.agencies.get(`/agencies/${code}`)
  if (!shown) return inFile.has(code) ? [] : [{ fault: 'agency.unknown', path, values: { code } }]
  return shown.status === 'closed' ? [{ fault: 'agency.closed', path, values: { code } }] : []
}

function ofAgency(
  { code, parent, successor, systems }: MentionedAgency,
  present: Present,
  inFile: ReadonlySet<string>
): readonly FaultInFile[] {
  const shown = code && present.agencies.get(`/agencies/${code.text}`)
  const isClosed = shown?.status === 'closed'
  const fresh = systems.filter(({ resource }) => resource !== undefined && !present.systems.has(resource))
  return [
    ...(isClosed || (parent && shown?.parent === parent.text) ? [] : unusable(parent, present, inFile)),
    ...(isClosed ? [] : unusable(successor, present, inFile)),
    ...(isClosed
      ? fresh.map(({ path }) => ({
          fault: 'agency.closed' as const,
          path,
          values: { code: code?.text ?? '' }
        }))
      : [])
  ]
}

function ofAgreement(
  { id, provider, consumer }: MentionedAgreement,
  present: Present,
  inFile: ReadonlySet<string>
): readonly FaultInFile[] {
  if (id && present.agreements.has(`/agreements/${id.text}`)) return []
  return [provider, consumer].flatMap((party) => unusable(party, present, inFile))
}

function unknownTypes({ systems, agreements }: Mentions, types: ReadonlySet<string>): readonly FaultInFile[] {
  const named = [
    ...systems.flatMap(({ rights }) => rights.flatMap(({ type }) => type ?? [])),
    ...agreements.flatMap((agreement) => agreement.types)
  ]
  return named
    .filter(({ text }) => text !== '' && !types.has(text))
    .map(({ text: type, path }) => {
      const domain = `${type.split('.')[0]}.`
      const alike = [...types].filter((known) => known.startsWith(domain)).sort()
      const domains = [...new Set([...types].map((known) => `${known.split('.')[0]}.*`))].sort()
      const known = (alike.length > 0 ? alike : domains).join(', ')
      return { fault: 'type.unknown', path, values: { type, known } }
    })
}

function ofKeys({ systems }: Mentions, present: Present): readonly FaultInFile[] {
  const holders = new Map<string, { readonly resource: string; readonly kid: string }>()
  for (const { resource, keys } of present.systems.values())
    for (const { key } of keys) holders.set(thumbprint(key), { resource, kid: key.kid })
  return systems.flatMap(({ resource = '', keys }) =>
    keys.flatMap(({ jwk, path }) =>
      ofKey(jwk, resource, { present, holders }).map((one) => ({ ...one, path }))
    )
  )
}

interface Holders {
  readonly present: Present
  readonly holders: ReadonlyMap<string, { readonly resource: string; readonly kid: string }>
}

function ofKey(
  jwk: Json,
  resource: string,
  { present, holders }: Holders
): readonly Omit<FaultInFile, 'path'>[] {
  const key = checked(jwk)
  if (key instanceof Error) return []
  const { kid } = key
  const shown = present.systems.get(resource)?.keys.find((one) => one.key.kid === kid)
  if (shown && thumbprint(shown.key) !== thumbprint(key))
    return [{ fault: 'key.changed', values: { kid, resource } }]
  const holder = holders.get(thumbprint(key))
  if (!holder || (holder.resource === resource && holder.kid === kid)) return []
  return [{ fault: 'key.held', values: { kid, holder: `${holder.resource} ${holder.kid}` } }]
}

/** An agreement that exists with other terms: it must not be signed, and no act changes its terms. */
function ofTerms({ id, value, path }: MentionedAgreement, present: Present): readonly FaultInFile[] {
  const shown = id && present.agreements.get(`/agreements/${id.text}`)
  if (!shown || shown.status === 'ended' || faultsOfForm(Agreement, value).length > 0) return []
  return otherTerms(value as unknown as Agreement, shown).map(({ term, wanted, found }) => ({
    fault: 'agreement.terms',
    path: [...path, term],
    values: { resource: shown.resource, term, found: written(found), wanted: written(wanted) }
  }))
}

function written(term: unknown): string {
  return Array.isArray(term) ? term.join(', ') : String(term)
}
