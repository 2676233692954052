import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import type { StoredAct } from '#bus/control/act-journal.ts'
import type { ControlTables } from '#bus/control/control-tables.ts'
import { openPostgresStore } from '#engines/store/postgres/postgres-store.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { keyFiles, keyIn } from '#runtime/keyring.ts'
import { type ControlLab, lab, openControlLab } from '../../helpers/control-lab.ts'
import { runPlain } from '../../helpers/operator.ts'
import { describeOnPostgres, postgresConfig } from '../../helpers/servers/postgres.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

/** Two whole pages of those that are read at once. */
const acts = 2000
const run = runPlain()

/** Adds acts of the operator until there are as many. */
async function fill(store: Store, { control, signers, clock }: ControlLab): Promise<void> {
  const rows: StoredAct[] = []
  for (let number = control.state.lastAct + 1; number <= acts; number += 1) {
    const resource = `/agencies/000.${number}.H04`
    const body = JSON.stringify({ act: 'agency.added', resource, name: 'D', previous: null })
    const token = await signers.sign({ ...lab.root, body: Buffer.from(body) })
    rows.push({ number, body, token, recordedAt: new Date(clock).toISOString() })
  }
  await store.transaction(async (transaction) => {
    await transaction.tables<ControlTables>().insertInto('controlActs').values(rows).execute()
  })
}

/** Changes what an act says, as who may write to the table could. */
async function tamper(store: Store, number: number): Promise<void> {
  await store.transaction(async (transaction) => {
    const acts = transaction.tables<ControlTables>()
    const found = await acts
      .selectFrom('controlActs')
      .select('body')
      .where('number', '=', number)
      .executeTakeFirstOrThrow()
    const body = found.body.replace('"D"', '"E"')
    await acts.updateTable('controlActs').set({ body }).where('number', '=', number).execute()
  })
}

/** The command on a bus with these engines. */
async function commandFor(folder: string, { signers }: ControlLab, engines: object) {
  const busKeyFile = keyFiles(folder).bus
  await keyIn(busKeyFile, 'bus-1')
  const file = join(folder, 'lienthong.yaml')
  const trust = { busKeyFile, operatorKeys: [...signers.operatorKeys.values()] }
  writeFileSync(file, JSON.stringify({ ...engines, trust }), { mode: 0o600 }) // JSON is YAML.
  return () => run('doctor', '--verify-acts', '--config', file, '--data', folder)
}

function verifiesActs(open: (t: TestContext, folder: string) => Promise<{ store: Store; engines: object }>) {
  it('counts the acts of every page if all are valid, and names the one that was tampered with', async (t) => {
    const folder = temporaryFolder(t)
    const { store, engines } = await open(t, folder)
    const made = await openControlLab(store)
    const command = await commandFor(folder, made, engines)
    await fill(store, made)
    assert.deepEqual(await command(), {
      code: 0,
      stdout: `ok  control acts: signatures and rights of all ${acts} acts are valid\n`,
      stderr: ''
    })
    await tamper(store, 1500)
    const { code, stdout } = await command()
    assert.equal(code, 1)
    assert.match(stdout, /^PROBLEM {2}control acts: act 1500 \(of 2000\) is not valid: [^\n]+\n$/)
  })
}

describe('doctor --verify-acts, on SQLite', () => {
  verifiesActs(async (t, folder) => {
    const store = openSqliteStore({ folder, parts: lab.parts, onFatal: assert.ifError })
    t.after(() => store.close())
    return { store, engines: {} }
  })
})

describeOnPostgres('doctor --verify-acts, on PostgreSQL', (server) => {
  verifiesActs(async (t, folder) => {
    const url = await server.newDatabase()
    const config = postgresConfig(url)
    const store = await openPostgresStore({
      config,
      parts: lab.parts,
      logger: createLogger({ level: 'silent' })
    })
    t.after(() => store.close())
    const kafka = { brokers: ['127.0.0.1:9'] } // Nothing is asked of the log.
    return { store, engines: { store: { postgres: { url } }, eventLog: { kafka }, attachments: { folder } } }
  })
})
