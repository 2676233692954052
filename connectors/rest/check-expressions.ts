import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo } from '../connector.ts'
import { isExact } from './inbound/instants.ts'
import { type Expression, formProblemOf } from './map/evaluate.ts'
import { evaluateOne } from './map/mapper.ts'
import type { PollSettings, RestSettings } from './settings.ts'

/** Expressions whose input is an answer, of which there is no sample: they are only compiled. */
export function formProblems({ poll, receive, deliver }: RestSettings): readonly string[] {
  const expressions: (readonly [string, string | undefined])[] = [
    ['/poll/items', poll?.items],
    ['/receive/items', receive?.items],
    ...(deliver?.requests ?? []).flatMap(({ created, createdVersion, lookUp }, index) => {
      const place = `/deliver/requests/${index}`
      return [
        [`${place}/created`, created] as const,
        [`${place}/createdVersion`, createdVersion] as const,
        [`${place}/lookUp/found`, lookUp?.found] as const
      ]
    })
  ]
  return expressions.flatMap(([place, jsonata]) => {
    const problem = jsonata === undefined ? undefined : formProblemOf({ jsonata })
    return problem === undefined ? [] : [`${place}: ${problem}`]
  })
}

/** What is wrong with the cursor. Its value is tried with the sample: one that gives nothing never advances. */
export async function cursorProblems(poll: PollSettings, io: ConnectorIo): Promise<readonly string[]> {
  const { cursor, pageSize, pageSizeParameter } = poll
  const { by, value, first } = cursor
  const isWithoutSize = pageSize === undefined && pageSizeParameter === undefined
  return [
    ...(by === 'time' && value === undefined ? ['/poll/cursor/value is missing: the time of an item'] : []),
    ...(by === 'page' && isWithoutSize ? ['/poll needs pageSize or pageSizeParameter for pages'] : []),
    ...(by === 'page' && !/^\d{1,9}$/.test(first ?? '1') ? ['/poll/cursor/first must be a number'] : []),
    ...(by !== 'time' && io.startAt > 0 && first === undefined
      ? [`/poll/cursor/first is missing: start names an instant, which a cursor by ${by} cannot begin at`]
      : []),
    ...(by === 'page' ? [] : await valueProblems(poll, io))
  ]
}

async function valueProblems(
  { cursor: { by, value, overlapSeconds }, sample }: PollSettings,
  io: ConnectorIo
): Promise<readonly string[]> {
  if (value === undefined) return []
  const place = '/poll/cursor/value'
  try {
    const expressions: Readonly<Record<string, Expression>> = { value: { jsonata: value } }
    const { value: given } = await evaluateOne(JSON.stringify(sample), expressions, io)
    if (typeof given !== 'string' && typeof given !== 'number') {
      return [`${place} gives neither a text nor a number for the sample`]
    }
    const isInexact = by === 'time' && overlapSeconds > 0 && !isExact(given)
    return isInexact ? [`${place} gives a time without zone, which overlapSeconds needs`] : []
  } catch (error) {
    if (error instanceof BusError) return [`${place}: ${error.message}`]
    throw error
  }
}
