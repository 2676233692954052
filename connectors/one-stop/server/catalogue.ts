import type { JsonObject } from '#protocol/events/json.ts'
import type { ConnectorIo, Received } from '../../connector.ts'
import { toEntry } from '../catalogue/procedure.ts'
import { answer, errorCodes } from './answers.ts'
import { type Call, only } from './call.ts'

export const procedureTypes = [
  'procedure.published.v1',
  'procedure.changed.v1',
  'procedure.withdrawn.v1'
] as const

const withdrawn = 'procedure.withdrawn.v1'
const atOnce = 200

/** `LayDanhSachTTHC`: every procedure that the agency was told of and that is not withdrawn, at any time. */
export async function listProcedures({ io }: Call): Promise<Received> {
  await collectProcedures(io)
  const newest = new Map<string, JsonObject>()
  for await (const { type, subject, data } of io.visible(procedureTypes)) {
    if (type === withdrawn) newest.delete(subject)
    else newest.set(subject, toEntry(data, false))
  }
  return only(answer(errorCodes.ok, { result: [...newest.values()] }))
}

/** `LayThuTuc`: one procedure, whole. */
export async function readProcedure({ body, io }: Call): Promise<Received> {
  await collectProcedures(io)
  const code = String(body.maTTHC ?? body.mathutuc ?? '')
    .normalize()
    .slice(0, 200)
  const newest = code === '' ? undefined : (await io.given(code, procedureTypes)).at(-1)
  const result = newest && newest.type !== withdrawn ? [toEntry(newest.data, true)] : []
  return only(answer(errorCodes.ok, { result }))
}

/** The catalogue is given whenever it is asked for: what waits of it counts as fetched. */
async function collectProcedures(io: ConnectorIo): Promise<void> {
  for (let after: string | undefined; ; ) {
    const some = await io.waiting(after, atOnce)
    const hashes = some.filter(({ event }) => (procedureTypes as readonly string[]).includes(event.type))
    await io.collected(hashes.map(({ hash }) => hash))
    after = some.at(-1)?.hash
    if (some.length < atOnce) return
  }
}
