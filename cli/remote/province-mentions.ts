import { isJsonObject, type Json, type JsonObject } from '#protocol/events/json.ts'
import type { Path } from './province-fault.ts'

/** A text of a province file and its place. */
export interface Mention {
  readonly text: string
  readonly path: Path
}

export interface MentionedAgency {
  readonly code: Mention | undefined
  readonly parent: Mention | undefined
  readonly successor: Mention | undefined
  readonly systems: readonly MentionedSystem[]
}

export interface MentionedSystem {
  readonly path: Path
  /** `/agencies/<code>/systems/<name>`, if the file says both. */
  readonly resource: string | undefined
  readonly keys: readonly { readonly jwk: Json; readonly path: Path }[]
  readonly rights: readonly {
    readonly path: Path
    readonly type: Mention | undefined
    readonly recipients: string | undefined
  }[]
}

export interface MentionedAgreement {
  readonly path: Path
  readonly value: Json
  readonly id: Mention | undefined
  readonly provider: Mention | undefined
  readonly consumer: Mention | undefined
  readonly types: readonly Mention[]
}

/** What a province file names. */
export interface Mentions {
  readonly agencies: readonly MentionedAgency[]
  readonly systems: readonly MentionedSystem[]
  readonly agreements: readonly MentionedAgreement[]
}

/** What a province file names, as far as it has the right form: faults of form hide no others. */
export function mentionsIn(value: unknown): Mentions {
  const root = membersOf(value as Json)
  const agencies = listIn(root, 'agencies', []).map(({ item, path }) => agencyIn(item, path))
  return {
    agencies,
    systems: agencies.flatMap(({ systems }) => systems),
    agreements: listIn(root, 'agreements', []).map(({ item, path }) => agreementIn(item, path))
  }
}

function agencyIn(item: Json, path: Path): MentionedAgency {
  const agency = membersOf(item)
  const code = textIn(agency, 'code', path)
  return {
    code,
    parent: textIn(agency, 'parent', path),
    successor: textIn(membersOf(agency.closed), 'successor', [...path, 'closed']),
    systems: listIn(agency, 'systems', path).map((one) => systemIn(one.item, one.path, code))
  }
}

function systemIn(item: Json, path: Path, code: Mention | undefined): MentionedSystem {
  const system = membersOf(item)
  const name = textIn(system, 'name', path)
  return {
    path,
    resource: code && name && `/agencies/${code.text}/systems/${name.text}`,
    keys: listIn(system, 'keys', path).map((key) => ({ jwk: key.item, path: key.path })),
    rights: listIn(system, 'publish', path).map((right) => {
      const members = membersOf(right.item)
      return {
        path: right.path,
        type: textIn(members, 'type', right.path),
        recipients: textIn(members, 'recipients', right.path)?.text
      }
    })
  }
}

function agreementIn(value: Json, path: Path): MentionedAgreement {
  const agreement = membersOf(value)
  return {
    path,
    value,
    id: textIn(agreement, 'id', path),
    provider: textIn(agreement, 'provider', path),
    consumer: textIn(agreement, 'consumer', path),
    types: listIn(agreement, 'types', path).flatMap((type) =>
      typeof type.item === 'string' ? { text: type.item, path: type.path } : []
    )
  }
}

function membersOf(value: Json | undefined): JsonObject {
  return value !== undefined && isJsonObject(value) ? value : {}
}

function listIn(members: JsonObject, name: string, path: Path): readonly { item: Json; path: Path }[] {
  const list = members[name]
  return Array.isArray(list) ? list.map((item, index) => ({ item, path: [...path, name, index] })) : []
}

function textIn(members: JsonObject, name: string, path: Path): Mention | undefined {
  const text = members[name]
  return typeof text === 'string' ? { text, path: [...path, name] } : undefined
}
