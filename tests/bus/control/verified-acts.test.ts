import assert from 'node:assert/strict'
import { beforeEach, describe, it, type TestContext } from 'node:test'
import type { StoredAct } from '#bus/control/act-journal.ts'
import { type Control, openControl } from '#bus/control/control.ts'
import { type ControlTables, controlTables } from '#bus/control/control-tables.ts'
import { createVerifiedActsNote, type VerifiedActsNoteOptions } from '#bus/control/verified-acts.ts'
import { verifyActs } from '#bus/control/verify-acts.ts'
import { createSchemaChecks } from '#bus/registry/schema-checks.ts'
import { type MetaTables, metaTables } from '#engines/store/meta.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { generateKey, importSigningKey, type PublicJwk } from '#protocol/trust/jwk.ts'
import type { Signers } from '../../acts/signers.ts'
import { type ControlLab, lab, openControlLab } from '../../helpers/control-lab.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { until } from '../../helpers/until.ts'

/** The operators' keys, counting the signatures that are verified with them. */
class CountedKeys extends Map<string, PublicJwk> {
  verified = 0

  override get(kid: string): PublicJwk | undefined {
    this.verified += 1
    return super.get(kid)
  }
}

const logger = createLogger({ level: 'silent' })
const schemaChecks = createSchemaChecks({ domains: new Set() })

async function newKey(kid: string): Promise<VerifiedActsNoteOptions['key']> {
  const { privateJwk, publicJwk } = await generateKey(kid, 'EdDSA')
  return { publicJwk, signingKey: await importSigningKey(privateJwk) }
}

describe('acts that a bus has verified', () => {
  let store: Store
  let signers: Signers
  let made: ControlLab
  let key: VerifiedActsNoteOptions['key']
  /** What the last start has verified, and written to the log since. */
  let keys: CountedKeys
  let lacking: number[]
  let written: number[]

  type Changes = Partial<Pick<VerifiedActsNoteOptions, 'key' | 'release' | 'operatorKeys'>>

  /** A process that starts on the store. */
  const start = async (changes: Changes = {}) => {
    keys = new CountedKeys(changes.operatorKeys ?? signers.operatorKeys)
    const note = createVerifiedActsNote({
      ...{ store, key, release: '1.0.0', operatorKeys: keys, logger, now: Date.now },
      ...changes
    })
    const journal = {
      missing: async (numbers: readonly number[]) => numbers.filter((number) => lacking.includes(number)),
      write: ({ number }: StoredAct) => void written.push(number)
    }
    const control = await openControl({
      ...{ store, operatorKeys: keys, schemaChecks, journal, verified: note, logger }
    })
    return { control, note }
  }
  /** Starts, notes what was verified, and ends. */
  const startAndNote = async (changes?: Changes): Promise<Control> => {
    const { control, note } = await start(changes)
    await note.write()
    await control.close()
    return control
  }
  const change = (act: number, values: Partial<StoredAct>) =>
    store.transaction((transaction) =>
      transaction
        .tables<ControlTables>()
        .updateTable('controlActs')
        .set(values)
        .where('number', '=', act)
        .execute()
    )
  const changeNote = (value: string) =>
    store.transaction((transaction) =>
      transaction
        .tables<MetaTables>()
        .updateTable('storeMeta')
        .set({ value })
        .where('name', 'like', 'verifiedActs.%')
        .execute()
    )

  beforeEach(async (context) => {
    const t = context as TestContext
    store = openSqliteStore({
      ...{ folder: temporaryFolder(t), parts: [metaTables, controlTables] },
      onFatal: assert.ifError
    })
    t.after(() => store.close())
    made = await openControlLab(store)
    signers = made.signers
    key = await newKey('bus-1')
    lacking = []
    written = []
  })

  it('are not verified again at the next start; those after them are', async () => {
    const first = await startAndNote()
    const all = first.state.lastAct
    assert.equal(keys.verified, all)
    const second = await startAndNote()
    assert.equal(keys.verified, 0)
    assert.deepEqual(second.state, first.state)
    await made.act({ act: 'agency.added', resource: '/agencies/000.00.93.H03', name: 'C' })
    const third = await startAndNote()
    assert.equal(keys.verified, 1)
    assert.deepEqual(third.state, (await made.replay()).state)
  })

  it('are noted by themselves once there are many', async () => {
    const rows: StoredAct[] = []
    for (let number = made.control.state.lastAct + 1; number <= 600; number += 1) {
      const act = { act: 'agency.added', resource: `/agencies/000.${number}.H04`, name: 'D', previous: null }
      const body = JSON.stringify(act)
      const token = await signers.sign({ ...lab.root, body: Buffer.from(body) })
      rows.push({ number, body, token, recordedAt: new Date(made.clock).toISOString() })
    }
    await store.transaction(async (transaction) => {
      for (const row of rows)
        await transaction.tables<ControlTables>().insertInto('controlActs').values(row).execute()
    })
    const { control } = await start()
    await control.close()
    assert.equal(keys.verified, 600)
    const again = await start()
    await again.control.close()
    assert.equal(keys.verified, 0)
    assert.deepEqual(again.control.state, control.state)
  })

  it('are ignored again where they were not valid', async () => {
    const closed = { act: 'agency.closed', resource: lab.agency, previous: null }
    await made.plant(closed, { by: lab.ofOther })
    const first = await startAndNote()
    const second = await startAndNote()
    assert.equal(second.ignoredActs(), 1)
    assert.ok(second.isIgnored(first.state.lastAct))
    assert.deepEqual(second.state, first.state)
  })

  const tampered: Readonly<Record<string, () => Promise<unknown>>> = {
    'an act is changed': async () => {
      const { body } = await store
        .reader<ControlTables>()
        .selectFrom('controlActs')
        .select('body')
        .where('number', '=', 1)
        .executeTakeFirstOrThrow()
      await change(1, { body: body.replace('000.00.91.H03"', '000.00.91.H99"') })
    },
    'the time of an act is changed': () => change(2, { recordedAt: '2020-01-01T00:00:00.000Z' }),
    'the last act is gone': () =>
      store.transaction((transaction) =>
        transaction
          .tables<ControlTables>()
          .deleteFrom('controlActs')
          .where('number', '=', made.control.state.lastAct)
          .execute()
      ),
    'the note is none': () => changeNote('"abc"'),
    'the note is no text': () => changeNote('null'),
    'the note is no JSON': () => changeNote('abc'),
    'the note is cut off': async () => {
      const { value } = await store
        .reader<MetaTables>()
        .selectFrom('storeMeta')
        .select('value')
        .where('name', 'like', 'verifiedActs.%')
        .executeTakeFirstOrThrow()
      await changeNote(`${value.slice(0, -10)}"`)
    }
  }
  for (const [what, tamper] of Object.entries(tampered)) {
    it(`are all verified again where ${what}`, async () => {
      await startAndNote()
      await tamper()
      const { control } = await start()
      const stored = await store.reader<ControlTables>().selectFrom('controlActs').selectAll().execute()
      assert.equal(keys.verified, stored.length)
      assert.deepEqual(control.state, (await made.replay()).state)
      const { count, invalid } = await verifyActs(stored, signers.operatorKeys)
      assert.deepEqual(
        [count, invalid.map(({ number }) => number)],
        [stored.length, stored.map(({ number }) => number).filter(control.isIgnored)]
      )
      assert.equal(invalid.length > 0, what === 'an act is changed')
      await control.close()
    })
  }

  it('are all verified again by another release, with other keys, and where another key signed the note', async () => {
    const all = (await startAndNote()).state.lastAct
    const others = new Map([...signers.operatorKeys, ['operator-2', (await newKey('operator-2')).publicJwk]])
    for (const changes of [
      { release: '1.0.1' },
      { operatorKeys: others as ReadonlyMap<string, PublicJwk> },
      { key: await newKey('bus-1') }
    ]) {
      await startAndNote(changes)
      assert.equal(keys.verified, all, Object.keys(changes)[0])
      await startAndNote()
    }
  })

  it('are written to the log where it lacks them, beside what the process does', async () => {
    const { lastAct } = (await startAndNote()).state
    lacking = [2, lastAct]
    const { control } = await start()
    await until(() => written.length === 2, 60_000)
    assert.deepEqual(written, [2, lastAct])
    await control.close()
  })
})
