import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventDraft } from '#client/new-event.ts'
import { bindPassword, settingsFor } from '#connectors/directory/fixtures/open.ts'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { startSlapd } from '#deploy/servers/slapd.ts'
import { recipientCodes } from '#tests/faults/province.ts'
import { missingServers } from '#tests/helpers/servers/needs.ts'
import { type MeasureOptions, reported } from '../measure.ts'
import type { Measured } from '../results.ts'
import { compare, interleaved } from '../rounds.ts'
import { openKindScene } from './kind-scene.ts'

const key = 'directory-out'
const [, agency] = recipientCodes
const inFlight = 8
/** Accounts that are made in a round, per second of its duration. */
const perSecond = 100

/** How fast accounts are made in OpenLDAP, with address, hashed password and the file that hands it out. */
export async function directoryRow(options: MeasureOptions): Promise<readonly Measured[]> {
  if (!options.rows.includes(key)) return []
  const missing = missingServers('slapd')
  if (missing !== undefined) {
    options.tell(`not run: ${key} (${missing})`)
    return []
  }
  const cleanups = collectCleanups()
  try {
    const passwords = await mkdtemp(join(tmpdir(), 'lienthong-bench-'))
    cleanups.after(() => rm(passwords, { recursive: true, force: true }))
    const slapd = await startSlapd(cleanups, bindPassword)
    const network = { allowPrivateAddresses: true }
    const settings = settingsFor(slapd, passwords)
    const accounts = { name: 'accounts', code: agency, kind: 'directory', settings }
    const changes = { network, maxInFlight: inFlight }
    const scene = await openKindScene([{ ...accounts, changes }], ['account.opened.v1'])
    cleanups.after(() => scene.end())
    const count = Math.ceil(options.seconds * perSecond)
    const { url, bindDn: user, password, peopleBase } = settings
    let round = 0
    const sides = {
      ours() {
        round += 1
        const drafts = Array.from({ length: count }, (_, index) => draft(`${round}x${index}`))
        return scene.outward('accounts', drafts, () => scene.hasBegun('accounts'))
      },
      baseline() {
        round += 1
        return scene.bare('directory-out', {
          count,
          url,
          user,
          password,
          peopleBase,
          inFlight,
          since: `${round}`
        })
      }
    }
    return [reported(options, { key, ...compare(await interleaved(sides, options.rounds)) })]
  } finally {
    await cleanups.end()
  }
}

function draft(staffNumber: string): EventDraft {
  const person = { staffNumber, fullName: `Nguyễn Văn ${staffNumber}`, unit: '000.01.91.H03' }
  const data = { ...person, position: 'Chuyên viên', effectiveDate: '2026-01-05' }
  return { type: 'account.opened.v1', subject: staffNumber, recipients: [agency], data }
}
