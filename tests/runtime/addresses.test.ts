import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { BusError } from '#protocol/errors/bus-error.ts'
import { Config } from '#runtime/config.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

type Settings = Readonly<Record<string, unknown>>

const s3 = { bucket: 'b-1', accessKeyId: 'a', secretAccessKey: 'b' }

/** Every address in the settings: where it stands, and one that is accepted. */
const addresses: Readonly<
  Record<string, { readonly good: readonly string[]; readonly of: (address: string) => Settings }>
> = {
  '/gateway/publicUrl': {
    good: [
      'http://127.0.0.1:8080',
      'https://bus.example.vn',
      'https://Bus_1.example.vn:65535',
      'http://[::1]:1',
      'https://bus.example.vn/lienthong',
      'https://bus.example.vn:8443/tinh/lien-thong.v2'
    ],
    of: (publicUrl) => ({ gateway: { publicUrl } })
  },
  '/gateway/host': {
    good: ['127.0.0.1', '0.0.0.0', '::', 'fe80::1%eth0', 'localhost'],
    of: (host) => ({ gateway: { host } })
  },
  '/management/host': { good: ['127.0.0.1', '::1'], of: (host) => ({ management: { host } }) },
  '/telemetry/otlpEndpoint': {
    good: ['http://127.0.0.1:4318', 'https://collector.example.vn/otlp/'],
    of: (otlpEndpoint) => ({ telemetry: { otlpEndpoint } })
  },
  '/attachments/s3/endpoint': {
    good: ['https://s3.example.gov.vn', 'http://127.0.0.1:9000'],
    of: (endpoint) => ({ attachments: { s3: { ...s3, endpoint } } })
  },
  '/eventLog/kafka/brokers/0': {
    good: ['kafka-1:9092', '[::1]:9092'],
    of: (broker) => ({ eventLog: { kafka: { brokers: [broker] } } })
  },
  '/store/postgres/url': {
    good: ['postgres://bus@127.0.0.1:5432/bus', 'postgresql://bus@localhost/bus?host=/run/postgresql'],
    of: (url) => ({ store: { postgres: { url } } })
  }
}

/** What makes an accepted address one that is not, anywhere in it. */
const additions = ['\n', '\r\nx-evil: 1', ' ', '\t', '\0', '\u001b[2J', '\u0085', '\u2028', '\u202e', 'é']
const noOrigins = [
  'https://user@bus.example.vn',
  'https://user:secret@bus.example.vn',
  'https://bus.example.vn?x=1',
  'https://bus.example.vn#x',
  'https://bus.example.vn:0',
  'https://bus.example.vn:65536',
  'https://bus.example.vn:',
  'https://bus .example.vn',
  'https://-bus.example.vn',
  'https://bus.example.vn\\@evil.example',
  'https://',
  'ftp://bus.example.vn',
  'javascript:alert(1)',
  'bus.example.vn/x y',
  ''
]

describe('an address in the settings', () => {
  for (const [place, { good, of }] of Object.entries(addresses)) {
    it(`at ${place} is refused at start with anything else in it, and the message says what it must be`, async (t) => {
      const file = join(temporaryFolder(t), 'lienthong.yaml')
      const load = async (address: string): Promise<void> => {
        writeFileSync(file, JSON.stringify(of(address)))
        await loadConfig(Config, { file, environment: {} })
      }
      for (const address of good) await load(address)
      const [first = ''] = good
      const middle = Math.ceil(first.length / 2)
      const broken = additions.flatMap((addition) => [
        first + addition,
        addition + first,
        first.slice(0, middle) + addition + first.slice(middle)
      ])
      for (const address of [...broken, ...(place.endsWith('url') ? [] : noOrigins)]) {
        await assert.rejects(load(address), ({ code, message }: BusError) => {
          assert.equal(code, 'BUS_CONFIG_INVALID')
          assert.ok(message.includes(`${place} must be `), message)
          assert.doesNotMatch(message, /\p{Cc}|must match/u)
          return true
        })
      }
    })
  }
})
