/** Stands in what a connector posts, so that the event is found again, and is not taken for an article of the portal. */
export function originComment(hash: string): string {
  return `<!-- lienthong ${hash} -->`
}

/** The hash of the event that HTML was posted for; undefined if the portal wrote it itself. */
export function originOf(html: string): string | undefined {
  return /<!--\s*lienthong ([0-9a-f]{64})\s*-->/.exec(html)?.[1]
}
