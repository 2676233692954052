import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { it } from 'node:test'
import { createLogger } from '#engines/telemetry/logger.ts'
import { everyRole, startBus } from '#runtime/composition.ts'
import { Config } from '#runtime/config.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { makeCertificate } from '../helpers/certificate.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** The name on the certificate the gateway shows, and the status of its answer. */
function look(url: string): Promise<{ readonly name: string; readonly status: number | undefined }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ name: string; status: number | undefined }>()
  const call = request(
    `${url}/.well-known/jwks.json`,
    { rejectUnauthorized: false, agent: false },
    (response) => {
      const { subject } = (response.socket as import('node:tls').TLSSocket).getPeerCertificate()
      response.resume()
      resolve({ name: String(subject.CN), status: response.statusCode })
    }
  )
  call.on('error', reject)
  call.end()
  return promise
}

it('speaks TLS by setting, and takes a renewed certificate without a restart', async (t) => {
  const folder = temporaryFolder(t)
  const tls = makeCertificate(folder, 'first')
  const defaults = await loadConfig(Config, { file: undefined, environment: {} })
  const bus = await startBus({
    roles: everyRole,
    config: {
      ...defaults,
      data: { folder: join(folder, 'data') },
      gateway: { ...defaults.gateway, port: 0, tls },
      management: { ...defaults.management, port: 0 }
    },
    logger: createLogger({ level: 'silent' }),
    onFatal: () => {}
  })
  t.after(() => bus.close())
  assert.match(bus.publicUrl, /^https:/)
  const silent = connect(Number(new URL(bus.publicUrl).port), '127.0.0.1').on('error', () => {})
  const closed = once(silent, 'close') // It never agrees on TLS, and would keep a place for ever.
  assert.deepEqual(await look(bus.publicUrl), { name: 'first', status: 200 })
  makeCertificate(folder, 'second')
  for (let tries = 0; tries < 100 && (await look(bus.publicUrl)).name === 'first'; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.deepEqual(await look(bus.publicUrl), { name: 'second', status: 200 })
  await closed
})
