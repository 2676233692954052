import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Client } from '#client/client.ts'
import { createClient } from '#client/create-client.ts'
import { createSigner, type Signer } from '#client/signer.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { type Role, type RunningBus, startBus } from '#runtime/composition.ts'
import { Config } from '#runtime/config.ts'
import { readKey } from '#runtime/keyring.ts'
import { loadConfig } from '#runtime/load-config.ts'
import type { EngineSet } from '../../helpers/engine-sets.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { type Letter, makeProvince, systemOf } from '../../helpers/test-bus.ts'

/** Two gateways, and consumers that stay. */
export interface Gateways {
  readonly ports: readonly { readonly gateway: number; readonly management: number }[]
  /** Starts one that was stopped. */
  start(index: 0 | 1): Promise<void>
  /** As SIGTERM does. */
  stop(index: 0 | 1): Promise<void>
  /** Whether it has answered a sender since it was started. */
  hasServed(index: 0 | 1): Promise<boolean>
  clientOf(letter: Letter): Promise<Client>
  signerOf(letter: Letter): Promise<Signer>
}

/** Starts them on the servers of a suite, for agencies that reach them at `publicUrl`. */
export async function startGateways(
  t: Pick<TestContext, 'after'>,
  engines: EngineSet,
  publicUrl: string
): Promise<Gateways> {
  const folder = temporaryFolder(t)
  await makeProvince(t, { folder, settings: await engines.settingsFor(folder) })
  const config = await loadConfig(Config, { file: join(folder, 'test-bus.yaml'), environment: {} })
  const run = async (role: Role, port: number, management: number): Promise<RunningBus> => {
    const bus = await startBus({
      roles: [role],
      config: {
        ...config,
        data: { ...config.data, folder },
        publishing: { ...config.publishing, maxLagSeconds: 3600 }, // On a busy machine the projector is slow.
        gateway: { ...config.gateway, port, publicUrl },
        management: { ...config.management, port: management }
      },
      logger: createLogger({ level: 'silent' }),
      onFatal: () => {}
    })
    t.after(() => bus.close())
    return bus
  }
  const [one, other] = [
    { gateway: await freePort(), management: await freePort() },
    { gateway: await freePort(), management: await freePort() }
  ] as const
  const ports = [one, other] as const
  const running: (RunningBus | undefined)[] = []
  const start = async (index: 0 | 1): Promise<void> => {
    running[index] ??= await run('gateway', ports[index].gateway, ports[index].management)
  }
  await run('consumers', await freePort(), 0)
  await start(0)
  await start(1)
  const keyOf = async (letter: Letter) => (await readKey(join(folder, 'keys', `${letter}.jwk`))).privateJwk
  return {
    ports,
    start,
    async stop(index) {
      await running[index]?.close()
      running[index] = undefined
    },
    async hasServed(index) {
      const answer = await fetch(`http://127.0.0.1:${ports[index].management}/metrics`)
      return (await answer.text()).includes('route="/v1/events",status="202"')
    },
    clientOf: async (letter) =>
      createClient({
        gateway: publicUrl,
        system: systemOf(letter),
        key: await keyOf(letter),
        language: 'en'
      }),
    signerOf: async (letter) =>
      createSigner({ audience: publicUrl, system: systemOf(letter), key: await keyOf(letter) })
  }
}
