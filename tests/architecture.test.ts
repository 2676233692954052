import assert from 'node:assert/strict'
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, matchesGlob } from 'node:path'
import { describe, test } from 'node:test'
import { repository } from './helpers/demo-bus.ts'

/** The rooms there are, and what each may import from the others. Widening a row is an architecture decision: write an ADR. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  bus: ['schemas'],
  client: ['bus/trust', 'bus/events', 'bus/errors', 'schemas'],
  deploy: ['client'],
  connectors: ['bus', 'schemas'],
  consumers: ['bus', 'schemas'],
  gateway: ['bus', 'schemas', 'consumers/*/read.ts'],
  cli: ['bus', 'client', 'schemas', 'connectors', 'consumers', 'gateway', 'deploy'],
  bench: ['bus', 'client', 'schemas', 'connectors', 'consumers', 'gateway', 'deploy', 'cli', 'tests']
}

/** The parts of each room that exist so far. A new one is named here, so that nobody adds a room in passing. */
const parts: Readonly<Record<string, readonly string[]>> = {
  bus: [
    'archive',
    'attachments',
    'blobs',
    'config',
    'control',
    'delivery',
    'errors',
    'event-log',
    'events',
    'policy',
    'projector',
    'publishing',
    'registry',
    'store',
    'telemetry',
    'trust'
  ],
  schemas: ['account', 'document', 'dossier', 'generated'],
  gateway: ['plugins', 'registry', 'routes'],
  connectors: ['document'],
  consumers: ['inbox'],
  client: [],
  cli: ['commands', 'generate', 'migrate'],
  deploy: ['demo', 'servers'],
  bench: ['apicurio', 'attachments', 'compare', 'faults', 'fuzz', 'hostile']
}

/** A library that only one place may know. */
const baselines = 'bench/compare/baselines/' // What the bus is measured by is the library itself.
const onlyIn: Readonly<Record<string, string>> = {
  '@aws-sdk/client-s3': 'engines/blobs/s3/',
  kafkajs: 'engines/event-log/kafka/',
  kysely: 'engines/store/',
  pg: 'engines/store/postgres/',
  avsc: 'protocol/events/',
  fastify: 'gateway/',
  '@fastify/swagger': 'gateway/',
  jose: 'protocol/trust/',
  pino: 'engines/telemetry/',
  'prom-client': 'engines/telemetry/',
  '@opentelemetry/api': 'engines/telemetry/',
  '@opentelemetry/exporter-trace-otlp-proto': 'engines/telemetry/',
  '@opentelemetry/resources': 'engines/telemetry/',
  '@opentelemetry/sdk-trace': 'engines/telemetry/',
  saxes: 'connectors/document/',
  commander: 'cli/'
}

describe('architecture', () => {
  for (const [room, allowed] of Object.entries(mayImport)) {
    test(`${room}/ holds the parts it is known to hold`, () => {
      const found = readdirSync(join(repository, room), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort()
      assert.deepEqual(
        found,
        [...(parts[room] ?? [])].sort(),
        'name the new part here, and write an ADR if the design lacks it'
      )
    })

    for (const path of globSync(`${room}/**/*.ts`, { cwd: repository, exclude: ['**/*.test.ts'] })) {
      const text = readFileSync(join(repository, path), 'utf8')

      test(`${path} keeps to its room`, () => {
        for (const [, target = ''] of text.matchAll(/ from '([^']+)'/g)) {
          if (target.startsWith('.')) {
            const inside = cell(path).startsWith(cell(join(dirname(path), target)))
            assert.ok(inside, `${target} is outside: import it by #room`)
          } else if (target.startsWith('#')) {
            const granted = allowed.some((grant) => matchesGlob(target.slice(1), `${grant}{,/**}`))
            assert.ok(granted, `${room}/ may not import ${target}`)
          } else {
            const isKnownHere = path.startsWith(onlyIn[target] ?? '') || path.startsWith(baselines)
            assert.ok(isKnownHere, `${target} belongs in ${onlyIn[target]}`)
          }
        }
      })

      test(`${path} follows the house rules`, () => {
        const readsEnvironment = room !== 'cli' && room !== 'bench' && text.includes('process.env')
        assert.ok(!readsEnvironment, 'read the environment in cli/, pass it on')
        assert.doesNotMatch(text, /throw new Error\(/, 'throw a BusError with a code from the catalogue')
        assert.doesNotMatch(text, /^export \* from/m, 'name what is exported')
        const isTable = path === 'protocol/errors/faults.ts' || path.includes('/generated/')
        assert.ok(
          isTable || text.split('\n').length <= 301,
          'a file of more than 300 lines has grown two subjects'
        )
      })
    }
  }
})

/** The part of the tree a file may reach by relative path: its room, and for a connector its own folder. */
function cell(path: string): string {
  const [room = '', folder = '', ...rest] = path.split('/')
  return room === 'connectors' && rest.length > 0 ? `${room}/${folder}/` : `${room}/`
}
