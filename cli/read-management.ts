import type { ShownAlert } from '#bus/alerts/watch-alerts.ts'

/** What the management port of a process of the bus says; only `url` and `problem` if it does not answer. */
export interface ManagementStatus {
  readonly url: string
  readonly version?: string
  /** `ok`, `degraded` or `not ready`. */
  readonly status?: string
  /** What keeps it from being ready, and what to look into. */
  readonly problems: readonly { readonly name: string; readonly text: string }[]
  readonly alerts: readonly ShownAlert[]
  /** Why it does not answer. */
  readonly unreachable?: string
}

interface Ready {
  readonly status: string
  readonly checks: readonly { readonly name: string; readonly problem?: string }[]
  readonly warnings: readonly { readonly name: string; readonly warning: string }[]
}

const timeoutMs = 10_000

/** Asks a management port for version, readiness and alerts. Never rejects. */
export async function readManagement(url: string): Promise<ManagementStatus> {
  const read = async <T>(path: string): Promise<T> => {
    const response = await fetch(url.replace(/\/+$/, '') + path, { signal: AbortSignal.timeout(timeoutMs) })
    return (await response.json()) as T // 503 with what keeps it from being ready, too.
  }
  try {
    const { version } = await read<{ readonly version?: string }>('/livez')
    const { status, checks, warnings } = await read<Ready>('/readyz')
    const { items: alerts } = await read<{ readonly items: readonly ShownAlert[] }>('/alerts')
    const failed = checks.flatMap(({ name, problem }) =>
      problem === undefined ? [] : { name, text: problem }
    )
    const warned = warnings.map(({ name, warning }) => ({ name, text: warning }))
    return {
      url,
      ...(version === undefined ? {} : { version }),
      status,
      problems: [...failed, ...warned],
      alerts
    }
  } catch (error) {
    const { cause, message } = error as {
      readonly cause?: { readonly code?: string }
      readonly message: string
    }
    return { url, problems: [], alerts: [], unreachable: cause?.code ?? message }
  }
}
