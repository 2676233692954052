import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStaffSystem, type StaffSystem } from '#connectors/staff/fixtures/staff-system.ts'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { senderCode } from '#tests/faults/province.ts'
import { missingServers } from '#tests/helpers/servers/needs.ts'
import { startPostgres } from '#tests/helpers/servers/postgres.ts'
import { type MeasureOptions, reported } from '../measure.ts'
import type { Measured } from '../results.ts'
import { compare, interleaved, type Sides } from '../rounds.ts'
import { type KindScene, openKindScene } from './kind-scene.ts'

const keys = ['staff-csv-in', 'staff-postgres-in'] as const
/** People who join in a round, per second of its duration. */
const perSecond = 2000
const header = 'Mã cán bộ,Họ và tên,Đơn vị,Chức vụ'

/** How fast people of a staff system become events: from complete lists, and from PostgreSQL. */
export async function staffRows(options: MeasureOptions): Promise<readonly Measured[]> {
  const { rows, rounds, seconds, tell } = options
  const missing = missingServers('postgresql')
  const wanted = keys.filter((key) => rows.includes(key) && missing === undefined)
  if (missing !== undefined && keys.some((key) => rows.includes(key))) tell(`not run: staff (${missing})`)
  if (wanted.length === 0) return []
  const cleanups = collectCleanups()
  try {
    const folder = await mkdtemp(join(tmpdir(), 'lienthong-bench-'))
    cleanups.after(() => rm(folder, { recursive: true, force: true }))
    await mkdir(join(folder, 'in'))
    const server = await startPostgres(cleanups, { asProcess: true })
    const [ours, bare] = [await openStaffSystem(server), await openStaffSystem(server)]
    const common = { kind: 'staff', code: senderCode, changes: { every: '50ms' } }
    const scene = await openKindScene(
      [
        { ...common, name: 'lists', settings: { csv: { folder } } },
        { ...common, name: 'outbox', settings: { postgres: ours.settings } }
      ],
      ['account.opened.v1']
    )
    cleanups.after(() => scene.end())
    const count = Math.ceil(seconds * perSecond)
    const sides = {
      'staff-csv-in': listSides(scene, folder, count),
      'staff-postgres-in': outboxSides(scene, { ours, bare }, count)
    }
    const measured: Measured[] = []
    for (const key of wanted) {
      measured.push(reported(options, { key, ...compare(await interleaved(sides[key], rounds)) }))
    }
    return measured
  } finally {
    await cleanups.end()
  }
}

/** Each list has everybody of the lists before. */
function listSides(scene: KindScene, folder: string, count: number): Sides {
  const path = join(folder, 'list.csv')
  const people: string[] = []
  let made = 0
  const write = async (): Promise<void> => {
    const added = Array.from(
      { length: count },
      (_, at) => `CB${people.length + at},Cán Bộ ${at},${senderCode},Văn thư`
    )
    people.push(...added)
    made += 1
    const at = Date.now() / 1000 - 3600 + made
    await writeFile(path, `${[header, ...people].join('\r\n')}\r\n`)
    await utimes(path, at, at)
  }
  return {
    async ours() {
      await write()
      let isThere = false
      const measured = scene.inward(count, () => isThere)
      await rename(path, join(folder, 'in', `${made}.csv`))
      isThere = true
      return measured
    },
    async baseline() {
      const known = people.map((row) => row.slice(0, row.indexOf(',')))
      await write()
      people.splice(known.length) // Ours did not have them.
      await writeFile(join(folder, 'known.json'), JSON.stringify(known))
      return scene.bare('staff-csv-in', { count, url: path, since: join(folder, 'known.json') })
    }
  }
}

function outboxSides(
  scene: KindScene,
  { ours, bare }: { readonly ours: StaffSystem; readonly bare: StaffSystem },
  count: number
): Sides {
  let last = 0
  const add = ({ run }: StaffSystem) => {
    last += count
    return run(`INSERT INTO can_bo (ma_cb, ho_ten, don_vi, chuc_vu)
      SELECT 'PG' || n, 'Cán Bộ ' || n, '${senderCode}', 'Văn thư' FROM generate_series(${last - count + 1}, ${last}) AS n`)
  }
  return {
    async ours() {
      let isThere = false
      const measured = scene.inward(count, () => isThere)
      await add(ours)
      isThere = true
      return measured
    },
    async baseline() {
      await add(bare)
      return scene.bare('staff-postgres-in', { count, url: bare.url })
    }
  }
}
