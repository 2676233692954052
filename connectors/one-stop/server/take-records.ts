import type { BusError } from '#protocol/errors/bus-error.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { InboundItem, Received, Stored } from '../../connector.ts'
import { isRaw } from '../dialect/json.ts'
import { createFileClient } from '../files/file-client.ts'
import { readRecords } from '../map/read-records.ts'
import { answer, errorCodes, errorNumberOf } from './answers.ts'
import type { Call } from './call.ts'

/** Records of one request. */
const maxRecords = 100

/**
 * `DongBoHoSoMC` and `CapNhatTienDoHoSoMC`. Records that can be used are stored; for the others the answer says why,
 * one by one, and the caller sends them again once they are corrected.
 */
export async function takeRecords({ body, settings, io }: Call): Promise<Received> {
  const { data } = body
  if (!Array.isArray(data)) {
    const message = 'data phải là danh sách bản ghi.'
    return { items: [], respond: () => answer(errorCodes.malformed, { message }) }
  }
  if (data.length > maxRecords) {
    const message = `Mỗi yêu cầu có tối đa ${maxRecords} bản ghi.`
    return { items: [], respond: () => answer(errorCodes.tooLarge, { message }) }
  }
  const client = createFileClient(settings.files)
  try {
    const deadline = performance.now() + settings.files.timeoutMs
    const read = await readRecords(data, { settings, io, client, deadline })
    const stored = read.map(({ items }) => items.filter((item) => !('fault' in item)))
    return {
      items: stored.flat(),
      respond(results) {
        let at = 0
        const entries = read.map(({ items }, index): Taken => {
          const own = stored[index] ?? []
          const faults = [...faultsOf(items), ...quarantinedIn(results.slice(at, at + own.length))]
          at += own.length
          return { record: data[index], fault: faults[0] }
        })
        return respond(entries)
      }
    }
  } finally {
    await client.close()
  }
}

interface Taken {
  readonly record: unknown
  readonly fault: BusError | undefined
}

function faultsOf(items: readonly InboundItem[]): readonly BusError[] {
  return items.flatMap((item) => ('fault' in item ? [item.fault] : []))
}

function quarantinedIn(results: readonly Stored[]): readonly BusError[] {
  return results.flatMap((result) => (typeof result === 'string' ? [] : [result.quarantined]))
}

function respond(entries: readonly Taken[]): Response {
  const result = entries.map(({ record, fault }): JsonObject => {
    const code = isRaw(record) ? record.MaHoSo : undefined
    return {
      MaHoSo: typeof code === 'string' ? code.slice(0, 150) : '',
      error_code: fault ? errorNumberOf(fault) : errorCodes.ok,
      ...(fault ? { message: fault.text('vi') } : {})
    }
  })
  const first = entries.find(({ fault }) => fault !== undefined)?.fault
  if (!first) return answer(errorCodes.ok, { result })
  return answer(errorNumberOf(first), { message: first.text('vi'), result })
}
