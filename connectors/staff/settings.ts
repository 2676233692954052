import Type, { type Static } from 'typebox'
import { fields } from './map/columns.ts'
import { statusNames } from './map/statuses.ts'

const closed = { additionalProperties: false }
const name = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, description }))

const agencyCode = Type.String({
  pattern: '^[0-9]{3}\\.[0-9]{2}\\.[0-9]{2}\\.[A-Z][0-9]{2}$',
  title: 'a code of an agency, such as 000.00.91.H03'
})

const Columns = Type.Object(
  Object.fromEntries(fields.map(({ field, meaning }) => [field, name(`Column with ${meaning}.`)])),
  {
    ...closed,
    default: {},
    description:
      'Names of columns, where the usual Vietnamese and English ones do not fit. Others are not read.'
  }
)

export const encodings = [
  ...['auto', 'utf-8', 'utf-16le', 'utf-16be'],
  ...['windows-1258', 'tcvn3', 'viscii', 'vni']
] as const
export type Encoding = (typeof encodings)[number]

const Csv = Type.Object(
  {
    folder: Type.String({
      minLength: 1,
      description: 'Folder with `in` for the lists; the bus adds `accepted` and `refused`.'
    }),
    columns: Columns,
    encoding: Type.Enum(encodings, {
      default: 'auto',
      description: 'Encoding of the lists, if it cannot be told from their bytes.'
    }),
    delimiter: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 3,
        description: 'Separator of fields. Default: what the header shows.'
      })
    ),
    badRows: Type.Enum(['hold-list', 'hold-rows'], {
      default: 'hold-list',
      description:
        'What is held if rows cannot be used: the whole list, or these rows alone. Of more than 100 or half of all, always the list.'
    }),
    quietSeconds: Type.Integer({
      default: 30,
      minimum: 1,
      maximum: 3600,
      description: 'A list that has not changed for so long is taken to be whole.'
    }),
    keepDays: Type.Integer({
      default: 90,
      minimum: 1,
      maximum: 3650,
      description: 'How long lists are kept in `accepted` and `refused`.'
    }),
    maxBytes: Type.Integer({
      default: 33_554_432,
      minimum: 1024,
      maximum: 134_217_728,
      description: 'Largest list.'
    }),
    maxRows: Type.Integer({
      default: 100_000,
      minimum: 1,
      maximum: 500_000,
      description: 'Most people in a list.'
    })
  },
  { ...closed, description: 'Read complete lists of the staff from CSV files.' }
)

const Postgres = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 253, description: 'Name or address of the server.' }),
    port: Type.Integer({ default: 5432, minimum: 1, maximum: 65_535, description: 'Its port.' }),
    database: Type.String({ minLength: 1, maxLength: 63, description: 'Database of the staff system.' }),
    user: Type.String({
      minLength: 1,
      maxLength: 63,
      description: 'User of the bus, in the role `lienthong`.'
    }),
    password: Type.Optional(
      Type.String({
        minLength: 1,
        secret: true,
        description: 'Its password, best taken from the environment.'
      })
    ),
    passwordFile: Type.Optional(
      Type.String({ minLength: 1, description: 'File with the password, read at each connect.' })
    ),
    security: Type.Union([Type.Literal('tls'), Type.Literal('none')], {
      default: 'tls',
      description: '`tls`: the connection fails where the server has no TLS; `none`: only within one machine.'
    }),
    serverName: Type.Optional(
      Type.String({ minLength: 1, description: 'Name in the certificate of the server. Default: `host`.' })
    ),
    authoritiesFile: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'PEM file of the authorities that the certificate may be of.'
      })
    ),
    timeoutMs: Type.Integer({
      default: 10_000,
      minimum: 100,
      maximum: 55_000,
      description: 'Longest wait for an answer.'
    }),
    allowPrivateAddresses: Type.Boolean({
      default: false,
      description: 'Whether the server may be in a private network, this machine included.'
    })
  },
  {
    ...closed,
    description: 'Read changes from the PostgreSQL database of the staff system, prepared by `outbox.sql`.'
  }
)

export const StaffSettings = Type.Object(
  {
    csv: Type.Optional(Csv),
    postgres: Type.Optional(Postgres),
    units: Type.Record(Type.String(), agencyCode, {
      default: {},
      description:
        'Agency codes of units, by the name or code that the staff system has for them. Agency codes need no entry.'
    }),
    statuses: Type.Record(Type.String(), Type.Enum(statusNames), {
      default: {},
      description: 'Further words for statuses: `working`, `on-leave`, `retired`, `resigned` or `left`.'
    }),
    maxClosedShare: Type.Number({
      default: 0.1,
      minimum: 0,
      maximum: 1,
      description:
        'Share of the accounts that may be closed or locked (long leave) within a day; more is held for a person.'
    }),
    maxChangedShare: Type.Number({
      default: 0.3,
      minimum: 0,
      maximum: 1,
      description:
        'Share of the people whose name or unit may change within a day; more is held for a person.'
    }),
    alwaysClosed: Type.Integer({
      default: 3,
      minimum: 0,
      maximum: 1000,
      description: 'So many are never too many, whatever their share is, but for closing or locking all.'
    }),
    citizenNumbers: Type.Boolean({
      default: false,
      description:
        'Whether staff numbers may be citizen numbers (12 digits). They get on the bus with each event.'
    }),
    recipients: Type.Array(agencyCode, {
      default: [],
      description: 'Codes of the agencies that receive the events. Default: by agreement.'
    })
  },
  closed
)
export type StaffSettings = Static<typeof StaffSettings>
export type CsvSettings = NonNullable<StaffSettings['csv']>
export type PostgresSettings = NonNullable<StaffSettings['postgres']>
