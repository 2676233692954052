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
  {
    rule: 'the environment is read in one place',
    path: 'bus/policy/x.ts',
    text: 'export const x = process.env.X\n',
    says: /read the environment in runtime\/environment\.ts/
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
