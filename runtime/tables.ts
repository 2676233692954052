import { alertTables } from '#bus/alerts/alert-tables.ts'
import { archiveTables } from '#bus/archive/archive-tables.ts'
import { archiveLogTables } from '#bus/archive-log/archive-log-tables.ts'
import { attachmentTables } from '#bus/attachments/attachment-tables.ts'
import { controlTables } from '#bus/control/control-tables.ts'
import { peerTables } from '#bus/control/peer-tables.ts'
import { leaseTables } from '#bus/leases/lease-tables.ts'
import { recipientStatusTables } from '#bus/recipients/recipient-status-tables.ts'
import { connectorTables } from '#connectors/host/connector-tables.ts'
import { connectorControlTables } from '#connectors/host/control/control-tables.ts'
import { deliveryTables } from '#connectors/host/outbound/delivery-tables.ts'
import { activityTables } from '#consumers/activity/activity-tables.ts'
import { actTables } from '#consumers/acts/act-tables.ts'
import { flowTables } from '#consumers/flows/flow-tables.ts'
import { inboxTables } from '#consumers/inbox/inbox-tables.ts'
import { projectorTables } from '#consumers/projector/projector-tables.ts'
import { reservationTables } from '#engines/event-log/kafka/reservation-tables.ts'
import { metaTables } from '#engines/store/meta.ts'
import { refusalTables } from '#gateway/refusals/refusal-tables.ts'
import { sessionTables } from '#gateway/sessions/session-tables.ts'
import { usedTokenTables } from '#gateway/used-tokens.ts'

/** The tables of all parts; the store migrates them when it is opened. */
export const tablesOfAllParts = [
  metaTables,
  controlTables,
  archiveTables,
  attachmentTables,
  recipientStatusTables,
  inboxTables,
  flowTables,
  deliveryTables,
  connectorTables,
  connectorControlTables,
  projectorTables,
  peerTables,
  leaseTables,
  alertTables,
  usedTokenTables,
  sessionTables,
  refusalTables,
  actTables,
  activityTables,
  reservationTables
]

/** With the tables of a log on one machine. */
export const tablesOnOneMachine = [...tablesOfAllParts, archiveLogTables]
