/** What of the bus a post shows. */
export interface Origin {
  /** Hash of the event. */
  readonly hash: string
  /** When the bus recorded it, RFC 3339. */
  readonly at: string
}

/** Stands in what a connector posts, so that the event is found again, and is not taken for an article of the portal. */
export function originComment(hash: string, at: string): string {
  return `<!-- lienthong ${hash} ${at} -->`
}

/** The event that HTML was posted for; undefined if the portal wrote it itself. */
export function originOf(html: string): Origin | undefined {
  const [, hash, at] = /<!--\s*lienthong ([0-9a-f]{64}) ([\dTZ:.+-]{10,40})\s*-->/.exec(html) ?? []
  return hash === undefined || at === undefined ? undefined : { hash, at }
}
