import type { VersionEntry } from '#bus/registry/registry-state.ts'
import { BusError } from '#protocol/errors/bus-error.ts'

/** The query of a request; a name that is there several times has several values. */
export type RegistryQuery = Readonly<Record<string, string | readonly string[] | undefined>>

/** Of several values the first, as that API takes it. */
export function textIn(query: RegistryQuery, name: string): string | undefined {
  const value = query[name]
  return typeof value === 'string' ? value : value?.[0]
}

/** Whether a parameter is `true`, in any case: Confluent's .NET client writes `True`. */
export function isTrue(query: RegistryQuery, name: string): boolean {
  return textIn(query, name)?.toLowerCase() === 'true'
}

/** The versions that a request means: with `deletedOnly` the deleted ones, with `deleted` all, otherwise the others. */
export function shown(versions: readonly VersionEntry[], query: RegistryQuery): readonly VersionEntry[] {
  if (isTrue(query, 'deletedOnly')) return versions.filter(({ deleted }) => deleted)
  return isTrue(query, 'deleted') ? versions : versions.filter(({ deleted }) => !deleted)
}

/** The part of a list that `offset` and `limit` ask for; a limit that is not positive is none. Throws `BUS_REQUEST_INVALID`. */
export function pageOf<T>(
  items: readonly T[],
  query: RegistryQuery,
  most = Number.POSITIVE_INFINITY
): readonly T[] {
  const offset = Math.max(0, numberIn(query, 'offset') ?? 0)
  const limit = numberIn(query, 'limit') ?? 0
  return items.slice(offset, offset + (limit > 0 ? Math.min(limit, most) : most))
}

/** A version in an address: its number, or `latest`; `-1` means the same. Throws `BUS_REQUEST_INVALID`. */
export function parseVersion(text: string): number | 'latest' {
  const version = text.trim().toLowerCase()
  if (version === 'latest' || version === '-1') return 'latest'
  const number = /^[0-9]{1,10}$/.test(version) ? Number(version) : 0
  if (number >= 1 && number <= largestNumber) return number
  throw new BusError('BUS_REQUEST_INVALID', 'version-malformed', { values: { version: text } })
}

const largestNumber = 2 ** 31 - 1

function numberIn(query: RegistryQuery, name: string): number | undefined {
  const text = textIn(query, name)
  if (text === undefined) return undefined
  if (/^-?[0-9]{1,10}$/.test(text)) return Number(text)
  const problem = `${name} must be a whole number, got ${text}`
  const problemVi = `${name} phải là số nguyên, đã nhận ${text}`
  throw new BusError('BUS_REQUEST_INVALID', 'registry-body-invalid', { values: { problem, problemVi } })
}
