import { matchesGlob } from 'node:path'
import { circlesOf } from './circles.ts'
import { aside, environmentFiles, parts, placesOf, type Row, rows, tables } from './rooms.ts'
import {
  codeOf,
  graphOf,
  type Import,
  importsOf,
  isAt,
  isFixture,
  isTest,
  packageOf,
  partOf,
  remembering,
  roomOf,
  type Sources
} from './sources.ts'

/** What is wrong with a file's imports, and what to do. */
export function importFaultsOf(path: string, text: string): readonly string[] {
  if (isTest(path)) return []
  const row = rows.find(({ files }) => matchesGlob(path, files))
  if (!row) return [`${path} is in no room of the table`]
  return importsOf(path, text).flatMap((one) => faultOf(path, one, row) ?? [])
}

function faultOf(path: string, { specifier, file }: Import, { mayImport, mayUse }: Row): string | undefined {
  if (file === undefined) {
    const library = packageOf(specifier)
    if (mayUse && !mayUse.includes(library)) return `${path} may not use ${specifier}`
    const places = placesOf(library)
    const isKnownHere = places === undefined || places.some((place) => matchesGlob(path, `${place}**`))
    return isKnownHere ? undefined : `${path}: ${specifier} belongs in ${places?.[0]}`
  }
  if (specifier.startsWith('#') === (roomOf(file) === roomOf(path))) {
    return `${path}: import ${file} ${specifier.startsWith('#') ? 'by its relative path' : 'by #room'}`
  }
  if (isFixture(file) && !isFixture(path) && !aside.includes(roomOf(path))) {
    return `${path} may not import ${file}: fixtures are for tests`
  }
  if (cellOf(file) === cellOf(path)) return undefined
  const isAllowed = mayImport.some((allowed) => matchesGlob(file, allowed))
  return isAllowed ? undefined : `${path} may not import ${file}`
}

/** The part of the tree whose files may import each other: a room, a folder of `connectors`, a shared format. */
function cellOf(path: string): string {
  const room = roomOf(path)
  if (path.startsWith('connectors/shared-formats/')) return path.split('/', 3).join('/')
  if (room === 'connectors') return partOf(path) ?? path
  return path.startsWith('cli/remote/') ? 'cli/remote' : room
}

interface Habit {
  readonly says: string
  /** Tokens that break it, one after another, as `isAt` reads them. */
  readonly against: readonly (readonly string[])[]
  readonly mayIn?: readonly string[]
  /** Within `mayIn`. */
  readonly butNotIn?: readonly string[]
}

const habits: readonly Habit[] = [
  {
    says: 'read the environment in runtime/environment.ts, and pass it on',
    against: [
      ['process', '.', 'env'],
      ['process', '?', '.', 'env'],
      ['process', '['],
      ['}', '=', 'process']
    ],
    mayIn: environmentFiles
  },
  {
    says: 'throw a BusError with a code from the catalogue',
    against: [
      ['new', 'Error', '('],
      ['throw', 'Error', '(']
    ]
  },
  { says: 'name what is exported', against: [['export', '*']] },
  {
    says: 'write to the terminal through runtime/output.ts, which shows what a stranger wrote',
    against: [
      ['process', '.', 'stdout'],
      ['process', '.', 'stderr'],
      ['console', '.']
    ],
    mayIn: [
      // It runs on a Node that cannot load that module.
      'cli/main.ts',
      'runtime/output.ts',
      'bench/'
    ]
  },
  {
    says: 'import modules by the names they have in the text',
    against: [['import', '(', '!']],
    mayIn: ['connectors/host/load-kind.ts', 'connectors/kit/load-kit.ts']
  },
  {
    says: 'import modules, do not require them',
    against: [['createRequire'], ['getBuiltinModule']],
    mayIn: ['engines/event-log/kafka/quiet-timers.ts', 'engines/event-log/kafka/topic-ids.ts']
  },
  {
    says: 'read instants by protocol/events/instant.ts: Date.parse takes texts that are none, some as another time',
    against: [['Date', '.', 'parse']],
    mayIn: [
      'protocol/events/instant.ts',
      'client/', // Dates of HTTP, and times of the bus whose receipt is verified.
      'connectors/', // Outsides write times in forms of their own.
      'bench/'
    ],
    butNotIn: ['connectors/host/', 'connectors/kit/'] // They read times of the bus and of settings only.
  }
]

/** What breaks the house rules in a file of the product. */
export const habitFaultsOf = remembering((path, text): readonly string[] => {
  if (isTest(path) || roomOf(path) === 'tests') return []
  const code = codeOf(text)
  return [
    ...habits
      .filter(({ mayIn = [], butNotIn = [] }) => !startsWithAny(path, mayIn) || startsWithAny(path, butNotIn))
      .filter(({ against }) => against.some((sequence) => code.some((_, at) => isAt(code, at, sequence))))
      .map(({ says }) => `${path}: ${says}`),
    ...(uncutList.test(text)
      ? [`${path}: an \`in\` list grows with the province: inChunks(list, (some) => … 'in', some …)`]
      : []),
    ...(text.split('\n').length > 301 && !startsWithAny(path, tables)
      ? [`${path}: a file of more than 300 lines has grown two subjects`]
      : [])
  ]
})

/** A list in a statement that is no piece of one; the types a reader asks for fit a URL, and a query is no list. */
const uncutList = /'[\w.]+',\s*'(?:not )?in',(?!\s*(?:some\b|\[\.\.\.types\]|(?:\w+\()?db\b))/

/** Parts that nobody named. */
export function partFaultsOf(sources: Sources): readonly string[] {
  const found = new Set([...sources.keys()].flatMap((path) => partOf(path) ?? []))
  return [...found]
    .map((part) => part.split('/') as [string, string])
    .filter(([room, part]) => room in parts && !parts[room]?.includes(part))
    .map(([room, part]) => `${room}/${part}: name the new part in tests/architecture/rooms.ts`)
}

/** Cycles of files, and of parts within a room. */
export function circleFaultsOf(sources: Sources): readonly string[] {
  const files = graphOf(sources)
  const betweenParts = new Map<string, string[]>()
  for (const [path, targets] of files) {
    const part = partOf(path)
    if (part === undefined || isTest(path) || roomOf(path) === 'tests') continue
    const others = targets.map(partOf).filter((other) => other !== undefined && other !== part) as string[]
    const inRoom = others.filter((other) => roomOf(other) === roomOf(part))
    betweenParts.set(part, [...(betweenParts.get(part) ?? []), ...inRoom])
  }
  return [
    ...circlesOf(files).map((circle) => `files in a circle: ${circle.join(', ')}`),
    ...circlesOf(betweenParts).map((circle) => `parts in a circle: ${circle.join(', ')}`)
  ]
}

/** Largest share of the product's lines that a room may have. */
const largestShare = 0.25

export interface RoomSize {
  readonly room: string
  readonly files: number
  readonly lines: number
  readonly share: number
}

/** What of `connectors` is no kind: a kind is a plug-in, which may live outside this repository. */
const hosting = ['connectors/host', 'connectors/kit', 'connectors/shared-formats']

/** The room that a file counts for. Each kind of connector counts by itself. */
function sizeGroupOf(path: string): string {
  const part = partOf(path)
  const isKind = roomOf(path) === 'connectors' && part !== undefined && !hosting.includes(part)
  return isKind ? part : roomOf(path)
}

/** How large each room of the product is, without tests and their fixtures. */
export function sizesOf(sources: Sources): readonly RoomSize[] {
  const product = [...sources].filter(
    ([path]) => !isTest(path) && !isFixture(path) && !aside.includes(roomOf(path))
  )
  const linesOf = (texts: readonly (readonly [string, string])[]): number =>
    texts.reduce((sum, [, text]) => sum + text.split('\n').length - 1, 0)
  const all = linesOf(product)
  return Object.entries(Object.groupBy(product, ([path]) => sizeGroupOf(path)))
    .map(([room, files = []]) => ({
      room,
      files: files.length,
      lines: linesOf(files),
      share: linesOf(files) / all
    }))
    .sort((a, b) => b.lines - a.lines)
}

export function sizeFaultsOf(sources: Sources): readonly string[] {
  return sizesOf(sources)
    .filter(({ share }) => share > largestShare)
    .map(({ room, share }) => `${room} holds ${Math.round(share * 100)} % of the lines: divide it`)
}

/** Everything that is wrong with the tree. */
export function allFaultsOf(sources: Sources): readonly string[] {
  return [
    ...[...sources].flatMap(([path, text]) => [...importFaultsOf(path, text), ...habitFaultsOf(path, text)]),
    ...partFaultsOf(sources),
    ...circleFaultsOf(sources),
    ...sizeFaultsOf(sources)
  ]
}

function startsWithAny(path: string, starts: readonly string[]): boolean {
  return starts.some((start) => path.startsWith(start))
}
