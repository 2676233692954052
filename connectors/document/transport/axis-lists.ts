import { faults } from '../faults.ts'
import type { AxisAnswer } from './axis-api.ts'
import type { TellLeft } from './transport.ts'

/** A package as a list of the axis names it. */
export interface AxisPackage {
  readonly docId: string
  readonly from: string
  readonly to: string
  /** `initial`, `processing`, `done` or `fail`. */
  readonly status: string
  readonly notation: string
  /** Milliseconds since the epoch; 0 for a time that is in no known form. */
  readonly createdAt: number
}

/** An id goes into a header: nothing else may be in it. */
const idForm = /^[\x21-\x7e]{1,150}$/

/** The packages in an answer, in its order. What has no usable id is told and left out. */
export function readList({ data }: AxisAnswer, host: string, leave: TellLeft): readonly AxisPackage[] {
  if (!Array.isArray(data)) throw faults.axisUnreadable({ values: { host } })
  return (data as readonly unknown[]).flatMap((entry) => {
    const one = (typeof entry === 'object' && entry !== null ? entry : {}) as Readonly<
      Record<string, unknown>
    >
    const text = (...names: readonly string[]): string => {
      const found = names.map((name) => one[name]).find((value) => typeof value === 'string')
      return typeof found === 'string' ? found : ''
    }
    const docId = text('docId', 'senderDocId')
    if (!idForm.test(docId)) {
      leave(docId.slice(0, 150), 'the axis lists a package without a usable docId')
      return []
    }
    return {
      docId,
      from: text('from', 'fromCode'),
      to: text('to', 'toCode'),
      status: text('status', 'sendStatus'),
      notation: text('notation'),
      createdAt: instantOf(text('created_time', 'sentTime'))
    }
  })
}

/** `yyyy/MM/dd HH:mm:ss` and the like are times in Việt Nam; with a zone they are what they say. */
function instantOf(text: string): number {
  const parts =
    /^(\d{4})[/-](\d\d)[/-](\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:?\d\d)?$/.exec(text)
  if (!parts) return 0
  const [, year, month, day, time, zone = '+07:00'] = parts
  const at = Date.parse(`${year}-${month}-${day}T${time}${zone}`)
  return Number.isNaN(at) ? 0 : at
}
