import { at, event, hash, recipient, sender, sha256, subject, system, traceId } from './examples.ts'

interface Known {
  readonly description: string
  readonly example: unknown
  /** What the operation itself checks, in words of its own. */
  readonly schema?: object
}

/** What parameters of one name mean and look like in most operations. */
const known: Readonly<Record<string, Known>> = {
  source: { description: 'The system that published the event.', example: system },
  id: { description: 'The id that the publishing system gave the event.', example: event.id },
  hash: { description: 'Hash of the event, as the answer to publishing has it.', example: hash },
  event: { description: 'Hash of the event.', example: hash },
  sha256: { description: 'SHA-256 of the bytes, lower-case hex.', example: sha256 },
  after: { description: 'The `next` of the page before; without it the first page.', example: '1' },
  limit: { description: 'Maximum number of items.', example: '100' },
  from: { description: 'At or after this time, RFC 3339.', example: at, schema: { format: 'date-time' } },
  to: { description: 'Before this time, RFC 3339.', example: at, schema: { format: 'date-time' } },
  type: { description: 'An event type.', example: event.type },
  waitSeconds: { description: 'How long to wait for a first entry.', example: '0' },
  q: { description: 'Words to look for.', example: 'ho so' },
  subject: { description: 'What the event is about.', example: subject },
  number: { description: 'Number of a document.', example: '15/SMA-VP' },
  dossier: { description: 'Code of a dossier.', example: subject },
  citizen: { description: "A citizen's code.", example: '001090000000' },
  agency: { description: 'Code of an agency.', example: sender },
  code: { description: 'Code of an agency.', example: sender },
  state: { description: 'Only those in this state.', example: 'open' },
  flow: { description: 'The flow: the correlationid of its events, or their subject.', example: subject },
  connector: { description: 'Name of a connector instance.', example: 'documents' },
  name: { description: 'Name of the connector instance.', example: 'documents' },
  item: { description: 'Number of the quarantined item.', example: '1' },
  traceId: { description: 'The `traceId` of a problem.', example: traceId },
  who: { description: 'The system, agency or person that did it.', example: system },
  act: { description: 'Kind of the act.', example: 'key.added' },
  resource: { description: 'What it is about.', example: system },
  notReadSince: {
    description: 'Only agencies that have read nothing since, RFC 3339.',
    example: at,
    schema: { format: 'date-time' }
  },
  recipient: { description: 'Code of the receiving agency.', example: recipient },
  sender: { description: 'Code of the sending agency.', example: sender },
  system: { description: 'Name of the system within its agency.', example: 'qlvb' },
  kid: { description: 'Id of the key.', example: 'bus-2026' },
  agreement: { description: 'Id of the agreement.', example: 'a-b-dossiers' },
  'last-event-id': { description: 'Number of the last event that was received.', example: '0' },
  return: { description: 'The page of the console to go on at.', example: '/console/' },
  stepUp: { description: 'Log in strongly enough for changes.', example: '1' }
}

/** The same for operations in which a name means something else. */
const special: Readonly<Record<string, Readonly<Record<string, Known>>>> = {
  '/v1/deliveries': { state: { description: 'Only those in this state.', example: 'waiting' } },
  '/v1/acts': { after: { description: 'The `next` of the page before.', example: '10.0' } },
  '/v1/activity': { after: { description: 'The `next` of the page before.', example: '000000000000001.x' } },
  '/registry': {
    subject: {
      description: 'Name of the subject, percent-encoded.',
      example: 'lienthong.dossier-lienthong.dossier.DossierReceivedV1'
    },
    version: {
      description: 'Number of the version, `latest` or `-1`.',
      example: 'latest',
      schema: { pattern: '^(?:latest|-1|[1-9][0-9]{0,8})$' }
    },
    id: { description: 'Id of the schema.', example: '1' },
    guid: { description: 'GUID of the schema.', example: 'b5e9c1d2-3f4a-5b6c-8d7e-9f0a1b2c3d4e' }
  }
}

/** Undefined for a parameter whose name is not known. */
export function knownParameter(path: string, name: string): Known | undefined {
  const place = Object.keys(special).find((one) => path === one || path.startsWith(`${one}/`))
  return special[place ?? '']?.[name] ?? known[name]
}
