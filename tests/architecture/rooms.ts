/** The files directly in a port's folder: code above may import a port, never an engine behind it. */
const ports = 'engines/*/*.ts'

export interface Row {
  /** The files that the row applies to. The first row that matches a file applies. */
  readonly files: string
  /** What they may import in addition to their own cell. */
  readonly mayImport: readonly string[]
  /** Which libraries and modules of Node they may use; by default all that `libraries` lets them. */
  readonly mayUse?: readonly string[]
}

/** What computes alone: no files, no network, no threads. */
const pure = ['node:buffer', 'node:crypto']

/** Who may import whom (`HOUSE.md`). Widening a row is an architecture decision: write an ADR. */
export const rows: readonly Row[] = [
  { files: 'schemas/**', mayImport: [], mayUse: [] },
  { files: 'protocol/timing/**', mayImport: [], mayUse: [] },
  { files: 'protocol/bytes/**', mayImport: [], mayUse: ['node:crypto', '@noble/hashes', 'jose'] },
  { files: 'protocol/**', mayImport: ['schemas/**'], mayUse: [...pure, 'ajv', 'avsc', 'jose', 'typebox'] },
  { files: 'engines/**', mayImport: ['protocol/**', 'schemas/**'] },
  { files: 'bus/**', mayImport: ['protocol/**', 'schemas/**', ports] },
  { files: 'consumers/**', mayImport: ['protocol/**', 'schemas/**', ports, 'bus/**'] },
  { files: 'connectors/connector.ts', mayImport: ['protocol/**'], mayUse: ['typebox', 'node:stream'] },
  {
    files: 'connectors/host/**',
    mayImport: [
      'protocol/**',
      'schemas/**',
      ports,
      'bus/**',
      'consumers/inbox/read.ts',
      'connectors/connector.ts',
      'connectors/shared-formats/http/**'
    ]
  },
  {
    files: 'connectors/kit/**',
    mayImport: ['protocol/**', 'schemas/**', 'client/**', 'connectors/connector.ts']
  },
  { files: 'connectors/shared-formats/*/**', mayImport: ['protocol/**'] },
  {
    files: 'connectors/*/fixtures/**',
    mayImport: [
      'protocol/**',
      'schemas/**',
      'connectors/connector.ts',
      'connectors/shared-formats/**',
      'connectors/kit/*.ts',
      'deploy/{outsides,servers}/**',
      'tests/helpers/**'
    ]
  },
  {
    files: 'connectors/*/**',
    mayImport: ['protocol/**', 'schemas/**', 'connectors/connector.ts', 'connectors/shared-formats/**']
  },
  {
    files: 'gateway/**',
    mayImport: [
      'protocol/**',
      'schemas/**',
      ports,
      'bus/**',
      'consumers/*/read.ts',
      'connectors/host/{read,acts,receive}.ts'
    ]
  },
  { files: 'client/**', mayImport: ['protocol/**'] },
  { files: 'deploy/outsides/**', mayImport: [] },
  { files: 'deploy/**', mayImport: ['client/**'] },
  {
    files: 'runtime/**',
    mayImport: ['{schemas,protocol,engines,bus,consumers,connectors,gateway,client,deploy}/**']
  },
  {
    files: 'operations/**',
    mayImport: ['{schemas,protocol,engines,bus,consumers,connectors,gateway,client,deploy,runtime}/**']
  },
  { files: 'cli/remote/**', mayImport: ['protocol/**', 'client/**'] },
  { files: 'cli/**', mayImport: ['**'] },
  { files: 'tests/**', mayImport: ['**'] },
  { files: 'bench/**', mayImport: ['**'] }
]

/**
 * The parts of each room. A new part is added here, so that none is created by accident; a kind of
 * connector needs no entry.
 */
export const parts: Readonly<Record<string, readonly string[]>> = {
  schemas: ['account', 'article', 'document', 'dossier', 'generated', 'notification', 'procedure'],
  protocol: ['avro', 'bytes', 'errors', 'events', 'timing', 'trust'],
  engines: ['blobs', 'event-log', 'signals', 'store', 'telemetry'],
  bus: [
    'alerts',
    'archive',
    'archive-log',
    'attachments',
    'control',
    'fair-use',
    'leases',
    'policy',
    'publishing',
    'recipients',
    'registry'
  ],
  consumers: ['activity', 'acts', 'flows', 'inbox', 'live', 'projector'],
  gateway: ['api-document', 'console', 'limits', 'plugins', 'refusals', 'registry', 'routes', 'sessions'],
  client: [],
  deploy: ['demo', 'outsides', 'package', 'servers'],
  runtime: [],
  operations: ['backup', 'doctor', 'migrate', 'topics'],
  cli: ['commands', 'completion', 'generate', 'help', 'remote'],
  bench: ['compare', 'crowd', 'fairness', 'flows', 'live', 'mailbox']
}

/** Libraries that may be imported only in some places. `bench` may import what it compares with. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  '@aws-sdk/client-s3': ['engines/blobs/s3/'],
  kafkajs: ['engines/event-log/kafka/'],
  kysely: ['engines/store/', 'operations/migrate/', 'bench/flows/'],
  pg: ['engines/store/postgres/', 'connectors/staff/'],
  ajv: ['protocol/events/'],
  avsc: ['protocol/avro/'],
  fastify: ['gateway/', 'cli/remote/'],
  '@fastify/swagger': ['gateway/'],
  jose: ['protocol/trust/', 'protocol/bytes/'],
  '@noble/hashes': ['protocol/bytes/'],
  'openid-client': ['gateway/sessions/'],
  pino: ['engines/telemetry/'],
  'prom-client': ['engines/telemetry/'],
  '@opentelemetry/api': ['engines/telemetry/'],
  '@opentelemetry/exporter-trace-otlp-proto': ['engines/telemetry/'],
  '@opentelemetry/resources': ['engines/telemetry/'],
  '@opentelemetry/sdk-trace': ['engines/telemetry/'],
  chardet: ['connectors/*/'],
  entities: ['connectors/*/'],
  htmlparser2: ['connectors/*/'],
  'iconv-lite': ['connectors/*/', 'deploy/outsides/'],
  'sanitize-html': ['connectors/*/'],
  saxes: ['connectors/*/'],
  'xml-crypto': ['connectors/*/'],
  'libxml2-wasm': ['connectors/*/'],
  'node:process': ['runtime/environment.ts'],
  process: ['runtime/environment.ts'],
  commander: ['cli/']
}

const alwaysAllowed = ['tests/', 'bench/compare/baselines/']

/** Where a library may be imported; undefined if anywhere. */
export function placesOf(library: string): readonly string[] | undefined {
  const places = libraries[library]
  return places && [...places, ...alwaysAllowed]
}

/** The one file that reads the environment; `tests` and `bench` may too. */
export const environmentFiles = ['runtime/environment.ts', 'tests/', 'bench/']

/** Files that are tables and may be long. */
export const tables = ['protocol/errors/catalogue.ts', 'protocol/errors/faults.ts', 'schemas/generated/']

/** Rooms that are not the product; they have no size limit. */
export const aside = ['tests', 'bench']
