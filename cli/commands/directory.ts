import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { Difference } from '#connectors/directory/compare.ts'
import type { Person } from '#connectors/directory/people/person.ts'
import type { DirectorySession } from '#connectors/directory/session.ts'
import { createOutput, warn } from '#runtime/output.ts'
import { type ConnectFlags, connect } from '../connect.ts'

interface Flags {
  readonly config: string
  readonly json?: boolean
}

interface CompareFlags extends Flags {
  readonly staff?: string
  readonly gateway: string
  readonly as?: string
  readonly key?: string
  readonly fix?: boolean
  readonly count?: string
}

const longestCallMs = 30_000

/** `lienthong directory`: accounts that an instance of the kind `directory` keeps. */
export function addDirectory(program: Command): void {
  const directory = program.command('directory').description('Accounts of staff in an LDAP directory.')
  withInstance(directory.command('compare'))
    .description('Compare staff, directory and mail, and fix what differs on request.')
    .option(
      '--staff <file>',
      'CSV of all staff (staffNumber, fullName, unit, …) instead of the events on the bus'
    )
    .option('--gateway <url>', "the gateway's public URL", 'http://127.0.0.1:8080')
    .option('--as <system>', 'the system whose events are read: that of the instance')
    .option('--key <file>', 'its private JWK')
    .option('--fix', 'fix what differs: without --count it only says what it would do')
    .option('--count <number>', 'with --fix: how many accounts there must be to fix')
    .action(compareAll)
  withInstance(directory.command('remove'))
    .argument(
      '[numbers...]',
      'staff numbers of accounts to remove; without them those that may be are listed'
    )
    .description('Remove closed accounts that were kept for the set time. The mailboxes stay.')
    .action(remove)
}

function withInstance(command: Command): Command {
  return command
    .argument('<name>', 'name of the instance in the configuration')
    .requiredOption('--config <file>', 'configuration file')
    .option('--json', 'one JSON value a line')
}

async function compareAll(name: string, flags: CompareFlags, self: Command): Promise<void> {
  const { compare, fix } = await import('#connectors/directory/compare.ts')
  const output = createOutput({ json: flags.json ?? false })
  const { staff, as, key, gateway } = flags
  if (staff === undefined && (as === undefined || key === undefined))
    return self.error('give --staff, or --as and --key to read the events')
  await withSession(name, flags, async (session) => {
    const people =
      as !== undefined && key !== undefined && staff === undefined
        ? await peopleOnBus({ gateway, as, key }, session.settings.staffSystems)
        : await peopleIn(staff ?? '')
    const differences = await compare(session, people, io())
    for (const one of differences) output.line(lineOf(one), one)
    const fixable = differences.filter(({ person }) => person !== undefined)
    const counts = { people: people.size, differences: differences.length, fixable: fixable.length }
    output.line(`${people.size} people, ${differences.length} differences, ${fixable.length} to fix`, counts)
    if (differences.length > 0) process.exitCode = 1
    if (!flags.fix || fixable.length === 0) return
    if (String(fixable.length) !== flags.count)
      return warn(`Nothing was done. To fix them, repeat the command with --count ${fixable.length}.`)
    let refused = 0
    for await (const { staffNumber, fault } of fix(session, fixable, io())) {
      if (fault) refused += 1
      output.line(fault ? `${staffNumber}: ${fault.text('en')}` : `${staffNumber}: fixed`, {
        staffNumber,
        fixed: !fault
      })
    }
    if (refused === 0 && fixable.length === differences.length) process.exitCode = 0
  })
}

async function remove(name: string, numbers: readonly string[], flags: Flags): Promise<void> {
  const { removable, removeAccount } = await import('#connectors/directory/remove.ts')
  const output = createOutput({ json: flags.json ?? false })
  await withSession(name, flags, async (session) => {
    const found = await removable(session, Date.now())
    if (numbers.length === 0) {
      for (const one of found) output.line(`${one.staffNumber} ${one.address} closed since ${one.since}`, one)
      return
    }
    for (const number of numbers) {
      const account = found.find(({ staffNumber }) => staffNumber === number)
      if (account === undefined) {
        warn(`${number}: there is no account that was closed for long enough; nothing was done.`)
        process.exitCode = 1
      } else {
        await removeAccount(session, account)
        output.line(`${number}: removed; the mailbox stays`, account)
      }
    }
  })
}

async function withSession(
  name: string,
  { config: file }: Flags,
  work: (session: DirectorySession) => Promise<void>
): Promise<void> {
  const { configuredInstance, refuseInstance } = await import('#runtime/configured-instance.ts')
  const { configFrom } = await import('#runtime/run-bus.ts')
  const { openSession } = await import('#connectors/directory/session.ts')
  const { kind, settings } = await configuredInstance({
    config: await configFrom({ config: file }),
    file,
    name
  })
  if (kind !== 'directory') refuseInstance({ file, name }, `it is of the kind ${kind}, not directory`)
  const session = await openSession(settings as DirectorySession['settings'], io())
  try {
    await work(session)
  } finally {
    await session.close()
  }
}

function io() {
  return {
    signal: new AbortController().signal,
    fetch: (input: string | URL, init?: RequestInit) =>
      fetch(input, { ...init, signal: AbortSignal.timeout(longestCallMs) })
  }
}

async function peopleOnBus(
  flags: ConnectFlags,
  staffSystems: readonly string[]
): Promise<ReadonlyMap<string, Person>> {
  const { peopleFrom } = await import('#connectors/directory/people/people-from.ts')
  const { eventTypes } = await import('#connectors/directory/people/person.ts')
  const client = await connect(flags)
  return peopleFrom(async function* () {
    const options = { types: eventTypes, limit: 500 }
    let page = await client.page(options)
    while (page.events.length > 0) {
      for (const { event } of page.events) yield event
      page = await client.page({ ...options, after: page.next })
    }
  }, staffSystems)
}

async function peopleIn(file: string): Promise<ReadonlyMap<string, Person>> {
  const { readStaff } = await import('#connectors/directory/people/read-staff.ts')
  return readStaff(await readFile(file))
}

function lineOf({ staffNumber, kind, what }: Difference): string {
  return `${staffNumber} ${kind}: ${what}`
}
