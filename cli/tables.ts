import { archiveTables } from '#bus/archive/archive-tables.ts'
import { attachmentTables } from '#bus/attachments/attachment-tables.ts'
import { controlTables } from '#bus/control/control-tables.ts'
import { fellowTables } from '#bus/control/fellow-tables.ts'
import { deliveryTables } from '#bus/delivery/delivery-tables.ts'
import { handoverTables } from '#bus/delivery/handover-tables.ts'
import { leaseTables } from '#bus/delivery/lease-tables.ts'
import { reservationTables } from '#bus/event-log/kafka/reservation-tables.ts'
import { projectorTables } from '#bus/projector/projector-tables.ts'
import { outboxTables } from '#bus/publishing/outbox.ts'
import { metaTables } from '#bus/store/meta.ts'
import { inboxTables } from '#consumers/inbox/inbox-tables.ts'

/** The tables of every part; the store brings them to their newest shape when it is opened. */
export const tablesOfAllParts = [
  metaTables,
  controlTables,
  archiveTables,
  attachmentTables,
  handoverTables,
  inboxTables,
  deliveryTables,
  outboxTables,
  projectorTables,
  fellowTables,
  leaseTables,
  reservationTables
]
