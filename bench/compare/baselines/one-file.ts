import { createPublicKey, hash, type JsonWebKey, verify } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isDeepStrictEqual } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { Ajv2020 } from 'ajv/dist/2020.js'
import avsc from 'avsc'
import { fastify } from 'fastify'
import { canonicalJson } from '#protocol/events/canonical.ts'
import { agencyOf, type BusEvent, checkEvent } from '#protocol/events/event.ts'
import type { Proof } from '#protocol/events/proof.ts'
import { parseStrictJson } from '#protocol/events/strict-json.ts'
import { generateKey, importSigningKey } from '#protocol/trust/jwk.ts'
import { rootOf, treeLevels } from '#protocol/trust/merkle.ts'
import { signReceipts } from '#protocol/trust/receipt.ts'
import { openSubmission } from '#protocol/trust/submission.ts'
import type { TokenClaims } from '#protocol/trust/token.ts'

/**
 * `one-file.ts bare|full FOLDER`: answers the bus's requests in one file that uses its libraries as they advise.
 * FOLDER has `keys.json`, keys by system and kid. *bare*: token and signature (of events sent in canonical form), Ajv,
 * avsc, and what has gathered in one flushed transaction of a worker, with repeat check and inbox rows. *full*: also
 * indexes, and by the bus's own functions strict JSON, canonical form, attributes, the encoding compared, and receipts.
 */
const [, , form = 'bare', folder = ''] = process.argv
const isFull = form === 'full'
const file = join(folder, 'events.sqlite')
const tables = `CREATE TABLE tokens (number INTEGER PRIMARY KEY, token TEXT NOT NULL);
  CREATE TABLE events (number INTEGER PRIMARY KEY, source TEXT NOT NULL, id TEXT NOT NULL, hash TEXT NOT NULL,
    subject TEXT NOT NULL, time TEXT NOT NULL, attributes TEXT NOT NULL, value BLOB NOT NULL,
    signature INTEGER, signaturePath TEXT, receipt INTEGER, receiptPath TEXT, UNIQUE (source, id));
  CREATE TABLE inbox (agency TEXT NOT NULL, event INTEGER NOT NULL, type TEXT NOT NULL, time TEXT NOT NULL,
    PRIMARY KEY (agency, event)) WITHOUT ROWID;`
const indexes = `CREATE UNIQUE INDEX eventsByHash ON events (hash);
  CREATE INDEX eventsBySubject ON events (subject, number); CREATE INDEX inboxByEvent ON inbox (event, agency);
  CREATE INDEX inboxByType ON inbox (agency, type, event); CREATE INDEX inboxByTime ON inbox (agency, time);`
const select = `SELECT events.*, s.token AS signatureToken, r.token AS receiptToken FROM events
  LEFT JOIN tokens s ON s.number = signature LEFT JOIN tokens r ON r.number = receipt`
const inInbox = 'JOIN inbox ON event = events.number WHERE agency = ? AND event > ? ORDER BY event LIMIT ?'

type Texts = Readonly<Record<string, string>>
type Row = { event: Texts; value: Uint8Array; hash: string; signature?: Partial<Proof>; receipt?: Proof }

function runWriter(): void {
  const db = new DatabaseSync(file)
  db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; ${tables} ${isFull ? indexes : ''}`)
  const find = db.prepare(`${select} WHERE source = ? AND id = ?`)
  const addToken = db.prepare('INSERT INTO tokens (token) VALUES (?)')
  const addEvent = db.prepare('INSERT INTO events VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const addEntry = db.prepare('INSERT INTO inbox VALUES (?, ?, ?, ?)')
  const write = (rows: readonly Row[], time: string): readonly unknown[] => {
    const numbers = new Map<string, number | bigint>()
    const columnsOf = ({ token, ...path }: Partial<Proof> = {}) => {
      if (token === undefined) return [null, null]
      const number = numbers.get(token) ?? addToken.run(token).lastInsertRowid
      numbers.set(token, number)
      return [number, path.path ? JSON.stringify(path) : null]
    }
    db.exec('BEGIN IMMEDIATE')
    const held = rows.map(({ event, value, hash, signature, receipt }) => {
      const { source = '', id = '', type = '', subject = '', recipients = '' } = event
      const found = find.get(source, id)
      if (found) return found
      const columns = [JSON.stringify(event), value, ...columnsOf(signature), ...columnsOf(receipt)]
      const { lastInsertRowid } = addEvent.run(source, id, hash, subject, time, ...columns)
      for (const agency of recipients.split(',')) addEntry.run(agency, lastInsertRowid, type, time)
      return undefined
    })
    db.exec('COMMIT')
    return held
  }
  parentPort?.on('message', ({ rows, time }) => parentPort?.postMessage(write(rows, time)))
  parentPort?.postMessage('ready')
}

const readJson = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'))
const bytesOf = (part = ''): Buffer => Buffer.from(part, 'base64url')
const namesOf = ({ event: { source = '', id = '' }, hash }: Row) => ({ source, id, hash })
const proofOf = (row: Record<string, unknown>, name: 'signature' | 'receipt') =>
  row[`${name}Path`] ? { token: row[`${name}Token`], ...JSON.parse(String(row[`${name}Path`])) } : undefined
const refuse = (statusCode: number, message: string): never => {
  throw Object.assign(new TypeError(message), { statusCode })
}
const logical = (millis: number, length: number) =>
  class extends avsc.types.LogicalType {
    protected override _fromValue = (value: number) => new Date(value * millis).toISOString().slice(0, length)
    protected override _toValue = (text: string) => Date.parse(text) / millis
  }

async function serve(): Promise<void> {
  const schemas = join(import.meta.dirname, '../../../schemas')
  const logicalTypes = { date: logical(86_400_000, 10), 'timestamp-millis': logical(1, 24) }
  const avro = avsc.Type.forSchema(readJson(schemas, 'document/issued.v1.avsc'), { logicalTypes })
  const validate = new Ajv2020().compile(readJson(schemas, 'generated/json-schema/document.issued.v1.json'))
  const decode = (value: Uint8Array) =>
    JSON.parse(JSON.stringify(avro.fromBuffer(Buffer.from(value)), (_name, inner) => inner ?? undefined))
  const jwks = Object.entries<JsonWebKey>(readJson(folder, 'keys.json'))
  const keys = new Map(jwks.map(([name, key]) => [name, createPublicKey({ key, format: 'jwk' })]))
  const plain = new Map<string, TokenClaims>()
  const { privateJwk, publicJwk } = await generateKey('one-file', 'EdDSA')
  const signingKey = await importSigningKey(privateJwk)
  const writer = new Worker(import.meta.filename, { argv: [form, folder] })
  await once(writer, 'message')
  const db = new DatabaseSync(file, { readOnly: true })
  const page = db.prepare(`${select} ${inInbox}`)
  const before = db.prepare('SELECT max(event) AS event FROM inbox WHERE agency = ? AND time < ?')
  const news = new EventEmitter()
  const verified = (token: string): TokenClaims => {
    const [head, payload, signature] = token.split('.')
    const [{ alg, typ, kid }, claims] = [head, payload].map((part) => JSON.parse(bytesOf(part).toString()))
    const key = alg === 'EdDSA' && typ === 'lienthong+jwt' && keys.get(`${claims.iss} ${kid}`)
    const isGood = key && verify(null, Buffer.from(`${head}.${payload}`), key, bytesOf(signature))
    return isGood ? claims : refuse(401, 'key or signature')
  }

  const claimsOf = (authorization = '') => {
    const token = authorization.slice('Bearer '.length)
    const claims = plain.get(token) ?? verified(token)
    if (claims.aud !== url || claims.exp * 1000 < Date.now()) refuse(401, 'audience or time')
    if (claims.events === undefined) plain.set(token, claims)
    return { ...claims, token }
  }

  const toRow = (sent: BusEvent, { iss, sub }: TokenClaims): Row => {
    const { data, ...event } = isFull ? checkEvent(sent as never) : sent
    if (event.source !== iss || event.type !== 'document.issued.v1') refuse(403, 'source or type')
    const value = validate(data) ? avro.toBuffer(data) : refuse(422, 'data')
    const { documentId, from } = data as { documentId: string; from: { organId: string } }
    if (isFull && (documentId !== event.subject || from.organId !== sub)) refuse(422, 'names in data')
    if (isFull && !isDeepStrictEqual(decode(value), data)) refuse(422, 'encoding of data')
    const text = isFull ? canonicalJson(sent as never) : JSON.stringify(sent)
    return { event: event as Texts, value, hash: hash('sha256', `\0${text}`) }
  }
  let waiting: Row[] = []
  let next: Promise<{ status: string }[]> | undefined
  let last: NonNullable<typeof next> = Promise.resolve([])
  const write = async () => {
    const [rows, time] = [waiting, new Date().toISOString()]
    ;[waiting, next] = [[], undefined]
    const leaves = rows.map((row) => ({ ...namesOf(row), recordedtime: time }))
    const receipts = isFull ? await signReceipts(leaves, signingKey, Date.now()) : []
    writer.postMessage({ rows: rows.map((row, at) => ({ ...row, receipt: receipts[at] })), time })
    const [held] = await once(writer, 'message')
    for (const { event } of rows) for (const agency of event.recipients?.split(',') ?? []) news.emit(agency)
    return leaves.map((leaf, at) => {
      const found = held[at]
      if (!found) return { ...leaf, status: 'accepted', receipt: receipts[at] }
      const status = found.hash === leaf.hash ? 'repeated' : 'rejected'
      return { ...leaf, status, recordedtime: found.time, receipt: proofOf(found, 'receipt') }
    })
  }

  const app = fastify()
  const types = ['', '-batch'].map((kind) => `application/cloudevents${kind}+json`)
  const strict = async (_request: unknown, body: Buffer) => parseStrictJson(body)
  if (isFull) app.addContentTypeParser(types, { parseAs: 'buffer' }, strict)
  else app.addContentTypeParser(types, { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'))

  app.post('/v1/events', async (request, reply) => {
    const claims = claimsOf(request.headers.authorization)
    const sent = [request.body].flat() as BusEvent[]
    const rows = sent.map((event) => toRow(event, claims))
    const leaves = rows.map(({ hash }) => Buffer.from(hash, 'hex'))
    if (claims.events !== undefined) {
      if (!isFull && rootOf(treeLevels(leaves)) !== claims.events) refuse(422, 'root')
      const proofs = isFull ? openSubmission(sent as never, claims, leaves) : []
      for (const [at, row] of rows.entries()) row.signature = proofs[at] ?? { token: claims.token }
    }
    const end = waiting.push(...rows)
    next ??= last = last.then(write)
    const results = (await next).slice(end - rows.length, end)
    return reply.code(results.some(({ status }) => status === 'rejected') ? 207 : 202).send({ results })
  })

  app.get<{ Querystring: Texts }>('/v1/inbox', async ({ headers, query }) => {
    const agency = agencyOf(claimsOf(headers.authorization).iss)
    const { after, from = '', limit = 100, waitSeconds = 0 } = query
    const start = Number(after ?? before.get(agency, from)?.event ?? 0)
    const read = () => page.all(agency, start, Number(limit))
    const found = read()
    const signal = AbortSignal.timeout(Number(waitSeconds) * 1000)
    if (found.length === 0) found.push(...(await once(news, agency, { signal }).then(read, read)))
    const events = found.map((row) => ({
      cursor: String(row.number),
      event: { ...JSON.parse(String(row.attributes)), data: decode(row.value as Uint8Array) },
      added: { recordedtime: row.time, ...(row.signature === null && { unsigned: true }) },
      signature: proofOf(row, 'signature'),
      receipt: proofOf(row, 'receipt')
    }))
    return { events, next: events.at(-1)?.cursor ?? String(start) }
  })
  app.get('/.well-known/jwks.json', async () => ({ keys: [publicJwk] }))
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  process.stdout.write(`One file listens on ${url}\n`)
}

if (isMainThread) await serve()
else runWriter()
