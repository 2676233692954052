import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { Client } from '#client/client.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { sha256Text } from '#protocol/bytes/bytes.ts'
import { Config } from '#runtime/config.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { makeCertificate } from '../../helpers/certificate.ts'
import { describeOnServers } from '../../helpers/engine-sets.ts'
import { afterSuite } from '../../helpers/servers/cleanup.ts'
import { needs } from '../../helpers/servers/needs.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { newDocument } from '../../helpers/test-bus.ts'
import { until } from '../../helpers/until.ts'
import { type Gateways, startGateways } from './start-gateways.ts'
import { exampleOf, type ProxyName, proxies, type RunningProxy } from './start-proxy.ts'

const longestPollSeconds = 30
/** More than one part of an object in S3, which is stored whole. */
const halfBytes = 10_485_760

describe('examples of proxies', () => {
  const secondsIn = (name: ProxyName, setting: RegExp): number => Number(exampleOf(name).match(setting)?.[1])

  it('wait for an answer longer than the longest poll', () => {
    assert.ok(secondsIn('nginx', /proxy_read_timeout (\d+)s/) > longestPollSeconds)
    assert.ok(secondsIn('haproxy', /timeout server (\d+)s/) > longestPollSeconds)
    assert.ok(secondsIn('haproxy', /timeout client (\d+)s/) > longestPollSeconds)
  })

  it('let a body pause as long as the gateway does', async () => {
    const { bodyTimeoutMs } = await gatewayDefaults()
    assert.equal(secondsIn('nginx', /client_body_timeout (\d+)s/) * 1000, bodyTimeoutMs)
    assert.ok(secondsIn('haproxy', /timeout client (\d+)s/) * 1000 >= bodyTimeoutMs)
  })

  it('keep events of every size that the gateway takes in memory', async () => {
    const { maxBodyBytes } = await gatewayDefaults()
    for (const setting of [/client_max_body_size (\d{2,});/, /client_body_buffer_size (\d+);/])
      assert.equal(secondsIn('nginx', setting), maxBodyBytes)
  })
})

describeOnServers('two gateways', {}, (servers, engines) => {
  for (const name of ['nginx', 'haproxy'] as const) {
    describe(`behind ${name}, as its example says`, needs(name), () => {
      const suite = afterSuite()
      let [gateways, proxy, url] = [{} as Gateways, {} as RunningProxy, '']
      let [sender, recipient] = [{} as Client, {} as Client]

      before(async () => {
        const certificate = makeCertificate(temporaryFolder(suite), 'bus')
        const port = await freePort()
        url = `https://127.0.0.1:${port}`
        setDefaultCACertificates([...getCACertificates(), readFileSync(certificate.certFile, 'utf8')])
        gateways = await startGateways(suite, engines, url)
        proxy = await proxies[name](suite, { ...certificate, port, ports: gateways.ports })
        ;[sender, recipient] = [await gateways.clientOf('A'), await gateways.clientOf('B')]
      })

      it('pass on a long poll until an event comes', async () => {
        const { next } = await lastPage(recipient)
        const waiting = recipient.page({ ...(next === undefined ? {} : { after: next }), waitSeconds: 30 })
        const event = newDocument()
        await sender.publish(event)
        const { events } = await waiting
        assert.deepEqual(
          events.map((item) => item.event.id),
          [event.id]
        )
        await assert.rejects(recipient.page({ waitSeconds: longestPollSeconds + 1 }), {
          code: 'BUS_QUERY_INVALID'
        })
      })

      it('pass on server-sent events one by one', async (t) => {
        const stop = new AbortController()
        t.after(() => stop.abort())
        const token = await (await gateways.signerOf('A')).plain()
        const { body } = await fetch(`${url}/v1/live`, {
          signal: stop.signal,
          headers: { authorization: `Bearer ${token}` }
        })
        const parts = body?.pipeThrough(new TextDecoderStream()).getReader()
        assert.equal((await parts?.read())?.value, ': connected\n\n')
        const event = newDocument()
        await sender.publish(event)
        for (let text = ''; !text.includes(event.subject); )
          text += (await parts?.read())?.value ?? assert.fail()
      })

      it('take a large upload as it comes, which goes on where it broke off', async () => {
        const bytes = randomBytes(2 * halfBytes)
        const sha256 = sha256Text(bytes, 'hex')
        const starts: number[] = []
        const broken = Promise.withResolvers<void>()
        const stream = (start: number): ReadableStream<Uint8Array> => {
          starts.push(start)
          // The digest is read first, then the first attempt, which pauses in the middle.
          const end = starts.length === 2 ? halfBytes : bytes.length
          return new ReadableStream({
            async pull(controller) {
              controller.enqueue(bytes.subarray(start, end))
              if (end === bytes.length) return controller.close()
              await broken.promise
              controller.error(new TypeError('its request is over'))
            }
          })
        }
        const attaching = sender.attach('a.bin', 'application/octet-stream', { stream })
        await until(() => globSync('*/unfinished/**/*~*', { cwd: servers().s3.folder }).length > 0, 30_000)
        assert.equal(starts.length, 2, 'the gateway has a part of the first attempt')
        await proxy.kill()
        await proxy.start()
        broken.resolve()
        assert.equal((await attaching).sha256, sha256)
        assert.ok((starts.at(-1) ?? 0) > 0, `it began at ${starts}`)
        const [listed] = await Promise.all([sender.download(sha256)])
        let length = 0
        for await (const part of listed) length += part.length
        assert.equal(length, bytes.length)
      })

      it('pass on the refusal of a body that the gateway does not read', async () => {
        const answer = await fetch(`${url}/v1/attachments/${'0'.repeat(64)}`, {
          method: 'PUT',
          headers: { authorization: 'Bearer a.b.c', 'content-type': 'application/octet-stream' },
          body: new Uint8Array(4_194_304)
        })
        assert.equal(answer.status, 401)
        assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/)
      })

      it('let one stop while the other goes on, with no error at the clients', async () => {
        const accepted: string[] = []
        let running = true
        const lanes = Array.from({ length: 8 }, async () => {
          while (running) {
            const event = newDocument()
            const [result] = await sender.publish(event)
            assert.notEqual(result?.status, 'rejected')
            accepted.push(event.id)
            await recipient.page({ limit: 1 })
          }
        })
        const more = async (): Promise<void> => {
          const before = accepted.length
          await until(() => accepted.length > before + 40, 30_000)
        }
        const work = async (): Promise<void> => {
          for (const index of [0, 1] as const) {
            await more()
            await gateways.stop(index)
            await more()
            await gateways.start(index)
            await until(() => gateways.hasServed(index), 30_000)
          }
        }
        const ending = work().finally(() => {
          running = false
        })
        await Promise.all([ending, ...lanes])
        const ids = (await lastPage(recipient)).seen.filter((id) => accepted.includes(id))
        assert.equal(ids.length, accepted.length)
        assert.equal(new Set(ids).size, accepted.length)
      })
    })
  }
})

async function gatewayDefaults(): Promise<Config['gateway']> {
  return (await loadConfig(Config, { file: undefined, environment: {} })).gateway
}

/** Reads an inbox to its end. */
async function lastPage(
  client: Client
): Promise<{ readonly next: string | undefined; readonly seen: readonly string[] }> {
  const seen: string[] = []
  let next: string | undefined
  for (;;) {
    const page = await client.page({
      limit: 500,
      waitSeconds: 2,
      ...(next === undefined ? {} : { after: next })
    })
    if (page.events.length === 0) return { next, seen }
    seen.push(...page.events.map(({ event }) => event.id))
    next = page.next
  }
}
