import { appendFile, copyFile, mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { agency, agreement, centre, commune, personnel, system } from '../cast.ts'
import { type DemoKind, instanceOf } from '../demo-kind.ts'
import type { Flow } from '../flow.ts'
import { directorySystem, listHeader } from '../official.ts'

const name = 'can-bo'
const types = ['account.opened.v1', 'account.changed.v2', 'account.closed.v1'] as const

/** The staff system of the province, which writes lists of everybody who works there. */
const staff: DemoKind = {
  title: { vi: 'staff (danh sách CSV)', en: 'staff (lists in CSV)' },

  async open(options) {
    const folder = join(options.packagesFolder, personnel.code, name)
    const settings = { csv: { folder, quietSeconds: 1 }, units: { [commune.name]: commune.code } }
    return {
      province: {
        agencies: [agency(personnel, system(name, 'Quản lý cán bộ', ...types))],
        agreements: [agreement(personnel, centre, ...types)]
      },
      connectors: [{ ...instanceOf(options, 'staff', personnel, name), settings }],
      steps: { appointed: (flow) => appoint(flow, folder) },
      visit: [
        {
          vi: `Danh sách của hệ thống quản lý cán bộ của ${personnel.name}: ${folder}`,
          en: `Lists of the staff system of ${personnel.name}: ${folder}`
        }
      ],
      async close() {}
    }
  }
}

export default staff

/** A new official is in the next list, which has everybody of former runs as well. */
async function appoint({ official, see }: Flow, folder: string): Promise<void> {
  const { staffNumber, fullName, row } = official
  const list = join(folder, 'danh-sach.csv')
  const writing = join(folder, 'in', `${staffNumber}.csv.part`)
  await mkdir(join(folder, 'in'), { recursive: true })
  await appendFile(list, `${listHeader}\n`, { flag: 'ax' }).catch(() => {}) // A run before has begun it.
  await appendFile(list, `${row}\n`)
  await copyFile(list, writing)
  await rename(writing, join(folder, 'in', `${staffNumber}.csv`))
  await see({
    ...{ type: 'account.opened.v1', subject: staffNumber, flow: staffNumber },
    ...{ from: personnel, to: centre, system: directorySystem },
    says: {
      vi: `danh sách cán bộ của ${personnel.name} có một cán bộ mới của ${commune.name}: ${fullName}`,
      en: `the staff list of ${personnel.name} has a new official of ${commune.name}: ${fullName}`
    }
  })
}
