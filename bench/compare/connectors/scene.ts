import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from '#client/create-client.ts'
import { keyFiles, readKey } from '#runtime/keyring.ts'
import { keyFileOf, systemOf } from '#tests/faults/province.ts'
import { type HttpScene, openHttpScene, type SceneOptions } from '../http-scene.ts'
import { ask } from '../stored.ts'
import { type Outside, startOutside } from './outside.ts'

/** A bus with instances of connectors, and their outsides in a process of their own. */
export interface ConnectorScene extends Omit<HttpScene, 'bare'> {
  readonly outside: Outside
  /** Pauses an instance or lets it run; resolves when that is done. */
  act(act: 'pause' | 'resume', connector: string): Promise<void>
  /** Number of deliveries of an instance that are open. */
  open(connector: string): number
}

export interface Instance {
  readonly name: string
  /** The agency that it acts for. */
  readonly code: string
  /** Settings that all kinds have. */
  readonly changes?: object
  /** Default: `exchange`, the kind of the bench. */
  readonly kind?: string
  readonly settings?: object
}

export async function openConnectorScene(
  instances: readonly Instance[],
  options: Omit<SceneOptions, 'settings'> = {}
): Promise<ConnectorScene> {
  const outside = await startOutside()
  const settings = (folder: string): object => ({
    connectorFolders: [join(import.meta.dirname, 'kinds')],
    connectors: instances.map(({ name, code, kind = 'exchange', changes, settings }) => ({
      ...{ name, kind, system: systemOf(code), keyFile: keyFileOf(folder, code) },
      ...{ start: 'beginning', every: '250ms', ...changes },
      settings: { ...(kind === 'exchange' && { url: outside.urlOf(name) }), ...settings }
    }))
  })
  const http = await openHttpScene({ ...options, settings })
  const { privateJwk } = await readKey(keyFiles(http.folder).operator)
  const operator = await createClient({
    gateway: http.bus.gateway,
    system: '/bus/systems/operator',
    key: privateJwk,
    timeoutMs: 60_000
  })
  return {
    ...http,
    outside,
    async act(act, connector) {
      const { result } = (await operator.act('/v1/connectors', { act, connector })) as { result: string }
      if (result !== 'done') throw new TypeError(`${act} ${connector}: ${result}`)
    },
    open: (connector) =>
      ask(
        join(http.folder, 'store.sqlite'),
        'SELECT count(*) AS n FROM deliveries WHERE instance = ? AND open = 1',
        connector
      ),
    async end() {
      await http.end()
      outside.end()
    }
  }
}

const lookMs = 20
const longestMs = 600_000

/** Looks until something is so. */
export async function untilSo(isSo: () => boolean | Promise<boolean>, everyMs = lookMs): Promise<void> {
  const endsAt = performance.now() + longestMs
  while (!(await isSo())) {
    if (performance.now() > endsAt) throw new TypeError('the connectors do not get on')
    await pause(everyMs)
  }
}
