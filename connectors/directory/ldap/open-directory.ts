import { Attribute, Change, type Entry, EqualityFilter, type Filter, OrFilter, PresenceFilter } from 'ldapts'
import { faults } from '../faults.ts'
import type { DirectorySettings } from '../settings.ts'
import { openConnection } from './connection.ts'

/** The values of an entry by attribute, in lower case. */
export interface DirectoryEntry {
  readonly dn: string
  valuesOf(attribute: string): readonly string[]
}

export interface AttributeChange {
  readonly operation: 'add' | 'replace'
  readonly attribute: string
  readonly values: readonly string[]
}

/** The LDAP server. Its failures are faults of the kind. */
export interface Directory {
  /** Entries whose attribute has a value. */
  find(attribute: string, value: string): Promise<readonly DirectoryEntry[]>
  /** Which of these values some entry has, by attribute. */
  having(values: Readonly<Record<string, readonly string[]>>): Promise<readonly string[]>
  /** All entries that have a staff number, in pages. */
  all(): AsyncIterable<readonly DirectoryEntry[]>
  add(dn: string, attributes: Readonly<Record<string, readonly string[]>>): Promise<void>
  modify(dn: string, changes: readonly AttributeChange[]): Promise<void>
  check(): Promise<void>
  close(): Promise<void>
}

/** Attributes that are read: those that are written, and those that tell the state of other entries. */
export const readAttributes = [
  ...['objectClass', 'uid', 'cn', 'sn', 'givenName', 'displayName', 'mail', 'mailLocalAddress', 'title'],
  ...['departmentNumber', 'employeeNumber', 'employeeType', 'userPassword']
]

const pageSize = 500
/** What Active Directory names itself by (LDAP_CAP_ACTIVE_DIRECTORY_OID). */
const activeDirectory = '1.2.840.113556.1.4.800'

export async function openDirectory(settings: DirectorySettings, signal: AbortSignal): Promise<Directory> {
  const { peopleBase } = settings
  const addressesBelow = settings.addressBase ?? domainOf(peopleBase)
  const connection = await openConnection(settings, signal)
  const { use } = connection
  const search = (filter: Filter, attributes: readonly string[], below = peopleBase) =>
    use(async (client) => {
      const options = { filter, attributes: [...attributes], scope: 'sub' as const, paged: { pageSize } }
      return (await client.search(below, options)).searchEntries
    })
  return {
    async find(attribute, value) {
      return (await search(new EqualityFilter({ attribute, value }), readAttributes)).map(entryOf)
    },
    async having(asked) {
      const filters = Object.entries(asked).flatMap(([attribute, values]) =>
        values.map((value) => new EqualityFilter({ attribute, value }))
      )
      const entries = await search(new OrFilter({ filters }), Object.keys(asked), addressesBelow)
      return entries.flatMap((entry) => Object.keys(asked).flatMap((attribute) => valuesIn(entry, attribute)))
    },
    async *all() {
      const filter = new PresenceFilter({ attribute: 'employeeNumber' })
      const options = { filter, attributes: readAttributes, scope: 'sub' as const, paged: { pageSize } }
      const pages = await use(async (client) => client.searchPaginated(peopleBase, options))
      for (;;) {
        const page = await use(() => pages.next())
        if (page.done) return
        yield page.value.searchEntries.map(entryOf)
      }
    },
    add: (dn, attributes) =>
      use(async (client) => {
        const given = Object.entries(attributes).filter(([, values]) => values.length > 0)
        const list = given.map(([type, values]) => new Attribute({ type, values: [...values] }))
        await client.add(dn, list)
      }),
    modify: (dn, changes) =>
      use(async (client) => {
        const list = changes.map(
          ({ operation, attribute, values }) =>
            new Change({ operation, modification: new Attribute({ type: attribute, values: [...values] }) })
        )
        await client.modify(dn, list)
      }),
    check: () =>
      use(async (client) => {
        const attributes = ['supportedCapabilities']
        // Not every server shows what it can; the next search fails by itself.
        const root = await client.search('', { scope: 'base', attributes }).catch(() => undefined)
        const capabilities = root?.searchEntries.flatMap((one) => valuesIn(one, 'supportedCapabilities'))
        if (capabilities?.includes(activeDirectory)) throw faults.activeDirectory()
        await client.search(peopleBase, { scope: 'base', attributes: ['1.1'] })
        await client.search(addressesBelow, { scope: 'base', attributes: ['1.1'] })
        const filter = new EqualityFilter({ attribute: 'employeeType', value: 'active' })
        const some = { filter, sizeLimit: 10, attributes: ['userPassword'] }
        const { searchEntries } = await client.search(peopleBase, some)
        if (
          searchEntries.length > 0 &&
          searchEntries.every((one) => valuesIn(one, 'userPassword').length === 0)
        )
          throw faults.passwordHidden()
      }),
    close: connection.close
  }
}

/** The end of a DN that names the domain, where all addresses are: `dc=tinh,dc=example,dc=vn`. */
function domainOf(dn: string): string {
  return /(?:^|,)\s*(dc=[^,]+(?:,\s*dc=[^,]+)*)$/i.exec(dn.trim())?.[1] ?? dn
}

function entryOf(entry: Entry): DirectoryEntry {
  return { dn: entry.dn, valuesOf: (attribute) => valuesIn(entry, attribute) }
}

function valuesIn(entry: Entry, attribute: string): readonly string[] {
  const wanted = attribute.toLowerCase()
  const key = Object.keys(entry).find((one) => one.toLowerCase() === wanted)
  const given = key === undefined ? [] : entry[key]
  return [given ?? []].flat().map(String)
}
