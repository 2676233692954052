import { type FastifyInstance, fastify } from 'fastify'
import type { Metrics } from '#engines/telemetry/metrics.ts'

/** One thing readiness depends on: its name, and what is wrong with it, if anything. */
export type ReadinessCheck = readonly [name: string, problem: () => string | undefined]

export interface ManagementOptions {
  readonly metrics: Metrics
  readonly checks: readonly ReadinessCheck[]
  /** What somebody must look at, though the process does its work: told, and no reason not to be ready. */
  readonly warnings: readonly ReadinessCheck[]
}

/** `/livez`, `/readyz`, `/metrics`, for the operator's own network only. */
export function createManagement({ metrics, checks, warnings }: ManagementOptions): FastifyInstance {
  const app = fastify({ logger: false })
  app.get('/livez', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const found = checks.map(([name, problem]) => ({ name, problem: problem() }))
    const warned = warnings.map(([name, warning]) => ({ name, warning: warning() }))
    const ready = found.every(({ problem }) => problem === undefined)
    const degraded = warned.some(({ warning }) => warning !== undefined)
    const status = ready ? (degraded ? 'degraded' : 'ok') : 'not ready'
    return reply.code(ready ? 200 : 503).send({ status, checks: [...found, ...warned] })
  })
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  )
  return app
}
