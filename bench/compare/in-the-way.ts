import type { RowKey } from './rows.ts'

/** What stands between a row and its goal, by profiles of the bus's process (`node --cpu-prof`). */
export const inTheWay: Readonly<Record<RowKey, string>> = {
  plain: '',
  signed: '',
  batch: '',
  append: '',
  kafka: '',
  'kafka-checked': '',
  projector: '',
  latency: '',
  decade: '',
  growth: '',
  memory: ''
}
