import type { NewRecord } from '../event-log.ts'
import type { Claim } from './reservations.ts'

type Granted = Extract<Claim, { readonly receipt: unknown }>

/** A record that was taken over is written with the receipt it was first reserved with. */
export function underReceipt(record: NewRecord, { recordedTime, receipt }: Granted): NewRecord {
  if (receipt.token === record.receipt.token) return record
  const { bus_recordedtime: _time, bus_receipt: _receipt, ...headers } = record.headers
  return {
    ...record,
    headers: { ...headers, bus_recordedtime: recordedTime, bus_receipt: JSON.stringify(receipt) }
  }
}
