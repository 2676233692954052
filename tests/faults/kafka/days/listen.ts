import { readFileSync } from 'node:fs'
import type { RunningRole } from '../roles.ts'

/** What the processes said, with how often. */
export interface Heard {
  /** Reasons in `/readyz`: of how many looks at how many processes. */
  readonly readiness: ReadonlyMap<string, number>
  readonly alerts: ReadonlyMap<string, number>
  /** Messages of the logs from `warn` on. */
  readonly lines: ReadonlyMap<string, number>
}

export interface Listener {
  /** Begins anew: what was said so far does not count. */
  forget(): void
  /** What was said so far. */
  heard(): Heard
  close(): void
}

interface Readiness {
  readonly checks: readonly { readonly name: string; readonly problem?: string }[]
  readonly warnings: readonly { readonly name: string; readonly warning: string }[]
}

const lookMs = 500

/** Asks every process twice a second how it is, as a monitoring system would, and reads its log at the end. */
export function listenTo(roles: readonly RunningRole[]): Listener {
  let readiness = new Map<string, number>()
  let alerts = new Map<string, number>()
  let logsFrom = roles.map(() => 0)
  const look = async ({ name, management }: RunningRole): Promise<void> => {
    if (management === undefined) return
    const role = name.replace(/-\d$/, '')
    const ready = await ask<Readiness>(`${management}/readyz`)
    for (const check of ready.checks) {
      if (check.problem !== undefined) add(readiness, `${role} ${check.name}: ${check.problem}`)
    }
    for (const warned of ready.warnings) add(readiness, `${role} ${warned.name}: ${warned.warning}`)
    const firing = await ask<{ readonly items: readonly { readonly alert: string }[] }>(
      `${management}/alerts`
    )
    for (const alert of firing.items) add(alerts, alert.alert)
  }
  const timer = setInterval(() => {
    for (const role of roles) look(role).catch(() => {}) // It is asked again.
  }, lookMs)

  return {
    forget() {
      readiness = new Map()
      alerts = new Map()
      logsFrom = roles.map(({ log }) => readFileSync(log, 'utf8').length)
    },
    heard() {
      const lines = new Map<string, number>()
      for (const [index, { name, log }] of roles.entries()) {
        for (const line of readFileSync(log, 'utf8').slice(logsFrom[index]).split('\n')) {
          const message = messageOf(line)
          if (message !== undefined) add(lines, `${name.replace(/-\d$/, '')}: ${message}`)
        }
      }
      return { readiness: new Map(readiness), alerts: new Map(alerts), lines }
    },
    close: () => clearInterval(timer)
  }
}

/** What was to be said, and was not. */
export function unsaid(says: readonly RegExp[], { readiness, alerts, lines }: Heard): readonly RegExp[] {
  const all = [readiness, alerts, lines].flatMap((said) => [...said.keys()])
  return says.filter((what) => !all.some((one) => what.test(one)))
}

function messageOf(line: string): string | undefined {
  if (line.trim() === '') return undefined
  try {
    const { msg, err } = JSON.parse(line) as { readonly msg?: string; readonly err?: { message?: string } }
    return err?.message === undefined ? msg : `${msg} (${err.message})`
  } catch {
    return line
  }
}

async function ask<T>(url: string): Promise<T> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2000) })
  return (await answer.json()) as T
}

function add(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1)
}
