import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { eventOf } from '#bus/archive/archived-event.ts'
import type { EventDraft, EventItem } from '#connectors/connector.ts'
import { checkInstances } from '#connectors/host/check-instances.ts'
import type { ConnectorTables } from '#connectors/host/connector-tables.ts'
import {
  createInstanceActs,
  type InstanceAct,
  type InstanceActResult
} from '#connectors/host/control/instance-acts.ts'
import { createInstanceReads } from '#connectors/host/control/read-instances.ts'
import { type RunningHost, startHost } from '#connectors/host/host.ts'
import type { HostParts } from '#connectors/host/host-parts.ts'
import type { InstanceStatus } from '#connectors/host/instance-status.ts'
import { createDeliveryActs } from '#connectors/host/outbound/delivery-acts.ts'
import type { DeliveryTables } from '#connectors/host/outbound/delivery-tables.ts'
import { createReceiver } from '#connectors/host/receive.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import type { BusError } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { Config } from '#runtime/config.ts'
import { openCore } from '#runtime/core.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { openEngines } from '#runtime/open-engines.ts'
import { connectorPartsOf } from '#runtime/start-connectors.ts'
import { startConsumers } from '#runtime/start-consumers.ts'
import { outsideOf } from '../contracts/kinds/outsides.ts'
import type { EngineSet } from './engine-sets.ts'
import { operator } from './outbound-lab.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { codes, exampleDocument, makeProvince, systemOf } from './test-bus.ts'
import { until } from './until.ts'

const kinds = join(import.meta.dirname, '..', 'contracts', 'kinds')

/** A host of connectors in a province, with its store, and no gateway. */
export async function openHostLab(t: TestContext, engines: EngineSet) {
  const folder = temporaryFolder(t)
  const settings = await engines.settingsFor(folder)
  await makeProvince(t, { folder, settings })
  const file = join(folder, 'lab.yaml')
  writeFileSync(file, JSON.stringify(settings), { mode: 0o600 })
  const defaults = await loadConfig(Config, { file, environment: {} })
  const lines: { readonly level: number; readonly msg: string; readonly connector?: string }[] = []
  const logger = createLogger({
    level: 'info',
    destination: { write: (line) => void lines.push(JSON.parse(line)) }
  })
  const options = {
    config: { ...defaults, data: { ...defaults.data, folder } },
    logger,
    onFatal: () => {},
    projectsOwn: true
  }
  const opened = await openEngines(options)
  const core = await openCore(opened, options, 'https://bus.example')
  const consumers = await startConsumers({ core, flows: defaults.flows, logger })
  const connectors = connectorPartsOf(core, logger)
  const ends: (() => Promise<unknown>)[] = [connectors.close, consumers.close, core.close]
  t.after(async () => {
    for (const end of ends) await end()
  })
  const parts: HostParts = connectors.parts

  const instance = (name: string, changes: object = {}): object => ({
    name,
    kind: 'list',
    system: systemOf('A'),
    keyFile: join(folder, 'keys', 'A.jwk'),
    settings: { outside: name },
    ...changes
  })
  const check = (instances: readonly object[]) =>
    checkInstances({
      instances: instances.map((value, index) => ({ place: `/connectors/${index}`, value })),
      defaults: {},
      folders: [kinds]
    })
  const start = async (
    instances: readonly object[],
    changes: Partial<HostParts> = {},
    areShared = core.areShared
  ): Promise<RunningHost> => {
    const host = startHost({
      parts: { ...parts, ...changes },
      instances: await check(instances),
      areShared
    })
    let isOpen = true
    const close = async (): Promise<void> => {
      if (isOpen) await host.close()
      isOpen = false
    }
    ends.unshift(close)
    return { ...host, close }
  }
  const receiver = async (instances: readonly object[]) => {
    const made = createReceiver({ parts, instances: await check(instances) })
    ends.unshift(made.close)
    return made
  }
  return {
    folder,
    core,
    parts,
    lines,
    instance,
    check,
    /** The key of an agency's system. */
    keyFileOf: (letter: string) => join(folder, 'keys', `${letter}.jwk`),
    start,
    receiver,
    /** What B was sent, in order. */
    async published(): Promise<readonly BusEvent[]> {
      await core.caughtUp(5000)
      return (await core.inbox.entriesAfter(codes.B, 0, 2000)).items.map(({ event }) => eventOf(event))
    },
    items: () =>
      core.store
        .reader<ConnectorTables>()
        .selectFrom('connectorItems')
        .select(['number', 'instance', 'reference', 'state', 'fault', 'event', 'raw'])
        .orderBy('number')
        .execute(),
    /** How many items of an instance were stored, whatever became of them. */
    async references(name: string): Promise<number> {
      const row = await core.store
        .reader<ConnectorTables>()
        .selectFrom('connectorReferences')
        .select((e) => e.fn.countAll<number>().as('count'))
        .where('instance', '=', name)
        .executeTakeFirst()
      return Number(row?.count ?? 0)
    },
    /** What an operator does to an instance. */
    async act(
      act: InstanceAct['act'],
      connector: string,
      more: Pick<InstanceAct, 'reason' | 'cursor'> = {}
    ): Promise<InstanceActResult> {
      const acts = createInstanceActs({ ...core, now: Date.now })
      const done = { act, connector, ...more }
      let result: InstanceActResult | undefined
      const isDone = async (): Promise<boolean> => {
        try {
          result = await acts.perform(operator, done, new AbortController().signal)
          return true
        } catch (error) {
          if ((error as BusError).code === 'BUS_NOT_FOUND') return false
          throw error
        }
      }
      await until(isDone, 10_000) // It is known once its process has reported it.
      return result ?? { isPending: true }
    },
    /** An instance, as people see it. */
    shown: (name: string) => createInstanceReads(core.store, Date.now).find(name),
    deliveries: () =>
      core.store
        .reader<DeliveryTables>()
        .selectFrom('deliveries')
        .select(['instance', 'subject', 'state'])
        .orderBy('event')
        .execute(),
    /** A person skips the deliveries of an instance that have a state. */
    async skip(connector: string, state: DeliveryTables['deliveries']['state']) {
      const rows = await core.store
        .reader<DeliveryTables>()
        .selectFrom('deliveries')
        .select('hash')
        .where('instance', '=', connector)
        .where('state', '=', state)
        .execute()
      const acts = createDeliveryActs({ ...core, now: Date.now })
      const names = rows.map(({ hash }) => ({ connector, event: hash }))
      await acts.perform(operator, { act: 'skip', reason: 'a test' }, names)
    },
    statusOf: (host: RunningHost, name: string): InstanceStatus | undefined =>
      host.statuses().find((one) => one.name === name)
  }
}

export type HostLab = Awaited<ReturnType<typeof openHostLab>>

/** A name that no other test has, for an instance and its outside. */
export function newInstanceName(): string {
  return `list-${randomUUID().slice(0, 8)}`
}

/** A document of A to B. */
export function draftOf(subject: string, changes: Partial<EventDraft> = {}): EventDraft {
  const from = { organId: codes.A, organName: 'Sở mẫu' }
  const data = { ...exampleDocument, documentId: subject, from }
  return { type: 'document.issued.v1', subject, recipients: [codes.B], data, ...changes }
}

/** An item that becomes a document; its reference is its subject. */
export function itemOf(subject: string, changes: Partial<EventDraft> = {}): EventItem {
  return { reference: subject, event: draftOf(subject, changes) }
}

export { outsideOf, until }
