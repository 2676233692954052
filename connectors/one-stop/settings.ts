import Type, { type Static, type TProperties } from 'typebox'
import { dossierCodePattern } from '../shared-formats/dossiers/dossier-code.ts'

const closed = { additionalProperties: false }
const group = <T extends TProperties>(properties: T, description: string) =>
  Type.Object(properties, { ...closed, default: {}, description })

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const Hours = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d-([01]\\d|2[0-3]):[0-5]\\d$' })
const Code = Type.String({ minLength: 1, maxLength: 100 })
const Path = (path: string, description: string) =>
  Type.String({ default: path, pattern: '^/[^?#\\s]*$', maxLength: 500, description })
const Name = (name: string, description: string) =>
  Type.String({ default: name, pattern: '^\\w{1,64}$', description })

const Client = Type.Object(
  {
    baseUrl: Type.String({ format: 'uri', description: 'Address of the system; paths are appended to it.' }),
    loginPath: Path('/login', 'Path of the login.'),
    syncPath: Path('/sync', 'Path of the services that write: DongBoHoSoMC, CapNhatTienDoHoSoMC.'),
    sharePath: Path('/share', 'Path of the services that read: TraCuuHoSo, LayThuTuc, LayDanhSachTTHC.'),
    user: Type.String({ minLength: 1, description: 'User of the login.' }),
    password: Type.String({
      minLength: 1,
      secret: true,
      description: 'Its password, best taken from the environment.'
    }),
    unitCode: Type.Optional(
      Type.String({ description: 'Sent as `madonvi` with each request. Default: the code of the agency.' })
    ),
    headers: Type.Record(
      Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$' }),
      Type.String({ pattern: '^[\\x20-\\x7e]*$' }),
      { default: {}, description: 'Further headers, such as `dstcode` of an adapter.' }
    ),
    poll: Type.Union([Type.Literal('no'), Type.Literal('time'), Type.Literal('position')], {
      default: 'time',
      description:
        'Whether dossiers are asked for with TraCuuHoSo: those changed since a time, page by page; or those after the position that the answer before gave.'
    }),
    pageSize: Type.Integer({ default: 100, minimum: 1, maximum: 1000, description: 'Records of a page.' }),
    overlapSeconds: Type.Integer({
      default: 300,
      minimum: 0,
      maximum: 86_400,
      description: 'For `time`: how far before the start of the last round the next one begins.'
    }),
    sinceName: Name('tungay', 'Parameter of TraCuuHoSo with the time, `yyyyMMddHHmmss`.'),
    pageName: Name('trang', 'Parameter with the number of the page, from 1.'),
    pageSizeName: Name('sodong', 'Parameter with `pageSize`.'),
    positionName: Name(
      'vitri',
      'For `position`: the parameter with the position, and the member of the answer.'
    ),
    progressIsRepeatable: Type.Boolean({
      default: false,
      description:
        'Whether the system stores a progress record once, however often it is sent. If not, and TraCuuHoSo lists no progress, a delivery that was cut off is in doubt.'
    }),
    errorCodes: group(
      {
        session: Type.Array(Code, {
          default: ['401'],
          description: 'error_code of a session that is not known any more: the connector logs in again.'
        }),
        refused: Type.Array(Code, {
          default: ['400', '403', '404', '413', '422'],
          description: 'error_code of a record that will never be taken. Others are tried again.'
        })
      },
      'What values of error_code mean, apart from 0.'
    ),
    catalogue: Type.Optional(
      Type.Object(
        {
          everyHours: Type.Integer({
            default: 24,
            minimum: 1,
            maximum: 720,
            description: 'How often the catalogue is compared.'
          }),
          details: Type.Boolean({
            default: true,
            description: 'Whether new and changed entries are asked for with LayThuTuc.'
          }),
          largestWithdrawalPercent: Type.Integer({
            default: 20,
            minimum: 1,
            maximum: 100,
            description:
              'If more of the known procedures are missing in an answer, nothing is withdrawn, and the poll fails: the answer may be incomplete.'
          })
        },
        { ...closed, description: 'Publish the catalogue of services by difference.' }
      )
    )
  },
  { ...closed, description: 'A system that is called.' }
)

const Server = Type.Object(
  {
    user: Type.String({ minLength: 1, description: 'User that the system logs in with.' }),
    password: Type.String({
      minLength: 8,
      secret: true,
      description:
        'Its password, best taken from the environment. Sessions are signed with a key made from it.'
    }),
    sessionMinutes: Type.Integer({
      default: 60,
      minimum: 1,
      maximum: 1440,
      description: 'How long a session lasts.'
    }),
    pageSize: Type.Integer({
      default: 100,
      minimum: 1,
      maximum: 500,
      description: 'Most records of an answer to TraCuuHoSo.'
    }),
    maxBodyBytes: Type.Integer({
      default: 8_388_608,
      minimum: 1024,
      maximum: 16_777_216,
      description: 'Largest request.'
    })
  },
  { ...closed, description: 'A system that calls the bus.' }
)

const Files = group(
  {
    fetch: Type.Boolean({ default: true, description: 'Whether files behind links become attachments.' }),
    maxBytes: Type.Integer({
      default: 20_971_520,
      minimum: 1024,
      maximum: 104_857_600,
      description: 'Largest file.'
    }),
    maxTotalBytes: Type.Integer({
      default: 104_857_600,
      minimum: 1024,
      maximum: 1_073_741_824,
      description: 'Most bytes of the files of a record.'
    }),
    publicUrl: Type.Optional(
      Type.String({
        format: 'uri',
        pattern: '^https?://[^?#\\s]+$',
        maxLength: 500,
        description:
          'Address at which the system reaches this instance on the bus: `…/v1/connectors/<name>/receive`, or its `receivePath`. With it, files of events that have no link are given links below it.'
      })
    ),
    linkHours: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 720,
        description:
          'How long these links lead to their file. Default: 24 for `server`, which asks again for new ones; 720 for `client`, which is sent a record once.'
      })
    ),
    timeoutMs: Type.Integer({
      default: 5000,
      minimum: 100,
      maximum: 20_000,
      description: 'Longest time for a file, and for all files of a request to the bus.'
    }),
    types: Type.Array(Type.String(), {
      default: [
        'application/pdf',
        'image/jpeg',
        'image/png',
        'application/zip',
        'application/msword',
        'application/vnd.ms-excel',
        'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
      ],
      description: 'Media types that are taken, as the bytes show them.'
    }),
    allowPlainHttp: Type.Boolean({ default: false, description: 'Allow links without TLS.' }),
    allowPrivateAddresses: Type.Boolean({
      default: false,
      description:
        'Allow links into private networks, this machine included. Reserved addresses are never called.'
    })
  },
  'Files behind links to papers and results.'
)

const Clock = group(
  {
    holidays: Type.Array(Day, { default: [], description: 'Public holidays on weekdays, `YYYY-MM-DD`.' }),
    makeUpDays: Type.Array(Day, {
      default: [],
      description: 'Weekend days that are worked in exchange for a day off, `YYYY-MM-DD`.'
    }),
    hours: Type.Array(Hours, {
      default: ['07:30-11:30', '13:30-17:00'],
      minItems: 1,
      description: 'Working hours, in Vietnam’s time, in order.'
    }),
    maxSupplements: Type.Integer({
      default: 1,
      minimum: 0,
      maximum: 100,
      description: 'A dossier with more supplement rounds is not on time.'
    })
  },
  'How deadlines are judged.'
)

export const OneStopSettings = Type.Object(
  {
    client: Type.Optional(Client),
    server: Type.Optional(Server),
    units: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'Codes before the date of a dossier code that count as those of the agency, beside its own code. Others are taken only for dossiers that the agency was given.'
    }),
    codePattern: Type.String({
      default: dossierCodePattern,
      maxLength: 500,
      description: 'Regular expression of dossier codes.'
    }),
    rootName: Name(
      'MaHoSoGoc',
      'Member of a record with the code of the dossier that it is linked under; all of them are one flow.'
    ),
    codeTables: Type.Record(Type.String(), Type.Record(Code, Code), {
      default: {},
      description:
        'For fields of the dialect whose codes differ from those on the bus: `{ LoaiDoiTuong: { "0": "1", "1": "2", "2": "3" } }`, the code outside first. A field with a table takes no other codes.'
    }),
    maxEntries: Type.Integer({
      default: 1000,
      minimum: 1,
      maximum: 9000,
      description: 'Most papers, fees and other entries of a record.'
    }),
    alsoPublish: Type.Array(
      Type.Union([Type.Literal('dossier.completed.v1'), Type.Literal('dossier.supplement-requested.v1')]),
      {
        default: ['dossier.completed.v1', 'dossier.supplement-requested.v1'],
        description:
          'What is published in addition to the record when a dossier is finished, and when a supplement is asked for.'
      }
    ),
    files: Files,
    clock: Clock
  },
  closed
)

export type OneStopSettings = Static<typeof OneStopSettings>
export type ClientSettings = Static<typeof Client>
export type ServerSettings = Static<typeof Server>
export type FileSettings = Static<typeof Files>
export type ClockSettings = Static<typeof Clock>
