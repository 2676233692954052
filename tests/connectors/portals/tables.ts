import { quantile } from '#bench/compare/rounds.ts'
import type { Accounts } from './accounting.ts'
import type { Cost } from './cost.ts'
import type { Asked } from './messages.ts'
import { type PollsOptions, pollsOf } from './polls.ts'
import type { Portal } from './province.ts'

type Tell = (line: string) => void

/** An instance, as `/v1/connectors` shows it. */
export interface ShownPortal {
  readonly name: string
  readonly state: string
  readonly reason?: string
  readonly nextTry?: string
}

/** Gives how many polls of portals that are not broken were late. */
export function tellPolls(
  portals: readonly Portal[],
  asked: readonly Asked[],
  options: PollsOptions,
  tell: Tell
): number {
  const bySite = Map.groupBy(asked, ({ site }) => site)
  let lateOfSound = 0
  tell(`Polls, due one interval (${options.everyMs / 1000} s, spread by 5 %) after the one before:`)
  tell('| portals | instances | due | done | late | beyond the interval, p50 | p99 | max |')
  tell('|---|---|---|---|---|---|---|---|')
  for (const [group, members] of Map.groupBy(portals, (one) => one.group)) {
    const polls = members.map(({ number }) => pollsOf(bySite.get(number) ?? [], options))
    const sum = (member: 'due' | 'done' | 'late'): number =>
      polls.reduce((total, one) => total + one[member], 0)
    const beyond = polls.flatMap((one) => one.beyond)
    const at = (share: number): string => `${(quantile(beyond, share) / 1000).toFixed(1)} s`
    tell(
      `| ${group} | ${members.length} | ${sum('due')} | ${sum('done')} | ${sum('late')} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |`
    )
    if (group !== 'broken') lateOfSound += sum('late')
  }
  return lateOfSound
}

export function tellBroken(
  broken: readonly (readonly [breakage: string, shown: ShownPortal | undefined])[],
  tell: Tell
): void {
  tell('What an operator saw of the broken ones:')
  tell('| broken | state | reason |')
  tell('|---|---|---|')
  for (const [breakage, shown] of broken)
    tell(`| ${breakage} | ${shown?.state ?? 'none'} | ${shown?.reason ?? ''} |`)
}

export function tellAccounts({ articles, events, lost, twice }: Accounts, tell: Tell): void {
  tell(`Articles published by the portals: ${articles}; events: ${events}; lost: ${lost}; twice: ${twice}`)
}

/** Gives whether the instances cost no more than they may. */
export function tellCost(
  { resting, cost, limits }: { readonly resting: Cost; readonly cost: Cost; readonly limits: Cost },
  tell: Tell
): boolean {
  const added = { share: cost.share - resting.share, bytes: cost.bytes - resting.bytes }
  tell('| the bus | processor, of a core | memory, at most |')
  tell('|---|---|---|')
  tell(rowOf('without instances', resting))
  tell(rowOf('with them', cost))
  tell(rowOf('they add', added))
  tell(rowOf('they may add', limits))
  return added.share <= limits.share && added.bytes <= limits.bytes
}

function rowOf(name: string, { share, bytes }: Cost): string {
  return `| ${name} | ${(share * 100).toFixed(1)} % | ${Math.round(bytes / 1e6)} MB |`
}
