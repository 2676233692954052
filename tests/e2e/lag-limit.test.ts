import assert from 'node:assert/strict'
import { join } from 'node:path'
import { it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '#deploy/servers/free-port.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { type Role, startBus } from '#runtime/composition.ts'
import { Config } from '#runtime/config.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { describeOnServers } from '../helpers/engine-sets.ts'
import { publishAt } from '../helpers/publish-at.ts'
import { sampleOf, scrape } from '../helpers/scrape.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { send, startTestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

describeOnServers('a gateway whose consumers do not run', {}, (_servers, engines) => {
  it('accepts no more once the first event waits as long as it may, and goes on when they do', async (t) => {
    const folder = temporaryFolder(t)
    const bus = await startTestBus(t, { folder, settings: await engines.settingsFor(folder) })
    const config = await loadConfig(Config, { file: join(folder, 'test-bus.yaml'), environment: {} })
    const port = await freePort()
    const start = async (role: Role) => {
      const started = await startBus({
        roles: [role],
        config: {
          ...config,
          data: { folder },
          gateway: { ...config.gateway, port, publicUrl: bus.url },
          management: { ...config.management, port: 0 },
          publishing: { maxLagSeconds: 5 }
        },
        logger: createLogger({ level: 'silent' }),
        onFatal: () => {}
      })
      t.after(() => started.close())
      return started
    }
    await bus.bus.close()
    const gateway = await start('gateway')
    const accepted: string[] = []
    let retryAfter: string | null = null
    const publish = async (): Promise<number> => {
      const event = bus.document()
      const { status, headers } = await publishAt(bus, `http://127.0.0.1:${port}`, event)
      if (status === 202) accepted.push(event.id)
      retryAfter = headers.get('retry-after')
      return status
    }
    await until(async () => {
      await pause(100)
      return (await publish()) === 503
    }, 60_000)
    assert.ok(accepted.length > 0)
    assert.match(String(retryAfter), /^[1-9]\d*$/, 'a refusal says when to try again')
    const { body } = await send(`${gateway.managementUrl}/readyz`, {})
    assert.match(JSON.stringify(body), /"name":"lag","warning":"the projector is [1-9]/)
    const refuses = async () => sampleOf(await scrape(gateway.managementUrl), 'lienthong_publishing_refused')
    await until(async () => (await refuses()) === 1, 60_000)
    await start('consumers')
    await until(async () => (await publish()) === 202, 60_000)
    await until(async () => (await refuses()) === 0, 60_000)
  })
})
