import { cpSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { applyPlan, planProvince } from '#cli/remote/apply-province.ts'
import type { Province } from '#cli/remote/province.ts'
import type { Client } from '#client/client.ts'
import { createClient } from '#client/create-client.ts'
import { newEvent } from '#client/new-event.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { agencyOf, type BusEvent } from '#protocol/events/event.ts'
import { everyRole, type Role, type RunningBus, startBus } from '#runtime/composition.ts'
import { Config } from '#runtime/config.ts'
import { keyFiles, keyIn, readKey, type StoredKey } from '#runtime/keyring.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { exampleData } from './example-data.ts'
import { patiently } from './patiently.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Agencies of every test: `A` sends, `B` and `C` receive; `A`'s desk publishes dossiers. */
export const codes = { A: '000.00.91.H03', B: '000.00.92.H03', C: '000.00.93.H03' } as const
export type Letter = keyof typeof codes

/** A whole bus on free ports and a temporary folder, with a small province. */
export interface TestBus {
  readonly url: string
  readonly folder: string
  readonly bus: RunningBus
  readonly operator: Client
  readonly clients: Readonly<Record<Letter, Client>>
  readonly keys: Readonly<Record<Letter, StoredKey>>
  readonly document: typeof newDocument
}

export function systemOf(letter: Letter): string {
  return `/agencies/${codes[letter]}/systems/qlvb`
}

export const exampleDocument = exampleData('document/issued.v1')

export interface TestBusOptions {
  /** The folder of an earlier bus, to start on again. */
  readonly folder?: string
  readonly port?: number
  readonly gateway?: Partial<Config['gateway']>
  readonly telemetry?: Partial<Config['telemetry']>
  readonly connectors?: Config['connectors']
  /** All, unless named. */
  readonly roles?: readonly Role[]
  /** Settings of lienthong.yaml, such as the engines to use. */
  readonly settings?: Readonly<Record<string, unknown>>
}

/** Names a data folder that has the province already; `npm test` makes one, as most of a start is to make it. */
export const provinceVariable = 'LIENTHONG_TEST_PROVINCE'

/** Settings of engines that are not in the data folder, or of keys that are not there. */
const settingsOfEngines = ['eventLog', 'store', 'attachments', 'trust']

/** Puts the province into a data folder that is empty, unless its bus has its state elsewhere. */
function copyProvince(folder: string, settings: TestBusOptions['settings'] = {}): boolean {
  const province = process.env[provinceVariable]
  if (province === undefined || existsSync(join(folder, 'lock.sqlite'))) return false
  if (settingsOfEngines.some((name) => name in settings)) return false
  cpSync(province, folder, { recursive: true })
  return true
}

/** Leaves a data folder and its engines as a bus with the province does that has stopped. */
export async function makeProvince(
  t: Pick<TestContext, 'after'>,
  options: Pick<TestBusOptions, 'settings'> & { readonly folder: string }
): Promise<void> {
  if (!copyProvince(options.folder, options.settings)) await (await startTestBus(t, options)).bus.close()
}

export async function startTestBus(
  t: Pick<TestContext, 'after'>,
  options: TestBusOptions = {}
): Promise<TestBus> {
  const folder = options.folder ?? temporaryFolder(t)
  const hasProvince = copyProvince(folder, options.settings)
  const file = options.settings && join(folder, 'test-bus.yaml')
  if (file !== undefined) writeFileSync(file, JSON.stringify(options.settings), { mode: 0o600 }) // JSON is YAML.
  const defaults = await loadConfig(Config, { file, environment: {} })
  const bus = await startBus({
    roles: options.roles ?? everyRole,
    config: {
      ...defaults,
      data: { ...defaults.data, folder },
      gateway: { ...defaults.gateway, ...options.gateway, port: options.port ?? 0 },
      management: { ...defaults.management, port: 0 },
      telemetry: { ...defaults.telemetry, ...options.telemetry },
      connectors: options.connectors ?? []
    },
    logger: createLogger({ level: 'silent' }),
    onFatal: () => {}
  })
  t.after(() => bus.close())
  const url = bus.publicUrl
  const operatorKey = (await readKey(keyFiles(folder).operator)).privateJwk
  const operator = await createClient({ gateway: url, system: '/bus/systems/operator', key: operatorKey })
  const letters = Object.keys(codes) as Letter[]
  const keys = Object.fromEntries(
    await Promise.all(
      letters.map(async (letter) => [
        letter,
        await keyIn(join(folder, 'keys', `${letter}.jwk`), `key-${letter}`)
      ])
    )
  ) as Record<Letter, StoredKey>
  const patient: Client = {
    ...operator,
    get: (path) => patiently(() => operator.get(path)),
    act: (path, body) => patiently(() => operator.act(path, body))
  }
  if (!hasProvince) await applyPlan(patient, await planProvince(patient, provinceOf(keys)), () => {})
  const clients = Object.fromEntries(
    await Promise.all(
      letters.map(async (letter) => [
        letter,
        await createClient({
          gateway: url,
          system: systemOf(letter),
          key: keys[letter].privateJwk,
          language: 'en'
        })
      ])
    )
  ) as Record<Letter, Client>
  return {
    url,
    folder,
    bus,
    operator,
    clients,
    keys,
    document: newDocument
  }
}

/** A document event from `A` to `B`, unless changed. Its payload names its source and subject; `data` changes it. */
export function newDocument(changes: Partial<BusEvent> = {}, data: object = {}): BusEvent {
  const { source = systemOf('A'), subject = `${codes.A},2026/11/24,${Math.random()}/SMA-VP` } = changes
  const from = { organId: agencyOf(source), organName: 'Sở mẫu' }
  const content = {
    type: 'document.issued.v1',
    subject,
    recipients: [codes.B],
    data: { ...exampleDocument, documentId: subject, from, ...data }
  }
  return { ...newEvent(source, content), ...changes } as BusEvent
}

/** Does an act on a system, after the last one done on it. */
export async function actOnSystem(
  client: Client,
  system: string,
  { path = '/v1/systems', ...act }: { readonly act: string; readonly [member: string]: unknown }
): Promise<void> {
  const { last: previous } = await client.get<{ last: string }>(`/v1/systems${system}`)
  await client.act(String(path), { ...act, resource: system, previous })
}

/** The province of every test, as a file says it. */
export function provinceOf(keys: Readonly<Record<Letter, StoredKey>>): Province {
  const documents = { type: 'document.issued.v1', recipients: '*' } as const
  const recalls = { type: 'document.recalled.v1', recipients: '*' } as const
  const statuses = { type: 'document.status-changed.v1', recipients: '*' } as const
  const dossiers = { type: 'dossier.received.v1', recipients: 'agreements' } as const
  return {
    agencies: (Object.keys(codes) as Letter[]).map((letter) => ({
      code: codes[letter],
      name: `Cơ quan ${letter}`,
      systems: [
        {
          name: 'qlvb',
          keys: [keys[letter].publicJwk as unknown as { kid: string }],
          publish: letter === 'C' ? [] : [documents, recalls, statuses, dossiers]
        }
      ]
    })),
    agreements: [
      {
        id: 'a-b-dossiers',
        provider: codes.A,
        consumer: codes.B,
        types: ['dossier.received.v1'],
        purpose: 'Kiểm thử',
        legalBasis: 'Quyết định mẫu'
      }
    ]
  }
}

/** Sends a request unchanged, and returns status and parsed answer. */
export async function send(
  url: string,
  init: RequestInit & { readonly token?: string }
): Promise<{ readonly status: number; readonly body: Record<string, unknown>; readonly headers: Headers }> {
  const { token, ...rest } = init
  const headers = new Headers(rest.headers)
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  const response = await fetch(url, { ...rest, headers })
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : JSON.parse(text), headers: response.headers }
}
