import { readFile } from 'node:fs/promises'
import type { ConnectionOptions } from 'node:tls'
import {
  Attribute,
  Change,
  Client,
  type Entry,
  EqualityFilter,
  type Filter,
  OrFilter,
  PresenceFilter
} from 'ldapts'
import type { DirectorySettings } from '../settings.ts'
import { faultOf } from './fault-of.ts'

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
  ...['departmentNumber', 'employeeNumber', 'employeeType', 'userPassword', 'pwdAccountLockedTime']
]

const pageSize = 500

export async function openDirectory(settings: DirectorySettings, signal: AbortSignal): Promise<Directory> {
  const { url, bindDn, password, peopleBase, timeoutMs, startTls } = settings
  const host = new URL(url).host
  const tlsOptions = await tlsOf(settings)
  const client = new Client({
    ...{ url, timeout: timeoutMs, connectTimeout: timeoutMs, strictDN: false },
    ...(url.startsWith('ldaps:') && { tlsOptions })
  })
  const translated = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work()
    } catch (error) {
      throw faultOf(error, host)
    }
  }
  /** Each connection signs in; a connection that was lost is made anew by the next request. */
  let signingIn: Promise<void> | undefined
  const signIn = async (): Promise<void> => {
    if (startTls && !url.startsWith('ldaps:')) await client.startTLS(tlsOptions)
    await client.bind(bindDn, password)
  }
  const signedIn = async (): Promise<Client> => {
    if (!client.isBound) {
      signingIn ??= signIn().finally(() => {
        signingIn = undefined
      })
      await signingIn
    }
    return client
  }
  signal.throwIfAborted()
  await translated(signedIn)
  const search = (filter: Filter, attributes: readonly string[]) =>
    translated(async () => {
      const options = { filter, attributes: [...attributes], scope: 'sub' as const, paged: { pageSize } }
      return (await (await signedIn()).search(peopleBase, options)).searchEntries
    })
  return {
    async find(attribute, value) {
      return (await search(new EqualityFilter({ attribute, value }), readAttributes)).map(entryOf)
    },
    async having(asked) {
      const filters = Object.entries(asked).flatMap(([attribute, values]) =>
        values.map((value) => new EqualityFilter({ attribute, value }))
      )
      const entries = await search(new OrFilter({ filters }), Object.keys(asked))
      return entries.flatMap((entry) => Object.keys(asked).flatMap((attribute) => valuesIn(entry, attribute)))
    },
    async *all() {
      const filter = new PresenceFilter({ attribute: 'employeeNumber' })
      const options = { filter, attributes: readAttributes, scope: 'sub' as const, paged: { pageSize } }
      const pages = (await translated(signedIn)).searchPaginated(peopleBase, options)
      for (;;) {
        const page = await translated(() => pages.next())
        if (page.done) return
        yield page.value.searchEntries.map(entryOf)
      }
    },
    add: (dn, attributes) =>
      translated(async () => {
        const given = Object.entries(attributes).filter(([, values]) => values.length > 0)
        const list = given.map(([type, values]) => new Attribute({ type, values: [...values] }))
        await (await signedIn()).add(dn, list)
      }),
    modify: (dn, changes) =>
      translated(async () => {
        const list = changes.map(
          ({ operation, attribute, values }) =>
            new Change({ operation, modification: new Attribute({ type: attribute, values: [...values] }) })
        )
        await (await signedIn()).modify(dn, list)
      }),
    check: () =>
      translated(async () => {
        await (await signedIn()).search(peopleBase, { scope: 'base', attributes: ['1.1'] })
      }),
    close: () => client.unbind().catch(() => {}) // It is gone already.
  }
}

async function tlsOf({ tls, url }: DirectorySettings): Promise<ConnectionOptions> {
  const { authoritiesFile, serverName } = tls
  return {
    servername: serverName ?? new URL(url).hostname,
    ...(authoritiesFile !== undefined && { ca: await readFile(authoritiesFile) })
  }
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
