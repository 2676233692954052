import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { pause } from '#protocol/timing/retry.ts'
import { costOf } from '../portals/cost.ts'
import { openFirstSync } from './first-sync.ts'
import { staffList } from './staff-list.ts'

/**
 * `npm run directory:sync -- [--people 7867]`: a list of so many members of staff, from CSV through a bus to accounts
 * in OpenLDAP and mailboxes of Dovecot; then the same list again. Fails if the first takes more than five minutes, if
 * an account, an address or a mailbox is missing or double, if the second takes more than 5 s or changes anything, and
 * if `lienthong directory compare` then finds a difference or takes more than a minute.
 */
const { values } = parseArgs({ options: { people: { type: 'string', default: '7867' } } })
const people = Number(values.people)
const limitsMs = { first: 300_000, again: 5000, compare: 60_000 }
/** Whatever the second list changed would be seen by then. */
const settleMs = 3000

const tell = (line: string): void => void process.stdout.write(`${line}\n`)
const problems: string[] = []
const expect = (isSo: boolean, problem: string): void => {
  if (!isSo) problems.push(problem)
}
const timed = async (work: () => Promise<void>): Promise<number> => {
  const from = performance.now()
  await work()
  return performance.now() - from
}

const cleanups = collectCleanups()
try {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-first-sync-'))
  cleanups.after(() => rm(folder, { recursive: true, force: true }))
  const sync = await openFirstSync(cleanups, folder)
  const list = staffList(people)
  let firstMs = 0
  const cost = await costOf(sync.bus.pid(), async () => {
    firstMs = await timed(async () => {
      await sync.take('can-bo-1.csv', list)
      await sync.untilAccounts(people)
    })
  })
  const found = await sync.found()
  const events = sync.events()
  const againMs = await timed(() => sync.take('can-bo-2.csv', list))
  await pause(settleMs)
  const after = sync.events()
  let differences = ''
  const compareMs = await timed(async () => {
    differences = (await sync.compare()).stdout.trim()
  })
  tell('| people | first list | accounts | addresses | mailboxes | passwords | events | the bus |')
  tell('|---|---|---|---|---|---|---|---|')
  const { accounts, addresses, mailboxes, passwords } = found
  const use = `${Math.round(cost.share * 100)} % of a core, ${Math.round(cost.bytes / 1e6)} MB`
  const minutes = `${(firstMs / 60_000).toFixed(2)} min`
  tell(`| ${[people, minutes, accounts, addresses, mailboxes, passwords, events, use].join(' | ')} |`)
  tell(`The same list again: ${(againMs / 1000).toFixed(1)} s, ${after - events} events.`)
  tell(`lienthong directory compare: ${(compareMs / 1000).toFixed(1)} s, ${differences}.`)
  const counts = [accounts, addresses, mailboxes, passwords, events]
  expect(
    counts.every((count) => count === people),
    'not everybody has one account, address, mailbox and event'
  )
  expect(found.signsIn, 'the password that was handed out does not open the mailbox')
  expect(firstMs <= limitsMs.first, 'the first list took too long')
  expect(againMs <= limitsMs.again && after === events, 'the second list took too long, or changed something')
  expect(differences.includes(' 0 differences'), 'staff, directory and mail differ')
  expect(compareMs <= limitsMs.compare, 'comparing took too long')
} finally {
  await cleanups.end()
}
for (const problem of problems) tell(`FAILED: ${problem}`)
if (problems.length > 0) process.exitCode = 1
