import { BusError } from '#protocol/errors/bus-error.ts'
import { unknownDays, unorderedHours } from '#protocol/timing/working-time.ts'
import type { FlowsConfig } from './flows-config.ts'

/** Throws `BUS_CONFIG_INVALID` for hours that are not in order, and for days that no calendar has. */
export function checkFlowsConfig({ hours, holidays, makeUpDays }: FlowsConfig): void {
  const faults = [
    ...unorderedHours(hours).map((own) => ({
      en: `/flows/hours: ${own} ends before it begins, or begins before the hours before it end`,
      vi: `/flows/hours: ${own} kết thúc trước khi bắt đầu, hoặc bắt đầu khi khoảng giờ trước đó chưa kết thúc`
    })),
    ...unknownDays([...holidays, ...makeUpDays]).map((day) => ({
      en: `/flows: there is no day ${day}`,
      vi: `/flows: không có ngày ${day}`
    }))
  ]
  if (faults.length === 0) return
  const problems = faults.map(({ en }) => en).join('; ')
  const problemsVi = faults.map(({ vi }) => vi).join('; ')
  throw new BusError('BUS_CONFIG_INVALID', 'flows-settings-invalid', {
    values: { problems, problemsVi }
  })
}
