import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { StoredAct } from '#bus/control/act-journal.ts'
import { verifyActs } from '#bus/control/verify-acts.ts'
import { limitedSettings, withClient } from '#engines/store/postgres/ask-database.ts'
import type { PostgresConfig } from '#engines/store/postgres/postgres-config.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Language } from '#protocol/errors/faults.ts'
import type { Config } from '#runtime/config.ts'
import { areShared } from '#runtime/engines-config.ts'
import { trustKeysOf } from '#runtime/trust-keys.ts'
import { doctorTexts } from './doctor-texts.ts'
import { type Finding, finding } from './finding.ts'

const readAtOnce = 1000
/** Invalid acts that are named. */
const maxNamed = 20

/**
 * Verifies every act that is stored; the bus may be running. Rejects with `BUS_CONFIG_INVALID` if the keys are not as
 * configured or the folder has no bus, and with the database's error.
 */
export async function examineActs(config: Config, language: Language): Promise<readonly Finding[]> {
  const t = doctorTexts(language)
  const { postgres } = config.store
  const { operatorKeys } = await trustKeysOf(config, { areShared: areShared(config), mayCreate: false })
  const acts = postgres ? actsInDatabase(postgres) : actsIn(config.data.folder)
  const { count, invalid } = await verifyActs(acts, operatorKeys)
  if (invalid.length === 0) return [finding(t('acts'), true, t('actsVerified', { count }), '')]
  return invalid.slice(0, maxNamed).map(({ number, error }) => {
    const problem = error instanceof BusError ? error.text(language) : String(error)
    return finding(t('acts'), false, t('actInvalid', { number, count, problem }), t('compareActs'))
  })
}

async function* actsIn(folder: string): AsyncGenerator<StoredAct> {
  const file = join(folder, 'store.sqlite')
  if (!existsSync(file)) {
    throw new BusError('BUS_CONFIG_INVALID', 'backup-nothing-there', { values: { path: folder } })
  }
  const store = new DatabaseSync(file, { readOnly: true })
  try {
    yield* inPages(async (sql) => store.prepare(sql).all() as unknown as StoredAct[])
  } finally {
    store.close()
  }
}

async function* actsInDatabase(config: PostgresConfig): AsyncGenerator<StoredAct> {
  const settings = await limitedSettings(config)
  yield* inPages((sql) => withClient(settings, async (client) => (await client.query(sql)).rows))
}

/** No page holds the database up while its acts are verified. */
async function* inPages(page: (sql: string) => Promise<readonly StoredAct[]>): AsyncGenerator<StoredAct> {
  for (let last = 0; ; ) {
    const rows = await page(
      `SELECT * FROM "controlActs" WHERE number > ${last} ORDER BY number LIMIT ${readAtOnce}`
    )
    for (const row of rows) yield { ...row, number: Number(row.number) } // PostgreSQL gives text.
    if (rows.length < readAtOnce) return
    last = Number(rows.at(-1)?.number)
  }
}
