import { type FastifyInstance, fastify } from 'fastify'
import type { Metrics } from '#engines/telemetry/metrics.ts'
import { addProblemReplies, ofFastify, sendProblem } from './plugins/problem-replies.ts'
import { createUnreadableReplies } from './raw-problem.ts'

/** A check for readiness: its name, and a function that returns its problem, if any. */
export type ReadinessCheck = readonly [name: string, problem: () => string | undefined]

export interface ManagementOptions {
  /** Of the running release. */
  readonly version: string
  readonly metrics: Metrics
  readonly checks: readonly ReadinessCheck[]
  /** What an operator should look into although the bus is ready. */
  readonly warnings: readonly ReadinessCheck[]
  /** Brings the metrics up to date before they are given. */
  readonly refreshMetrics: () => Promise<void>
  /** Alerts that are so now. */
  readonly alerts: () => Promise<readonly object[]>
}

/** Small, so that even this port cannot use up what the process may open; the gateway has limits of its own. */
const maxConnections = 64
const serverOptions = { headersTimeout: 5000, requestTimeout: 5000, connectionsCheckingInterval: 500 }

/** `/livez`, `/readyz`, `/metrics`, `/alerts`, for the operator's own network only. */
export function createManagement(options: ManagementOptions): FastifyInstance {
  const { version, metrics, checks, warnings, refreshMetrics, alerts } = options
  const app = fastify({
    logger: false,
    http: serverOptions,
    requestTimeout: 5000,
    keepAliveTimeout: 20_000,
    clientErrorHandler: createUnreadableReplies(() => {}),
    frameworkErrors: (error, request, reply) => sendProblem(request, reply, ofFastify(error))
  })
  addProblemReplies(app)
  app.server.maxConnections = maxConnections
  app.get('/livez', async () => ({ status: 'ok', version }))
  app.get('/readyz', async (_request, reply) => {
    const found = checks.map(([name, problem]) => ({ name, problem: problem() }))
    const ready = found.every(({ problem }) => problem === undefined)
    const warned = warnings.flatMap(([name, warning]) => {
      const text = warning()
      return text === undefined ? [] : [{ name, warning: text }]
    })
    const status = ready ? (warned.length > 0 ? 'degraded' : 'ok') : 'not ready'
    return reply.code(ready ? 200 : 503).send({ status, checks: found, warnings: warned })
  })
  app.get('/alerts', async () => ({ items: await alerts() }))
  app.get('/metrics', async (_request, reply) => {
    await refreshMetrics()
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
  return app
}
