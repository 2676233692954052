import { existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createArchive } from '#bus/archive/archive.ts'
import { archiveTables } from '#bus/archive/archive-tables.ts'
import { attachmentTables } from '#bus/attachments/attachment-tables.ts'
import { createAttachments } from '#bus/attachments/attachments.ts'
import { openDirectoryBlobStore } from '#bus/blobs/directory/directory-blob-store.ts'
import { openControl } from '#bus/control/control.ts'
import { controlTables } from '#bus/control/control-tables.ts'
import { createDeliveries } from '#bus/delivery/deliveries.ts'
import { deliveryTables } from '#bus/delivery/delivery-tables.ts'
import { handoverTables } from '#bus/delivery/handover-tables.ts'
import { createHandovers } from '#bus/delivery/handovers.ts'
import { openSqliteEventLog } from '#bus/event-log/sqlite/sqlite-event-log.ts'
import { withReceipt } from '#bus/events/record.ts'
import { startProjector } from '#bus/projector/projector.ts'
import { projectorTables } from '#bus/projector/projector-tables.ts'
import { createSignals } from '#bus/projector/signals.ts'
import { createAppendQueue } from '#bus/publishing/append-queue.ts'
import { createOutbox, outboxTables } from '#bus/publishing/outbox.ts'
import { createPublishing } from '#bus/publishing/publish.ts'
import { createEventTypes } from '#bus/registry/event-types.ts'
import { loadMeta, metaTables } from '#bus/store/meta.ts'
import { lockFolder } from '#bus/store/sqlite/folder-lock.ts'
import { openSqliteStore } from '#bus/store/sqlite/sqlite-store.ts'
import type { Failpoints } from '#bus/telemetry/failpoints.ts'
import type { Logger } from '#bus/telemetry/logger.ts'
import { createMetrics } from '#bus/telemetry/metrics.ts'
import { checkPublicJwk, type PublicJwk } from '#bus/trust/jwk.ts'
import { signReceipts } from '#bus/trust/receipt.ts'
import { applyToInboxes } from '#consumers/inbox/apply.ts'
import { createCursors } from '#consumers/inbox/cursor.ts'
import { inboxTables } from '#consumers/inbox/inbox-tables.ts'
import { reEnterResumed } from '#consumers/inbox/re-enter.ts'
import { createInbox } from '#consumers/inbox/read.ts'
import { createGateway } from '#gateway/gateway.ts'
import { createManagement } from '#gateway/management.ts'
import { firstActs } from './bootstrap.ts'
import type { Config } from './config.ts'
import { keyFiles, keyIn, readKey, type StoredKey } from './keyring.ts'
import { startConnectors } from './start-connectors.ts'

export interface OneMachineOptions {
  readonly config: Config
  readonly logger: Logger
  readonly failpoints: Failpoints
  /** Ends the process at once: what is on disk is no longer known. */
  readonly onFatal: (error: unknown) => void
}

/** A running bus. */
export interface RunningBus {
  /** Where agencies reach it, as their tokens must name it. */
  readonly publicUrl: string
  readonly managementUrl: string
  /** Stops accepting, finishes or refuses what is open, and lets go of everything. Calling it twice is harmless. */
  close(): Promise<void>
}

/** How long open requests may take to end when the bus stops. */
const stopGraceMs = 10_000

/** The whole bus in one process on SQLite and a directory: `lienthong up`. */
export async function runOnOneMachine({
  config,
  logger,
  failpoints,
  onFatal
}: OneMachineOptions): Promise<RunningBus> {
  const { folder } = config.data
  const now = Date.now
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const unlock = lockFolder(folder)
  const port = config.gateway.port === 0 ? await freePort(config.gateway.host) : config.gateway.port
  const publicUrl = config.gateway.publicUrl ?? `${config.gateway.tls ? 'https' : 'http'}://127.0.0.1:${port}`

  const store = openSqliteStore({
    folder,
    parts: [
      metaTables,
      controlTables,
      archiveTables,
      attachmentTables,
      handoverTables,
      inboxTables,
      deliveryTables,
      outboxTables,
      projectorTables
    ],
    onFatal
  })
  const log = await openSqliteEventLog({ folder, failpoints, onFatal })
  const blobs = await openDirectoryBlobStore({ folder: join(folder, 'attachments'), failpoints })
  const meta = await loadMeta(store)
  const busKey = await keyIn(keyFiles(folder).bus, 'bus-1')
  const { operatorKeys, operator } = await operatorKeysOf(config, folder)
  const control = await openControl({ store, operatorKeys, logger })
  await firstActs({ control, operator: operator?.signingKey, busKey: busKey.publicJwk, publicUrl, logger })

  const metrics = createMetrics()
  const signals = createSignals()
  const archive = createArchive(store)
  const handovers = createHandovers(store, now)
  const eventTypes = createEventTypes(control.state.schemas)
  const cursors = createCursors(meta.cursorSecret, meta.epoch)
  const inbox = createInbox({ store, archive, control, handovers, cursors, signals, now })
  const reEntry = { store, handovers, control, signals }
  await reEnterResumed(reEntry)
  control.onAct((act) => {
    if (act.act !== 'agreement.resumed') return
    reEnterResumed(reEntry).catch((error: unknown) =>
      logger.error({ err: error }, 'withheld entries not entered again')
    )
  })
  const attachments = createAttachments({ store, blobs, hasBeenGiven: inbox.hasAny, now })
  const queue = createAppendQueue({
    log,
    signReceipts: (leaves) => signReceipts(leaves, busKey.signingKey, now()),
    withReceipt,
    failpoints
  })
  const publishing = createPublishing({
    control,
    log,
    eventTypes,
    attachments,
    append: queue.append,
    publicUrl,
    now
  })
  const projector = await startProjector({
    log,
    store,
    archive,
    control,
    eventTypes,
    attachments,
    apply: applyToInboxes,
    signals,
    metrics,
    logger,
    failpoints,
    now
  })

  const connectors = await startConnectors({
    instances: config.connectors,
    attachments,
    host: {
      publishing,
      outbox: createOutbox(store),
      deliveries: createDeliveries(store, now),
      handovers,
      inbox: { entriesAfter: inbox.entriesAfter, hasAny: inbox.hasAny, events: archive.byNumbers },
      signals,
      metrics,
      logger,
      failpoints,
      publicUrl,
      now
    }
  })

  const stopping = new AbortController()
  const gateway = await createGateway({
    config: config.gateway,
    publicUrl,
    control,
    eventTypes,
    publishing,
    log,
    archive,
    attachments,
    handovers,
    inbox,
    projector,
    metrics,
    logger,
    now,
    stopping: stopping.signal
  })
  const management = createManagement({
    metrics,
    checks: [
      ['projector', projector.problem],
      ['gateway', () => (stopping.signal.aborted ? 'stopping' : undefined)]
    ]
  })
  await gateway.listen({ host: config.gateway.host, port })
  const managementUrl = await management.listen(config.management)

  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    stopping.abort()
    const cutOff = setTimeout(() => gateway.server.closeAllConnections(), stopGraceMs)
    await gateway.close()
    clearTimeout(cutOff)
    await Promise.all(connectors.map((connector) => connector.close()))
    await management.close()
    await projector.close()
    await log.close()
    await store.close()
    unlock()
  }

  return {
    publicUrl,
    managementUrl,
    close: () => {
      closing ??= close()
      return closing
    }
  }
}

/** The keys trust starts from: those configured, else one made at first start. */
async function operatorKeysOf(
  config: Config,
  folder: string
): Promise<{ operatorKeys: ReadonlyMap<string, PublicJwk>; operator: StoredKey | undefined }> {
  const { operator: file } = keyFiles(folder)
  const configured = config.trust.operatorKeys.map((key) => checkPublicJwk(key as never))
  const operator =
    configured.length === 0
      ? await keyIn(file, 'operator-1')
      : existsSync(file)
        ? await readKey(file)
        : undefined
  const keys = operator && configured.length === 0 ? [operator.publicJwk] : configured
  return { operatorKeys: new Map(keys.map((key) => [key.kid, key])), operator }
}

/** A port that is free now; asked beforehand because tokens must name it. */
function freePort(host: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const server = createServer()
  server.once('error', reject)
  server.listen(0, host, () => {
    const address = server.address()
    server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
  })
  return promise
}
