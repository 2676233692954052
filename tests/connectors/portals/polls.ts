import type { Asked } from './messages.ts'

/** What became of the polls of a portal, after its first one. */
export interface Polls {
  /** Polls that should have ended by now. */
  readonly due: number
  readonly done: number
  /** How long after the interval each one had its answer, in milliseconds; negative if before. */
  readonly beyond: readonly number[]
  /** Polls that ended too late, or never. */
  readonly late: number
}

export interface PollsOptions {
  readonly everyMs: number
  /** When it was looked. */
  readonly until: number
  /** Longest time after the interval: polls are spread by a part of it, and take their time. */
  readonly graceMs: number
}

/** The first request of a poll; others, such as for articles that are gone, belong to it. */
const firstOfPoll = /^\/rss\.xml|orderby=modified&order=asc&per_page=\d+&page=1(?!\d)/

/** A poll is due one interval after the one before has ended. */
export function pollsOf(asked: readonly Asked[], { everyMs, until, graceMs }: PollsOptions): Polls {
  const polls: { from: number; to: number }[] = []
  for (const { target, from, to } of asked.toSorted((a, b) => a.from - b.from)) {
    const last = polls.at(-1)
    if (firstOfPoll.test(target)) polls.push({ from, to })
    else if (last) last.to = Math.max(last.to, to)
  }
  const beyond = polls.slice(1).map(({ to }, at) => to - (polls[at]?.to ?? to) - everyMs)
  const isMissing = until - (polls.at(-1)?.to ?? 0) > everyMs + graceMs
  const late = beyond.filter((ms) => ms > graceMs).length + (isMissing ? 1 : 0)
  return { due: beyond.length + (isMissing ? 1 : 0), done: beyond.length, beyond, late }
}
