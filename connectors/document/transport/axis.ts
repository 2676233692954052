import { createHash } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo, Delivered, LookedUp } from '../../connector.ts'
import { maxPackageBytes } from '../edxml/xml-bytes.ts'
import { faults } from '../faults.ts'
import type { AxisSettings } from '../settings.ts'
import { type AxisApi, maxPackageAnswerBytes, openAxisApi } from './axis-api.ts'
import { axisHash } from './axis-headers.ts'
import { type AxisPackage, readList } from './axis-lists.ts'
import type { HasTwin, PackageToPut, TellLeft, Transport, WaitingPackage } from './transport.ts'

/** A transport whose outside can be asked whether it has a package. */
export interface AxisTransport extends Transport {
  put(given: PackageToPut, signal: AbortSignal): Promise<Delivered>
  lookUp(given: PackageToPut, hasTwin: HasTwin, io: ConnectorIo): Promise<LookedUp>
}

/** Begins a reference that is made of a package's content; no `docId` has a space. */
const ofContent = 'sha256 '
/** How long the list of what was received holds, before it is asked for again. */
const listMs = 1000
/** How far the clocks of the bus and the axis may differ. */
const clocksDifferMs = 7_200_000
const messageTypes = ['edoc', 'status'] as const
const serviceType = 'eDoc'
const notBase64 = /[^\w+/=\s-]/

/**
 * The document axis, asked as an integration centre asks it: for what `agency` sent through the axis, and to carry to
 * it what the bus has for it.
 */
export async function openAxis(
  settings: AxisSettings,
  io: Pick<ConnectorIo, 'agency' | 'signal'>,
  tellLeft: TellLeft
): Promise<AxisTransport> {
  const { agency } = io
  const api = await openAxisApi(settings)
  try {
    await register(api, settings, io.signal)
  } catch (error) {
    await api.close()
    throw error
  }
  const reported = new Set<string>()
  /** By `docId`. A package for several recipients has several ids: its content says that it is one. */
  const references = new Map<string, string>()
  let waiting: readonly AxisPackage[] = []
  let askedAt = 0

  const leave = (name: string, reason: string): void => {
    if (reported.has(name)) return
    reported.add(name)
    tellLeft(name, reason)
  }

  /** What `agency` sent and waits, oldest first. */
  const list = async (signal: AbortSignal): Promise<void> => {
    const found: AxisPackage[] = []
    for (const messagetype of messageTypes) {
      const answer = await api.ask(
        'getReceivedEdocList',
        { values: { servicetype: serviceType, messagetype } },
        signal
      )
      found.push(...readList(answer, api.host, leave))
    }
    waiting = found
      .filter(({ from, status }) => from === agency && !['done', 'fail'].includes(status))
      .sort((a, b) => a.createdAt - b.createdAt)
    const listed = new Set(waiting.map(({ docId }) => docId))
    for (const docId of references.keys()) if (!listed.has(docId)) references.delete(docId)
    askedAt = performance.now()
  }

  /** The ids of a package. None are known after a restart, until the axis lists it again and is told then. */
  const idsOf = (reference: string): readonly string[] =>
    reference.startsWith(ofContent)
      ? [...references].filter(([, one]) => one === reference).map(([docId]) => docId)
      : [reference]
  const tell = async (reference: string, status: 'done' | 'fail', signal: AbortSignal): Promise<void> => {
    for (const docId of idsOf(reference)) {
      await api.ask('updateStatus', { values: { docId, status } }, signal)
      references.delete(docId)
      waiting = waiting.filter((one) => one.docId !== docId)
    }
  }

  return {
    async next(isTaken, signal) {
      if (waiting.length === 0 || performance.now() - askedAt >= listMs) await list(signal)
      for (const { docId } of waiting) {
        if (isTaken(references.get(docId) ?? docId)) continue
        const found = await fetchPackage(api, docId, signal)
        if (!found) {
          leave(docId, 'the axis lists this package and does not give it')
          continue
        }
        const reference = found.fault ? docId : referenceOf(found.bytes)
        references.set(docId, reference)
        if (!isTaken(reference)) return { reference, ...found }
      }
      return undefined
    },
    sent: (reference, signal) => tell(reference, 'done', signal),
    refused: (reference, _reason, signal) => tell(reference, 'fail', signal),

    async put({ from, isStatus, open }, signal) {
      const { digest, length } = await digestOf(open())
      signal.throwIfAborted()
      const values = { from, servicetype: serviceType, messagetype: isStatus ? 'status' : 'edoc' }
      const answer = await api.ask(
        'sendEdoc',
        {
          values: { ...values, 'hash-file': axisHash(digest) },
          contentType: 'application/octet-stream',
          body: open(),
          length
        },
        signal
      )
      const { DocId: docId } = answer
      return typeof docId === 'string' && docId !== '' ? { marks: { [markOf(docId)]: 'sent' } } : {}
    },

    /**
     * The axis does not take an id of ours: what it has of the sender under the same number since the event, and what
     * no delivery made, is it. While another package with that number is being given, is in doubt too, or was settled
     * by a person, nobody can say whose it is.
     */
    async lookUp({ from, isStatus, notation, recordedAt }, hasTwin, io) {
      const values = { servicetype: serviceType, messagetype: isStatus ? 'status' : 'edoc' }
      const answer = await api.ask('getSentEdocList', { values }, io.signal)
      const since = recordedAt - clocksDifferMs
      const possible = readList(answer, api.host, leave).filter(
        (one) =>
          one.from === from &&
          one.to === agency &&
          one.notation === notation &&
          (one.createdAt === 0 || one.createdAt >= since)
      )
      if (possible.length === 0) return 'not-done'
      const isDoubtful = await hasTwin(since) // Before the marks: one that ends meanwhile has left its own.
      const unknown: AxisPackage[] = []
      for (const one of possible) {
        if ((await io.mark(markOf(one.docId))) === undefined) unknown.push(one)
      }
      const [first, ...others] = unknown
      if (!first) return 'not-done'
      if (others.length > 0 || isDoubtful || first.createdAt === 0) return 'unknown'
      if (first.status === 'fail') {
        io.log.warn(
          { docId: first.docId, to: agency, notation },
          'the axis has this package, and lists it as failed at the recipient; the bus does not send it again'
        )
      }
      return { marks: { [markOf(first.docId)]: 'sent' } }
    },

    async check(signal) {
      const answer = await api.ask('getAgenciesList', { values: {} }, signal)
      if (!codesIn(answer.data).has(agency)) {
        throw faults.axisAgencyUnknown({ values: { host: api.host, agency } })
      }
    },
    close: () => api.close()
  }
}

/** Registers the agencies of the settings that the axis does not list. */
async function register(
  api: AxisApi,
  { register: wanted, systemId }: AxisSettings,
  signal: AbortSignal
): Promise<void> {
  if (wanted.length === 0) return
  const known = codesIn((await api.ask('getAgenciesList', { values: {} }, signal)).data)
  for (const { code, name, mail = '' } of wanted.filter((one) => !known.has(one.code))) {
    const body = JSON.stringify({ id: '', pcode: systemId, code, name, mail })
    await api.ask('registerAgency', { values: {}, body }, signal)
  }
}

function codesIn(data: unknown): ReadonlySet<string> {
  const units = Array.isArray(data) ? (data as readonly { readonly code?: unknown }[]) : []
  return new Set(units.map((unit) => String(unit?.code ?? '')))
}

/** Undefined if the axis does not give it now; what is larger than a package may be is a package at fault. */
async function fetchPackage(
  api: AxisApi,
  docId: string,
  signal: AbortSignal
): Promise<Omit<WaitingPackage, 'reference'> | undefined> {
  try {
    const { data } = await api.ask('getEdoc', { values: { docId }, maxBytes: maxPackageAnswerBytes }, signal)
    const isBase64 = typeof data === 'string' && !notBase64.test(data)
    const bytes = Buffer.from(isBase64 ? data : '', 'base64')
    return bytes.length > 0 ? { bytes } : undefined
  } catch (error) {
    if (!(error instanceof BusError)) throw error
    if (error.fault === 'http:tooLarge') {
      const values = { limit: maxPackageBytes / 1_048_576 }
      return {
        bytes: Buffer.alloc(0),
        fault: new BusError('BUS_PACKAGE_INVALID', 'package-too-large', { values })
      }
    }
    if (error.code === 'BUS_PEER_REFUSED') return undefined
    throw error
  }
}

function referenceOf(bytes: Buffer): string {
  return ofContent + createHash('sha256').update(bytes).digest('hex')
}

async function digestOf(
  text: AsyncIterable<string>
): Promise<{ readonly digest: Buffer; readonly length: number }> {
  const hash = createHash('sha256')
  let length = 0
  for await (const chunk of text) {
    const bytes = Buffer.from(chunk)
    hash.update(bytes)
    length += bytes.length
  }
  return { digest: hash.digest(), length }
}

function markOf(docId: string): string {
  return `axis:${docId}`
}
