/** A violation of each rule: a file to add or change, and what the rules must report. */
export interface Seeded {
  readonly rule: string
  readonly path: string
  readonly text: string
  readonly says: RegExp
}

const importing = (target: string): string => `import type { X } from '${target}'\n`

export const seeded: readonly Seeded[] = [
  {
    rule: 'schemas import nothing',
    path: 'schemas/generated/x.ts',
    text: importing('#protocol/events/event.ts'),
    says: /schemas\/generated\/x\.ts may not import protocol/
  },
  {
    rule: 'the protocol knows no port',
    path: 'protocol/events/x.ts',
    text: importing('#engines/store/store.ts'),
    says: /may not import engines\/store\/store\.ts/
  },
  {
    rule: 'engines know nothing above the protocol',
    path: 'engines/store/x.ts',
    text: importing('#bus/archive/archive.ts'),
    says: /may not import bus/
  },
  {
    rule: 'the bus knows ports, not engines',
    path: 'bus/archive/x.ts',
    text: importing('#engines/store/sqlite/sqlite-store.ts'),
    says: /may not import engines\/store\/sqlite/
  },
  {
    rule: 'consumers know no connector',
    path: 'consumers/inbox/x.ts',
    text: importing('#connectors/host/deliveries.ts'),
    says: /may not import connectors\/host/
  },
  {
    rule: "the connectors' port knows the protocol alone",
    path: 'connectors/connector.ts',
    text: importing('#bus/publishing/publish.ts'),
    says: /connectors\/connector\.ts may not import bus/
  },
  {
    rule: 'the host reads inboxes by read.ts alone',
    path: 'connectors/host/x.ts',
    text: importing('#consumers/inbox/apply.ts'),
    says: /may not import consumers\/inbox\/apply\.ts/
  },
  {
    rule: 'fixtures are for tests',
    path: 'connectors/document/x.ts',
    text: importing('./fixtures/fixtures.ts'),
    says: /fixtures are for tests/
  },
  {
    rule: 'a kind of connector does not know the host',
    path: 'connectors/sms/index.ts',
    text: importing('../host/deliveries.ts'),
    says: /connectors\/sms\/index\.ts may not import connectors\/host/
  },
  {
    rule: 'a kind of connector does not know another',
    path: 'connectors/sms/index.ts',
    text: importing('../document/index.ts'),
    says: /may not import connectors\/document/
  },
  {
    rule: 'a kind of connector does not know the bus',
    path: 'connectors/sms/index.ts',
    text: importing('#bus/publishing/publish.ts'),
    says: /may not import bus/
  },
  {
    rule: 'a shared format knows no kind',
    path: 'connectors/shared-formats/xml/x.ts',
    text: importing('../../document/index.ts'),
    says: /may not import connectors\/document/
  },
  {
    rule: 'the kit does not know the host',
    path: 'connectors/kit/x.ts',
    text: importing('../host/deliveries.ts'),
    says: /may not import connectors\/host/
  },
  {
    rule: 'the gateway reads a view by its read.ts alone',
    path: 'gateway/x.ts',
    text: importing('#consumers/inbox/apply.ts'),
    says: /may not import consumers\/inbox\/apply\.ts/
  },
  {
    rule: 'the gateway knows of the host what it lends alone',
    path: 'gateway/x.ts',
    text: importing('#connectors/host/deliveries.ts'),
    says: /may not import connectors\/host/
  },
  {
    rule: 'the client knows the protocol alone',
    path: 'client/x.ts',
    text: importing('#bus/policy/visibility.ts'),
    says: /may not import bus/
  },
  {
    rule: 'the demo knows the client alone',
    path: 'deploy/demo/x.ts',
    text: importing('#protocol/events/event.ts'),
    says: /may not import protocol/
  },
  {
    rule: 'the runtime knows no operation',
    path: 'runtime/x.ts',
    text: importing('#operations/backup/backup.ts'),
    says: /may not import operations/
  },
  {
    rule: 'an operation knows no command',
    path: 'operations/backup/x.ts',
    text: importing('#cli/main.ts'),
    says: /may not import cli/
  },
  {
    rule: 'a remote tool speaks through the client alone',
    path: 'cli/remote/x.ts',
    text: importing('#runtime/core.ts'),
    says: /may not import runtime/
  },
  {
    rule: 'within a room imports are relative',
    path: 'bus/policy/x.ts',
    text: importing('#bus/archive/archive.ts'),
    says: /import bus\/archive\/archive\.ts by its relative path/
  },
  {
    rule: 'across rooms imports go by #room',
    path: 'bus/policy/x.ts',
    text: importing('../../protocol/events/event.ts'),
    says: /import protocol\/events\/event\.ts by #room/
  },
  {
    rule: 'a library stays where it belongs',
    path: 'gateway/x.ts',
    text: importing('kafkajs'),
    says: /kafkajs belongs in engines\/event-log\/kafka/
  },
  {
    rule: 'every file is in a room',
    path: 'utils/x.ts',
    text: '',
    says: /utils\/x\.ts is in no room/
  },
  {
    rule: 'a new part is named',
    path: 'bus/workflows/x.ts',
    text: '',
    says: /bus\/workflows: name the new part/
  },
  {
    rule: 'parts of a room make no circle',
    path: 'bus/leases/x.ts',
    text: importing('../recipients/x.ts'),
    says: /parts in a circle: bus\/leases, bus\/recipients/
  },
  {
    rule: 'files make no circle, types included',
    path: 'bus/archive/archived-event.ts',
    text: importing('./archive.ts'),
    says: /files in a circle: .*bus\/archive\/archive\.ts/
  },
  ...['bus/policy/x.ts', 'connectors/host/x.ts'].map((path) => ({
    rule: `instants are read by one function, in ${path}`,
    path,
    text: 'export const x = Date.parse(y)\n',
    says: /read instants by protocol/
  })),
  {
    rule: 'the environment is read in one place',
    path: 'bus/policy/x.ts',
    text: 'export const x = process.env.X\n',
    says: /read the environment in runtime\/environment\.ts/
  },
  ...[
    "import { env } from 'node:process'\n",
    "import { env } from 'process'\n",
    "import process from 'node:process'\n"
  ].map((text, index) => ({
    rule: `the environment is not imported, ${index}`,
    path: 'bus/policy/x.ts',
    text,
    says: /process belongs in runtime\/environment\.ts/
  })),
  ...['const { env } = process\n', "const env = process['env']\n", 'const env = process?.env\n'].map(
    (text) => ({
      rule: `the environment is not read by ${text.trim()}`,
      path: 'bus/policy/x.ts',
      text,
      says: /read the environment in runtime\/environment\.ts/
    })
  ),
  ...["reject(new Error('x'))\n", "throw Error('x')\n"].map((text) => ({
    rule: `errors are of the catalogue in ${text.trim()}`,
    path: 'bus/policy/x.ts',
    text,
    says: /throw a BusError/
  })),
  ...[
    "new Worker(new URL('../../gateway/x.worker.ts', import.meta.url))\n",
    "await import('#gateway/gateway.ts')\n",
    'await import(`#gateway/gateway.ts`)\n',
    "await import(/* here */ '#gateway/gateway.ts')\n",
    'import gateway from "#gateway/gateway.ts"\n',
    "const { gateway } = createRequire(import.meta.url)('#gateway/gateway.ts')\n"
  ].map((text) => ({
    rule: `an import is seen in ${text.trim()}`,
    path: 'bus/policy/x.ts',
    text,
    says: /x\.ts(: import gateway\/x\.worker\.ts by #room| may not import gateway\/gateway\.ts)/
  })),
  {
    rule: 'what is imported is named in the text',
    path: 'bus/policy/x.ts',
    text: 'await import(name)\n',
    says: /import modules by the names/
  },
  {
    rule: 'modules are not required',
    path: 'bus/policy/x.ts',
    text: "const require = createRequire(import.meta.url)\nrequire('kafkajs')\n",
    says: /do not require/
  },
  ...['kafkajs/src/network/requestQueue', 'ajv/dist/2020.js', '@aws-sdk/client-s3/dist-es/x.js'].map(
    (library) => ({
      rule: `a library stays where it belongs by its subpath ${library}`,
      path: 'gateway/x.ts',
      text: importing(library),
      says: /belongs in/
    })
  ),
  ...['fs', 'fs/promises', 'net', 'http', 'child_process', 'worker_threads', 'timers/promises'].map(
    (name) => ({
      rule: `the protocol does without node:${name}`,
      path: 'protocol/events/x.ts',
      text: importing(`node:${name}`),
      says: /protocol\/events\/x\.ts may not use node:/
    })
  ),
  {
    rule: 'schemas use no library',
    path: 'schemas/generated/x.ts',
    text: importing('avsc'),
    says: /may not use avsc/
  },
  {
    rule: 'a shared format does not know another',
    path: 'connectors/shared-formats/xml/x.ts',
    text: importing('../csv/x.ts'),
    says: /may not import connectors\/shared-formats\/csv/
  },
  {
    rule: 'libraries of XML are for kinds of connectors',
    path: 'gateway/x.ts',
    text: importing('libxml2-wasm'),
    says: /belongs in connectors/
  },
  {
    rule: 'errors are of the catalogue',
    path: 'bus/policy/x.ts',
    text: "throw new Error('x')\n",
    says: /throw a BusError/
  },
  {
    rule: 'nothing writes to a terminal by itself',
    path: 'cli/commands/x.ts',
    text: 'process.stderr.write(error.message)\n',
    says: /through runtime\/output\.ts/
  },
  {
    rule: 'lists in statements are cut',
    path: 'bus/policy/x.ts',
    text: "db.selectFrom('a').where('b', 'in', [...agencies])\n",
    says: /grows with the province/
  },
  {
    rule: 'exports are named',
    path: 'bus/policy/x.ts',
    text: "export * from './y.ts'\n",
    says: /name what is exported/
  },
  {
    rule: 'exports are named also under a name of their own',
    path: 'bus/policy/x.ts',
    text: "export * as y from './y.ts'\n",
    says: /name what is exported/
  },
  {
    rule: 'a file holds one subject',
    path: 'bus/policy/x.ts',
    text: '\n'.repeat(301),
    says: /more than 300 lines/
  },
  {
    rule: 'no room outgrows the house',
    path: 'bus/policy/x.ts',
    text: '\n'.repeat(30_000),
    says: /bus holds \d+ % of the lines/
  }
]

/** Second files that some violations need to form a cycle. */
export const beside: Readonly<Record<string, string>> = {
  'bus/recipients/x.ts': importing('../leases/leases.ts')
}
