import type { Logger } from './logger.ts'

/** A problem that lasts, as an operator sees it. Times are in milliseconds since the epoch. */
export interface Problem {
  readonly since: number
  readonly reason: string
}

/** Keeps a problem that lasts. Writes a log line when it begins, changes or ends, and once an hour between. */
export interface ProblemLog {
  report(error: unknown): void
  end(): void
  current(): Problem | undefined
}

export interface ProblemMessages {
  readonly begins: string
  readonly ends: string
  /** Of the line that says it begins; `warn` by default. */
  readonly level?: 'warn' | 'error'
}

const againMs = 3_600_000

export function createProblemLog(
  logger: Logger,
  messages: ProblemMessages,
  now: () => number,
  reasonOf: (error: unknown) => string = messageOf
): ProblemLog {
  let problem: Problem | undefined
  let loggedAt = 0
  return {
    report(error) {
      const reason = reasonOf(error)
      const isNew = problem?.reason !== reason
      problem = { since: problem?.since ?? now(), reason }
      if (!isNew && now() - loggedAt < againMs) return
      loggedAt = now()
      logger[messages.level ?? 'warn'](
        { err: error, since: new Date(problem.since).toISOString() },
        messages.begins
      )
    },
    end() {
      if (problem) logger.info({ since: new Date(problem.since).toISOString() }, messages.ends)
      problem = undefined
    },
    current: () => problem
  }
}

/** Problems of several subjects at the same time, each with a log of its own, which `create` makes when one begins. */
export function createProblemLogs(create: (subject: string) => ProblemLog) {
  const logs = new Map<string, ProblemLog>()
  return {
    report(subject: string, error: unknown): void {
      const log = logs.get(subject) ?? create(subject)
      logs.set(subject, log)
      log.report(error)
    },
    end(subject: string): void {
      logs.get(subject)?.end()
      logs.delete(subject)
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
