import type { Status } from './statuses.ts'

export interface Post {
  /** Agency code. */
  readonly unit: string
  readonly position: string | null
}

/** What the staff system says of a person: all that the bus may know. */
export interface Person extends Post {
  readonly staffNumber: string
  readonly fullName: string
  readonly status: Status
  /** Posts held beside the first. */
  readonly secondPosts: readonly Post[]
  /** `YYYY-MM-DD`; undefined if the staff system gives none. */
  readonly effectiveDate: string | undefined
  readonly mailAddress: string | undefined
}
