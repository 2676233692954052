import type { Marks } from '../../connector.ts'
import type { Post } from '../map/person.ts'

/** What the bus was told last of a person who has an account. */
export interface Account extends Post {
  readonly staffNumber: string
  readonly fullName: string
  readonly secondPosts: readonly Post[]
  readonly isOnLeave: boolean
}

/**
 * The accounts that are open, in the order in which they were opened. They are kept in marks of the instance, in
 * pages of many, so that each event and what it leaves of its account are stored in one transaction.
 */
export interface Accounts {
  readonly size: number
  /** How many changes there were ever. */
  readonly version: number
  get(staffNumber: string): Account | undefined
  all(): Iterable<Account>
  /** Writes what is known of a person from now on, undefined for none, and gives the marks that keep it. */
  set(staffNumber: string, account: Account | undefined): Marks
}

type ReadMark = (key: string) => Promise<string | undefined>
/** As a page has it: short, since all pages are read at a start. */
type Written = readonly [
  staffNumber: string,
  fullName: string,
  unit: string,
  position: string | null,
  secondPosts: readonly (readonly [string, string | null])[],
  isOnLeave: 0 | 1
]

/** A mark has at most 4 KB; a list has brackets. */
const maxPageBytes = 4000
const readAtOnce = 32
const versionKey = 'staff changes'
const pageKey = (page: number): string => `staff page ${page}`

/** The accounts as they were stored last; those that are known if nothing was stored since. */
export async function loadAccounts(readMark: ReadMark, known: Accounts | undefined): Promise<Accounts> {
  const version = Number((await readMark(versionKey)) ?? 0)
  if (known?.version === version) return known
  const pages: string[] = []
  for (;;) {
    const keys = Array.from({ length: readAtOnce }, (_, at) => pageKey(pages.length + at))
    const some = await Promise.all(keys.map(readMark))
    pages.push(...some.filter((page) => page !== undefined))
    if (some.includes(undefined)) return createAccounts(pages, version)
  }
}

function createAccounts(texts: readonly string[], first: number): Accounts {
  let version = first
  const pages = texts.map((text) => {
    const written = JSON.parse(text) as readonly Written[]
    return { numbers: new Set(written.map(([number]) => number)), bytes: Buffer.byteLength(text) }
  })
  const accounts = new Map<string, { readonly account: Account; readonly page: number }>()
  for (const [page, text] of texts.entries()) {
    for (const one of JSON.parse(text) as readonly Written[]) {
      const account = toAccount(one)
      accounts.set(account.staffNumber, { account, page })
    }
  }

  const textOf = (page: number): string => {
    const numbers = [...(pages[page]?.numbers ?? [])]
    const written = numbers.flatMap((number) => {
      const known = accounts.get(number)
      return known ? [toWritten(known.account)] : []
    })
    return JSON.stringify(written)
  }
  /** The page that an account of this length has, or may be put on. */
  const pageFor = (staffNumber: string, bytes: number): number => {
    const own = accounts.get(staffNumber)
    const ownPage = own && pages[own.page]
    if (own && ownPage && ownPage.bytes - bytesOf(own.account) + bytes <= maxPageBytes) return own.page
    const free = pages.findLastIndex((page) => page.bytes + bytes <= maxPageBytes)
    if (free !== -1 && free !== own?.page) return free
    return pages.push({ numbers: new Set(), bytes: 2 }) - 1
  }
  const takeOut = (staffNumber: string): number | undefined => {
    const known = accounts.get(staffNumber)
    const page = known && pages[known.page]
    if (!known || !page) return undefined
    page.numbers.delete(staffNumber)
    page.bytes -= bytesOf(known.account)
    accounts.delete(staffNumber)
    return known.page
  }

  return {
    get size() {
      return accounts.size
    },
    get version() {
      return version
    },
    get: (staffNumber) => accounts.get(staffNumber)?.account,
    *all() {
      for (const { account } of accounts.values()) yield account
    },
    set(staffNumber, account) {
      const to = account && pageFor(staffNumber, bytesOf(account))
      const from = takeOut(staffNumber)
      if (account && to !== undefined) {
        accounts.set(staffNumber, { account, page: to })
        const page = pages[to]
        page?.numbers.add(staffNumber)
        if (page) page.bytes += bytesOf(account)
      }
      version += 1
      const changed = [...new Set([from, to])].filter((page) => page !== undefined)
      return {
        ...Object.fromEntries(changed.map((page) => [pageKey(page), textOf(page)])),
        [versionKey]: String(version)
      }
    }
  }
}

/** With the comma behind it. */
function bytesOf(account: Account): number {
  return Buffer.byteLength(JSON.stringify(toWritten(account))) + 1
}

function toWritten(account: Account): Written {
  const { staffNumber, fullName, unit, position, secondPosts, isOnLeave } = account
  const posts = secondPosts.map((post) => [post.unit, post.position] as const)
  return [staffNumber, fullName, unit, position, posts, isOnLeave ? 1 : 0]
}

function toAccount([staffNumber, fullName, unit, position, posts, isOnLeave]: Written): Account {
  const secondPosts = posts.map(([of, as]) => ({ unit: of, position: as }))
  return { staffNumber, fullName, unit, position, secondPosts, isOnLeave: isOnLeave === 1 }
}
