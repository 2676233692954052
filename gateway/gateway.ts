import type { Server } from 'node:https'
import swagger from '@fastify/swagger'
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController
} from 'fastify'
import type { Archive } from '#bus/archive/archive.ts'
import type { Attachments } from '#bus/attachments/attachments.ts'
import type { Control } from '#bus/control/control.ts'
import type { Freshness } from '#bus/control/follow-acts.ts'
import type { Turns } from '#bus/fair-use/turns.ts'
import type { Publishing } from '#bus/publishing/publish.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { GivenRecorder } from '#bus/recipients/record-given.ts'
import type { EventTypes } from '#bus/registry/event-types.ts'
import type { SchemaChecks } from '#bus/registry/schema-checks.ts'
import type { ConnectorActs } from '#connectors/host/acts.ts'
import type { ConnectorReads } from '#connectors/host/read.ts'
import type { Receiver } from '#connectors/host/receive.ts'
import type { Activity, ActivityNotes } from '#consumers/activity/read.ts'
import type { Acts } from '#consumers/acts/read.ts'
import type { Flows } from '#consumers/flows/read.ts'
import type { Inbox } from '#consumers/inbox/read.ts'
import type { LiveFeed } from '#consumers/live/read.ts'
import type { EventLog } from '#engines/event-log/event-log.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import type { Metrics } from '#engines/telemetry/metrics.ts'
import type { Tracing } from '#engines/telemetry/tracing.ts'
import { codeOf } from '#protocol/errors/bus-error.ts'
import type { PersonAct } from '#protocol/trust/person-act.ts'
import { newEventSchemas } from './api-document/operations/events.ts'
import { consolePages } from './console/console.ts'
import type { GatewayConfig } from './gateway-config.ts'
import { limitConnections } from './limits/connections.ts'
import { openApiOptions } from './openapi.ts'
import { addAuthentication } from './plugins/authentication.ts'
import { addBoundTokens } from './plugins/bound-tokens.ts'
import { addFairUse } from './plugins/fair-use.ts'
import { createPersonAuthentication } from './plugins/person-authentication.ts'
import { addProblemReplies, ofFastify, sendProblem } from './plugins/problem-replies.ts'
import { addRequestRules, setTrace } from './plugins/request-rules.ts'
import { addUnreadBodies } from './plugins/unread-bodies.ts'
import { addPublicPath, publicPathOf } from './public-path.ts'
import { createUnreadableReplies } from './raw-problem.ts'
import { addRefusalNotes, noteRefusal } from './refusals/note-refusals.ts'
import type { Refusals } from './refusals/refusals.ts'
import { registry } from './registry/registry.ts'
import { sendRegistryError } from './registry/registry-replies.ts'
import { readAttachment } from './routes/attachments/read-attachment.ts'
import { uploadAttachment } from './routes/attachments/upload-attachment.ts'
import { connectorRoutes } from './routes/connectors/connector-routes.ts'
import { oidcRoutes } from './routes/console/oidc-routes.ts'
import { sessionRoutes } from './routes/console/session-routes.ts'
import { controlRoutes } from './routes/control/control-routes.ts'
import { actOnDeliveries } from './routes/deliveries/act-on-deliveries.ts'
import { readDeliveries } from './routes/deliveries/read-deliveries.ts'
import { publishEvents } from './routes/events/publish-events.ts'
import { readEvent } from './routes/events/read-event.ts'
import { readFlows } from './routes/flows/read-flows.ts'
import { rebuildFlows } from './routes/flows/rebuild-flows.ts'
import { acknowledge } from './routes/inbox/acknowledge.ts'
import { readInbox } from './routes/inbox/read-inbox.ts'
import { liveEvents } from './routes/lookups/live.ts'
import { readActivity } from './routes/lookups/read-activity.ts'
import { readActs } from './routes/lookups/read-acts.ts'
import { readRefusal } from './routes/lookups/read-refusal.ts'
import { quarantineRoutes } from './routes/quarantine/quarantine-routes.ts'
import { receiveFromOutside, toOwnPath } from './routes/receive-from-outside.ts'
import { about } from './routes/well-known/about.ts'
import { asyncApi } from './routes/well-known/asyncapi.ts'
import { keys } from './routes/well-known/keys.ts'
import { openApi } from './routes/well-known/openapi.ts'
import { problems } from './routes/well-known/problems.ts'
import type { People } from './sessions/people.ts'
import { readTls, reloadTls } from './tls.ts'
import type { UsedTokens } from './used-tokens.ts'

export interface GatewayOptions {
  readonly config: GatewayConfig
  /** The `aud` of tokens. */
  readonly publicUrl: string
  readonly control: Control
  readonly freshness: Freshness
  readonly eventTypes: EventTypes
  readonly schemaChecks: SchemaChecks
  readonly publishing: Publishing
  /** Whose turn it is to use the main thread. */
  readonly turns: Turns
  readonly log: Pick<EventLog, 'find'>
  readonly archive: Archive
  readonly attachments: Attachments
  readonly recipientStatuses: RecipientStatuses
  readonly inbox: Inbox
  readonly flows: Flows
  readonly given: GivenRecorder
  readonly connectorReads: ConnectorReads
  readonly connectorActs: ConnectorActs
  readonly usedTokens: UsedTokens
  /** Who uses the console. */
  readonly people: People
  /** Signs with the bus's key what a person does. */
  readonly signForPerson: (act: PersonAct) => Promise<string>
  readonly refusals: Refusals
  readonly acts: Acts
  readonly activity: Activity
  readonly live: LiveFeed
  readonly activityNotes: ActivityNotes
  /** Takes requests of outside systems; undefined if no connector is configured. */
  readonly receiver: Receiver | undefined
  /** Waits up to `ms` until the whole log is projected; returns whether it is. */
  readonly caughtUp: (ms: number) => Promise<boolean>
  readonly metrics: Metrics
  /** How many files and connections the process may have open; undefined if that is not known. */
  readonly descriptorLimit: number | undefined
  readonly tracing: Tracing
  readonly logger: Logger
  readonly now: () => number
  /** Aborts when the process stops: waiting requests are answered, new ones get `503`. */
  readonly stopping: AbortSignal
}

const serverOptions = {
  headersTimeout: 10_000,
  connectionsCheckingInterval: 500,
  maxHeaderSize: 16_384,
  requireHostHeader: false // Node would refuse with an empty answer; `request-rules` says why.
}

/** How long a connection may take to agree on TLS, in milliseconds. */
const handshakeTimeout = 10_000

/** The size of a request's head: names that are too long reach their routes, which say so. */
const { maxHeaderSize: maxParamLength } = serverOptions

/** Builds the gateway; does not listen. The registrations below list everything it serves. */
export async function createGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const { config, control, logger, stopping, publicUrl } = options
  const publicPath = publicPathOf(publicUrl)
  const { tls } = config
  const app: FastifyInstance = fastify({
    ...(tls ? { https: { ...readTls(tls), ...serverOptions, handshakeTimeout } } : { http: serverOptions }),
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (parent) => parent, // Our own lines name the trace of a request.
    bodyLimit: config.maxBodyBytes,
    requestTimeout: 0, // Uploads may take hours. `request-rules` limits the time of every other body, and the time that an upload may pause.
    connectionTimeout: 0,
    keepAliveTimeout: 75_000,
    maxRequestsPerSocket: 0,
    frameworkErrors: answerUnroutable(options),
    clientErrorHandler: createUnreadableReplies(({ code }) => options.metrics.refusals.inc({ code })),
    routerOptions: { maxParamLength, ignoreTrailingSlash: true },
    rewriteUrl: toOwnPath(options.receiver, publicPath, (method, url) => app.hasRoute({ method, url })),
    return503OnClosing: false,
    ajv: {
      customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false }
    }
  }) as FastifyInstance
  if (tls) {
    const stopWatching = reloadTls(app.server as Server, tls, logger)
    app.addHook('onClose', async () => stopWatching())
  }
  limitConnections(app.server, {
    ...config,
    descriptorLimit: options.descriptorLimit,
    isEncrypted: tls !== undefined,
    onRefused: () => options.metrics.connectionsRefused.inc()
  })
  addPublicPath(app, publicPath)
  addProblemReplies(app)
  addRefusalNotes(app, options)
  addRequestRules(app, { ...config, stopping })
  const { people } = options
  addAuthentication(app, {
    ...options,
    authenticatePerson: createPersonAuthentication({ ...options, ...people }),
    acrForChanges: people.identityProvider?.config.acrForChanges ?? []
  })
  addFairUse(app, { ...config, turns: options.turns })
  addBoundTokens(app, options.usedTokens)
  addUnreadBodies(app)
  app.addHook('onResponse', async (request, reply) => {
    options.metrics.requests.inc({ route: request.routeOptions.url ?? 'none', status: reply.statusCode })
    for (const error of request.refusedFor ?? []) options.metrics.refusals.inc({ code: codeOf(error) })
  })
  const { name: sessionCookie } = people.cookies.session
  await app.register(swagger, openApiOptions({ ...options, sessionCookie }))

  await app.register(publishEvents, options)
  await app.register(readEvent, options)
  await app.register(readAttachment, options)
  await app.register(uploadAttachment, { ...options, ...config, idleTimeoutMs: config.bodyTimeoutMs })
  await app.register(readInbox, options)
  await app.register(acknowledge, options)
  await app.register(readFlows, options)
  await app.register(rebuildFlows, options)
  await app.register(connectorRoutes, options)
  await app.register(quarantineRoutes, options)
  await app.register(readRefusal, options)
  await app.register(readActs, options)
  await app.register(readActivity, options)
  await app.register(liveEvents, options)
  await app.register(readDeliveries, options)
  await app.register(actOnDeliveries, options)
  await app.register(controlRoutes, options)
  await app.register(sessionRoutes, { ...options, ...people })
  const { identityProvider } = people
  if (identityProvider) await app.register(oidcRoutes, { ...options, ...people, identityProvider })
  await app.register(receiveFromOutside, { ...options, ...config })
  const { openRegistry: isOpen } = config
  await app.register(registry, { ...options, isOpen, prefix: '/registry' })
  await app.register(about, { ...options, ...config })
  await app.register(keys, { control })
  await app.register(problems)
  await app.register(openApi, { ...options, newEventSchemas })
  await app.register(asyncApi, options)
  await app.register(consolePages, { publicPath })
  return app
}

/** Answers a request whose address cannot be read, before which no hook runs. */
function answerUnroutable(options: Pick<GatewayOptions, 'refusals' | 'activityNotes' | 'publicUrl'>) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    setTrace(request)
    request.publicPath = publicPathOf(options.publicUrl)
    const known = ofFastify(error)
    noteRefusal(options, request, known)
    const send = request.url.startsWith('/registry/') ? sendRegistryError : sendProblem
    return send(request, reply, known)
  }
}
