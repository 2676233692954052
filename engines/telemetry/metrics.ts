import { Counter, Gauge, Registry } from 'prom-client'

/** The figures of this process, as Prometheus metrics named `lienthong_*`. Labels never hold personal data. */
export interface Metrics {
  readonly registry: Registry
  readonly requests: Counter<'route' | 'status'>
  readonly refusals: Counter<'code'>
  readonly connectionsRefused: Counter
  readonly projected: Counter
  readonly quarantined: Counter<'part'>
  readonly sentLate: Counter<'agency'>
  readonly appendQueue: Gauge
  readonly projectorStopped: Gauge
  readonly projectorLag: Gauge
  readonly projectorLagSeconds: Gauge
  readonly fanOutWaiting: Gauge
  readonly fanOutLagSeconds: Gauge
  readonly flowsLag: Gauge
  readonly flowsLagSeconds: Gauge
  readonly projectorQuarantined: Gauge
  readonly agencyBacklog: Gauge<'agency'>
  readonly agencyOldestUndelivered: Gauge<'agency'>
  readonly keyDaysLeft: Gauge<'system'>
  readonly certificateDaysLeft: Gauge<'certificate'>
  readonly diskFreeBytes: Gauge<'disk'>
  readonly diskFreeRatio: Gauge<'disk'>
  readonly diskReserveUsed: Gauge<'disk'>
  readonly walBytes: Gauge<'file'>
  readonly publishingRefused: Gauge
  readonly logCopiesMissing: Gauge
  readonly eventLoopDelay: Gauge
  readonly connectorUp: Gauge<'instance'>
  readonly connectorLag: Gauge<'instance' | 'direction'>
  readonly connectorOldestUndelivered: Gauge<'instance'>
  readonly connectorQuarantined: Gauge<'instance'>
  readonly connectorInDoubt: Gauge<'instance'>
  readonly alertChannelFailing: Gauge<'channel'>
}

/** Values that are read when the metrics are requested. */
export interface MetricSources {
  readonly ignoredActs: () => number
}

export function createMetrics({ ignoredActs }: MetricSources): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const gauge = <Label extends string = string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = []
  ): Gauge<Label> => new Gauge({ name: `lienthong_${name}`, help, labelNames, registers })
  const counter = <Label extends string = string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = []
  ): Counter<Label> => new Counter({ name: `lienthong_${name}`, help, labelNames, registers })

  new Gauge({
    name: 'lienthong_control_acts_ignored',
    help: 'Stored control acts that are not valid and are ignored: the bus did not record them.',
    registers,
    collect() {
      this.set(ignoredActs())
    }
  })
  return {
    registry,
    requests: counter('requests_total', 'HTTP requests answered, by route and status.', ['route', 'status']),
    refusals: counter('refusals_total', 'Requests and events of batches refused, by error code.', ['code']),
    connectionsRefused: counter(
      'connections_refused_total',
      'Connections refused because too many were open, in all or from one address.'
    ),
    projected: counter('projected_events_total', 'Events put into archive and inboxes.'),
    quarantined: counter(
      'quarantined_total',
      'Items that could not be processed and were quarantined, by the part of the bus that found them.',
      ['part']
    ),
    sentLate: counter(
      'sent_late_total',
      'Events a connector published after the time the rules wanted them sent, by agency.',
      ['agency']
    ),
    appendQueue: gauge('append_queue', 'Records that were handed in and are not durable in the log yet.'),
    projectorStopped: gauge('projector_stopped', '1 while the projector is stopped by a fault.'),
    projectorLag: gauge('projector_lag', 'Records in the log that the projector has not taken.'),
    projectorLagSeconds: gauge(
      'projector_lag_seconds',
      'How long the first of these records has been in the log, at most; 0 if there is none.'
    ),
    fanOutWaiting: gauge('fan_out_waiting', 'Inbox entries of archived events that are not added yet.'),
    fanOutLagSeconds: gauge(
      'fan_out_lag_seconds',
      'How long the oldest archived event has been waiting to be in all its inboxes, as far as it was seen.'
    ),
    flowsLag: gauge('flows_lag', 'Archived events that are not in the view of flows.'),
    flowsLagSeconds: gauge(
      'flows_lag_seconds',
      'Time since the first of these events was accepted; 0 if there is none.'
    ),
    projectorQuarantined: gauge(
      'projector_quarantined',
      'Accepted events that could not be stored, or not in all inboxes, and are in quarantine.'
    ),
    agencyBacklog: gauge(
      'agency_backlog',
      'Inbox entries of an agency that are not delivered, for the 50 agencies with the oldest; `rest` is the sum of the others.',
      ['agency']
    ),
    agencyOldestUndelivered: gauge(
      'agency_oldest_undelivered_seconds',
      'Age of the oldest of these entries; `rest` is the oldest of the others.',
      ['agency']
    ),
    keyDaysLeft: gauge(
      'key_days_left',
      'Days until a system has no key in force, for the 50 systems with the fewest; negative if it has none.',
      ['system']
    ),
    certificateDaysLeft: gauge(
      'certificate_days_left',
      'Days until a TLS certificate of the settings expires, by the setting that names its file.',
      ['certificate']
    ),
    diskFreeBytes: gauge('disk_free_bytes', 'Free bytes on the disk of a folder of the settings.', ['disk']),
    diskFreeRatio: gauge('disk_free_ratio', 'Share of that disk that is free, from 0 to 1.', ['disk']),
    diskReserveUsed: gauge(
      'disk_reserve_used',
      '1 while that disk has only the space that is reserved for acts: publishing and uploads are answered 503.',
      ['disk']
    ),
    publishingRefused: gauge(
      'publishing_refused',
      '1 while publishing is answered 503, since accepted events would wait too long for the inboxes.'
    ),
    logCopiesMissing: gauge(
      'log_copies_missing',
      'Partitions of the event log in Kafka with fewer copies in step than they should have, when last seen.'
    ),
    walBytes: gauge(
      'wal_bytes',
      'Size of the write-ahead log of a file of the data folder. It is cut while no reader needs it; never delete it.',
      ['file']
    ),
    eventLoopDelay: gauge(
      'event_loop_delay_p99_seconds',
      '99th percentile of the delay of the main thread since the figures before.'
    ),
    connectorUp: gauge(
      'connector_up',
      '1 while a connector instance of this process runs; 0 while it is connecting, failing, paused or misconfigured.',
      ['instance']
    ),
    connectorLag: gauge(
      'connector_lag',
      'Items of a connector instance that are not published (in), and its open deliveries (out).',
      ['instance', 'direction']
    ),
    connectorOldestUndelivered: gauge(
      'connector_oldest_undelivered_seconds',
      'Age of the oldest event that a connector instance has not delivered; 0 if there is none.',
      ['instance']
    ),
    connectorQuarantined: gauge('connector_quarantined', 'Quarantined items of a connector instance.', [
      'instance'
    ]),
    connectorInDoubt: gauge(
      'connector_in_doubt',
      'Deliveries of a connector instance that are in doubt: a person must settle them.',
      ['instance']
    ),
    alertChannelFailing: gauge(
      'alert_channel_failing',
      '1 while a channel of `alerts` in the settings does not take messages.',
      ['channel']
    )
  }
}
