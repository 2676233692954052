import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { buffer } from 'node:stream/consumers'
import { it, type TestContext } from 'node:test'
import type { ArchiveTables } from '#bus/archive/archive-tables.ts'
import { GatewayError } from '#client/gateway-error.ts'
import type { InboxItem } from '#client/inbox.ts'
import { newEvent } from '#client/new-event.ts'
import type { Attachment } from '#client/upload.ts'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import { openOffsets } from '#engines/event-log/kafka/offsets.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { eventHash } from '#protocol/events/hash.ts'
import { createPayloadCodec } from '#protocol/events/payload-codec.ts'
import { toRecord, withReceipt } from '#protocol/events/record.ts'
import { generateKey } from '#protocol/trust/jwk.ts'
import { signReceipts, verifyReceipt } from '#protocol/trust/receipt.ts'
import type { Config } from '#runtime/config.ts'
import { keyFiles, readKey, writeKey } from '#runtime/keyring.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'
import { topicsOf } from '#runtime/topics.ts'
import { cli } from '../../helpers/demo-bus.ts'
import { namesIn, startDemo, until } from '../../helpers/demo-packages.ts'
import { describeOnServers } from '../../helpers/engine-sets.ts'
import { exampleData } from '../../helpers/example-data.ts'
import { inStore } from '../../helpers/in-store.ts'
import { openArchiveLogIn } from '../../helpers/open-archive-log.ts'
import { asReleaseBefore } from '../../helpers/release-before.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { codes, type Letter, startTestBus, systemOf, type TestBus } from '../../helpers/test-bus.ts'

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `lienthong migrate` to its end, or to the failpoint it is given. */
function migrate(t: TestContext, flags: readonly string[], failpoint?: string): Promise<Ended> {
  return new Promise((resolve) => {
    const env = failpoint === undefined ? process.env : { ...process.env, LIENTHONG_FAILPOINT: failpoint }
    const child = execFile(
      process.execPath,
      [cli, 'migrate', '--lang', 'en', ...flags],
      { env },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr })
    )
    t.after(() => child.kill('SIGKILL'))
  })
}

async function migrated(t: TestContext, flags: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await migrate(t, flags)
  assert.equal(code, 0, stdout + stderr)
  return stdout
}

async function refused(t: TestContext, flags: readonly string[]): Promise<string> {
  const { code, stderr } = await migrate(t, flags)
  assert.equal(code, 1, stderr)
  return stderr
}

/** Everything in an inbox after a cursor. */
async function readFrom(bus: TestBus, letter: Letter, after?: string): Promise<readonly InboxItem[]> {
  const items: InboxItem[] = []
  for (let next = after; ; ) {
    const page = await bus.clients[letter].page({ after: next, limit: 500 })
    if (page.events.length === 0) return items
    items.push(...page.events)
    next = page.next
  }
}

/** The same, once it is so much. */
async function countOf(
  bus: TestBus,
  letter: Letter,
  count: number,
  after?: string
): Promise<readonly InboxItem[]> {
  const end = AbortSignal.timeout(120_000)
  for (;;) {
    const items = await readFrom(bus, letter, after)
    if (items.length >= count || end.aborted) return items
    await bus.clients[letter].page({ after: items.at(-1)?.cursor ?? after, waitSeconds: 1 })
  }
}

const exampleDossier = exampleData('dossier/received.v1')

function documentsOf(bus: TestBus): Config['connectors'] {
  return [
    {
      name: 'documents-b',
      kind: 'document',
      system: systemOf('B'),
      keyFile: join(bus.folder, 'keys', 'B.jwk'),
      settings: { folder: join(bus.folder, 'packages') }
    }
  ]
}

describeOnServers('migrate', {}, (_servers, { settingsFor, flagsFor }) => {
  const endsOf = async (folder: string): Promise<ReadonlyMap<string, number>> => {
    const { eventLog } = (await settingsFor(folder)) as unknown as Pick<Config, 'eventLog'>
    if (!eventLog.kafka) throw new TypeError('the set has Kafka')
    const { namespace } = eventLog.kafka
    const kafka = createKafkaClient(eventLog.kafka, createLogger({ level: 'silent' }))
    const offsets = await openOffsets(kafka, { namespace, topics: topicsOf() })
    try {
      return await offsets.ends()
    } finally {
      await offsets.close()
    }
  }

  it('lets every reader go on from its cursor, with nothing missing and nothing twice', async (t) => {
    const first = await startTestBus(t)
    const { folder } = first
    const packages = join(folder, 'packages')
    const port = Number(new URL(first.url).port)
    await first.bus.close()
    const connectors = documentsOf(first)
    const bus = await startTestBus(t, { folder, port, connectors })

    const attachment = await bus.clients.A.attach('mau.txt', 'text/plain', Buffer.from('xin chào'))
    const big = await bus.clients.A.attach('lớn.bin', 'application/octet-stream', Buffer.alloc(9_000_000, 7))
    const documents = Array.from({ length: 7 }, () => bus.document())
    const listing = listingAll(bus.document(), attachment, big)
    const dossier = newEvent(systemOf('A'), {
      type: 'dossier.received.v1',
      subject: String(exampleDossier.dossierCode),
      data: exampleDossier
    })
    const receipts = await bus.clients.A.publish(...documents, listing, dossier)
    assert.deepEqual([...new Set(receipts.map(({ status }) => status))], ['accepted'])
    const before = await countOf(bus, 'B', 9)
    const [accepted, , middle] = before
    assert.ok(accepted && middle)
    await bus.clients.B.acknowledge({
      source: accepted.event.source,
      id: accepted.event.id,
      state: 'accepted'
    })
    const { next: ofNothing } = await bus.clients.C.page()

    const outbound = join(packages, 'out') // The connector makes it, once it may act.
    await until(() => existsSync(outbound) && readdirSync(outbound).length === 8, 'the deliveries')
    rmSync(join(packages, 'out'), { recursive: true })
    writeFileSync(join(packages, 'out'), '') // Nothing can be put into it.
    const parked = bus.document()
    await bus.clients.A.publish(parked)
    await countOf(bus, 'B', 10)
    const isParked = (): boolean => {
      const db = new DatabaseSync(join(folder, 'store.sqlite'), { readOnly: true })
      const row = db.prepare("SELECT failure FROM deliveries WHERE state = 'waiting'").get()
      db.close()
      return typeof row?.failure === 'string'
    }
    await until(isParked, 'the parked delivery')

    await bus.bus.close()
    const unprojected = bus.document({ recipients: codes.C })
    await leaveInLog(folder, unprojected)

    const flags = ['--data', folder, ...(await flagsFor(folder))]
    const shown = await migrated(t, [...flags, '--dry-run'])
    assert.match(shown, /would copy {2}archiveEvents: 10 rows/)
    assert.match(shown, /not in the inboxes yet, processed before the migration: 1 events/)
    const message = await migrated(t, flags)
    assert.match(message, /verified {2}archiveEvents: 11 rows/)
    assert.match(message, /inbox {5}000\.00\.92\.H03: entries 1 to 10/)
    assert.match(message, /copied {4}attachments: 2, 9000009 bytes/)
    assert.match(message, /verified {2}11 events/)

    rmSync(join(packages, 'out'))
    mkdirSync(join(packages, 'out'))
    const settings = await settingsFor(folder)
    const after = await startTestBus(t, { folder, port, connectors, settings })
    const rest = await readFrom(after, 'B', middle.cursor)
    assert.deepEqual(
      rest.map(({ event }) => event.id),
      [...before.slice(3).map(({ event }) => event.id), parked.id]
    )
    const forC = await countOf(after, 'C', 1, ofNothing)
    assert.deepEqual(
      forC.map(({ event }) => event.id),
      [unprojected.id]
    )
    const all = await readFrom(after, 'B')
    assert.deepEqual(all.slice(0, 9).map(withoutCursor), before.map(withoutCursor))
    const { publicJwk } = await readKey(keyFiles(folder).bus)
    for (const { event, added, receipt } of [...all, ...forC]) {
      const hash = eventHash(event as never)
      const leaf = { source: event.source, id: event.id, hash, recordedtime: added.recordedtime }
      assert.ok(await verifyReceipt(leaf, receipt, [publicJwk]))
    }

    const again = await after.clients.A.publish(...documents, listing, dossier, unprojected)
    assert.deepEqual([...new Set(again.map(({ status }) => status))], ['repeated'])
    assert.deepEqual(
      again.slice(0, 9).map(({ receipt }) => receipt),
      receipts.map(({ receipt }) => receipt)
    )
    const otherContent = { ...documents[0], time: '2026-01-01T00:00:00Z' } as (typeof documents)[0]
    await assert.rejects(after.clients.A.publish(otherContent), (error) => {
      return error instanceof GatewayError && error.problem.code === 'BUS_EVENT_ID_SPENT'
    })
    await assert.rejects(
      after.clients.B.acknowledge({
        source: accepted.event.source,
        id: accepted.event.id,
        state: 'rejected'
      }),
      (error) => error instanceof GatewayError && error.problem.status === 409
    )
    for (const { sha256, size } of [attachment, big]) {
      const bytes = await buffer(await after.clients.B.download(sha256))
      assert.equal(bytes.length, size)
    }

    await until(() => readdirSync(join(packages, 'out')).length > 0, 'the parked delivery')
    const later = after.document()
    await after.clients.A.publish(later)
    await until(() => readdirSync(join(packages, 'out')).length === 2, 'the later delivery')
    const last = await countOf(after, 'B', 1, rest.at(-1)?.cursor ?? '')
    assert.deepEqual(
      last.map(({ event }) => event.id),
      [later.id]
    )
    assert.equal(
      readdirSync(join(packages, 'out')).length,
      2,
      'what was delivered before is not delivered again'
    )
    const pair = [after.document(), after.document()]
    await after.clients.A.publish(...pair)
    assert.ok((await countOf(after, 'B', 1, last.at(-1)?.cursor ?? '')).length > 0)
    const asked = (postgres: string) => inStore(folder, settings, { sqlite: '', postgres })
    const [path] = await asked(
      `SELECT "receiptPath" AS nodes FROM "archiveEvents" WHERE id = '${pair[0]?.id}'`
    )
    assert.match(String(path?.nodes), /^[\w-]{43}$/, 'release 0.1 reads a path with its nodes')
    const [format] = await asked(`SELECT value FROM "storeMeta" WHERE name = 'format'`)
    assert.equal(JSON.parse(String(format?.value)).format, 2, 'release 0.1 does not read what was copied')
  })

  it('takes the demo province along, which then shows its steps on the other engines', async (t) => {
    const folder = temporaryFolder(t)
    const { child: onOneMachine } = await startDemo(t, folder)
    onOneMachine.kill('SIGTERM')
    await once(onOneMachine, 'exit')
    const outbound = namesIn(folder, codes.B, 'out')
    assert.ok(outbound.length > 0)
    const more = await flagsFor(folder)
    const message = await migrated(t, ['--data', folder, ...more])
    assert.match(message, /verified {2}inboxEntries: [1-9]/)
    const { mtimeMs } = statSync(join(folder, 'packages', codes.B, 'out', outbound[0] ?? ''))
    const { child: onServers } = await startDemo(t, folder, more)
    assert.equal(onServers.exitCode, null, 'it has shown every step and stays up')
    const still = statSync(join(folder, 'packages', codes.B, 'out', outbound[0] ?? ''))
    assert.equal(still.mtimeMs, mtimeMs, 'what was delivered before is not delivered again')
  })

  it('killed at any step, is completed by running it again, and until then neither side starts', async (t) => {
    const bus = await startTestBus(t)
    const { folder } = bus
    const attachment = await bus.clients.A.attach('mau.txt', 'text/plain', Buffer.from('xin chào'))
    const listing = listingAll(bus.document({ subject: 'one case' }), attachment)
    const [receipt] = await bus.clients.A.publish(listing)
    for (let batch = 0; batch < 11; batch += 1) {
      await bus.clients.A.publish(...Array.from({ length: 100 }, () => bus.document({ subject: 'one case' })))
    }
    const before = await countOf(bus, 'B', 1101)
    await bus.bus.close()
    const flags = ['--data', folder, ...(await flagsFor(folder))]
    const settings = await settingsFor(folder)
    const points = [
      'migrate.begun:1',
      'migrate.rows:2',
      'migrate.rows:6',
      'migrate.records:1',
      'migrate.records:1',
      'migrate.attachment:1',
      'migrate.before-finish:1',
      'migrate.after-finish:1'
    ]
    for (const point of points) {
      const { signal, stdout, stderr } = await migrate(t, flags, point)
      assert.equal(signal, 'SIGKILL', `${point} was not reached: ${stdout}${stderr}`)
      await assert.rejects(startTestBus(t, { folder }), { fault: 'data-migrated' })
      if (point !== 'migrate.after-finish:1') {
        await assert.rejects(startTestBus(t, { folder, settings }), { fault: 'migration-unfinished' })
      }
    }
    await migrated(t, flags)
    await assert.rejects(startTestBus(t, { folder }), { fault: 'data-migrated' })
    const own = 1 // The one that names the log.
    const records = [...(await endsOf(folder)).values()].reduce((sum, end) => sum + end, -own)
    const store = new DatabaseSync(join(folder, 'store.sqlite'), { readOnly: true })
    const { n } = store
      .prepare('SELECT (SELECT count(*) FROM "archiveEvents") + (SELECT count(*) FROM "logEntries") AS n')
      .get() as { n: number }
    store.close()
    assert.equal(records, n, 'no record is there twice')

    const after = await startTestBus(t, { folder, settings })
    const all = await readFrom(after, 'B')
    assert.deepEqual(all.map(withoutCursor), before.map(withoutCursor))
    const [repeated] = await after.clients.A.publish(listing)
    assert.deepEqual(repeated?.receipt, receipt?.receipt)
    const late = after.document()
    await after.clients.A.publish(late)
    const added = await countOf(after, 'B', 1, all.at(-1)?.cursor ?? '')
    assert.deepEqual(
      added.map(({ event }) => event.id),
      [late.id]
    )
    assert.match(await migrated(t, flags), /Migration finished/, 'run once more it changes nothing')
    assert.equal((await readFrom(after, 'B')).length, 1102)
  })

  it('takes the data of the release before along as it is, after converting it', async (t) => {
    const bus = await startTestBus(t)
    const { folder } = bus
    const sent = [bus.document({ subject: 'one case' }), bus.document({ subject: 'one case' })]
    const receipts = await bus.clients.A.publish(...sent)
    const before = await countOf(bus, 'B', 2)
    await asReleaseBefore(bus)
    const flags = ['--data', folder, ...(await flagsFor(folder))]
    assert.match(await refused(t, [...flags, '--dry-run']), /has the format of an earlier release/)
    assert.match(await migrated(t, flags), /verified {2}archiveEvents: 2 rows/)
    const after = await startTestBus(t, { folder, settings: await settingsFor(folder) })
    assert.deepEqual((await readFrom(after, 'B')).map(withoutCursor), before.map(withoutCursor))
    const again = await after.clients.A.publish(...sent)
    assert.deepEqual(
      again.map(({ status, receipt }) => [status, receipt]),
      receipts.map(({ receipt }) => ['repeated', receipt])
    )
  })

  it('refuses a running source, a target in use, other keys and missing topics, and leaves the source as it was', async (t) => {
    const bus = await startTestBus(t)
    const { folder } = bus
    await bus.clients.A.publish(bus.document())
    await countOf(bus, 'B', 1)
    const settings = (await settingsFor(folder)) as unknown as Pick<Config, 'eventLog' | 'trust' | 'store'>
    const flagsWith = (changes: object): readonly string[] => {
      const file = join(temporaryFolder(t), 'lienthong.yaml')
      writeFileSync(file, JSON.stringify({ ...settings, ...changes }))
      return ['--data', folder, '--config', file]
    }
    assert.match(await refused(t, flagsWith({})), /^BUS_DATA_IN_USE/)
    await bus.bus.close()

    assert.match(
      await refused(t, flagsWith({ eventLog: {}, store: {}, attachments: {} })),
      /does not say where to migrate to/
    )
    assert.match(
      await refused(t, ['--data', temporaryFolder(t), ...flagsWith({}).slice(2)]),
      /contains no bus data/
    )
    const stranger = join(temporaryFolder(t), 'other.jwk')
    await writeKey(stranger, (await generateKey('bus-1', 'EdDSA')).privateJwk)
    assert.match(
      await refused(t, flagsWith({ trust: { ...settings.trust, busKeyFile: stranger } })),
      /bus key bus-1/
    )
    await writeKey(stranger, (await generateKey('operator-1', 'EdDSA')).privateJwk)
    const otherOperator = { ...settings.trust, operatorKeyFile: stranger }
    assert.match(await refused(t, flagsWith({ trust: otherOperator })), /operator keys .* operator-1/)
    const kafka = { ...settings.eventLog.kafka, namespace: 'nowhere.' }
    assert.match(await refused(t, flagsWith({ eventLog: { kafka } })), /the topic .* does not exist/)
    const other = await startTestBus(t)
    await other.bus.close()
    const inUse = await settingsFor(other.folder)
    const busOfOther = await startTestBus(t, { folder: other.folder, settings: inUse })
    await busOfOther.bus.close()
    const takenStore = { store: (inUse as unknown as Pick<Config, 'store'>).store }
    assert.match(await refused(t, flagsWith(takenStore)), /already has content: table storeMeta/)
    const takenLog = { eventLog: (inUse as unknown as Pick<Config, 'eventLog'>).eventLog }
    assert.match(await refused(t, flagsWith(takenLog)), /already has content: .*topic partition/)

    assert.ok(!existsSync(join(folder, 'moved.json')))
    const again = await startTestBus(t, { folder })
    assert.equal((await readFrom(again, 'B')).length, 1)
  })
})

/** Leaves an event in the log of a bus that has ended, accepted but in no inbox: one that could not be entered. */
async function leaveInLog(folder: string, event: BusEvent): Promise<void> {
  const { log, store } = await openArchiveLogIn(folder)
  const { schemaId, act } = await store
    .reader<ArchiveTables>()
    .selectFrom('archiveEvents')
    .select(['schemaId', 'act'])
    .where('type', '=', event.type)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  const { text = '' } = shippedSchemas().find(({ type }) => type === event.type) ?? {}
  const record = toRecord(event, {
    ...{ schemaId: schemaId ?? 0, act, codec: createPayloadCodec(text), signature: undefined },
    ...{ hash: eventHash(event as never), recordedTime: new Date().toISOString(), hosted: false },
    traceparent: undefined
  })
  const { source, id, hash, recordedTime: recordedtime } = record
  const { signingKey } = await readKey(keyFiles(folder).bus)
  const [receipt] = await signReceipts([{ source, id, hash, recordedtime }], signingKey, Date.now())
  assert.ok(receipt)
  await log.append([withReceipt(record, receipt)])
  await log.close()
}

function listingAll(event: BusEvent, ...attachments: readonly Attachment[]): BusEvent {
  return { ...event, data: { ...event.data, attachments: attachments.map((one) => ({ ...one })) } }
}

function withoutCursor({ cursor: _cursor, added, ...item }: InboxItem): object {
  const { traceparent: _traceparent, ...facts } = added
  return { ...item, added: facts }
}
