import { Counter, Gauge, Registry } from 'prom-client'

/** The counters of this process, as Prometheus metrics named `lienthong_*`. Labels never hold personal data. */
export interface Metrics {
  readonly registry: Registry
  readonly requests: Counter<'route' | 'status'>
  readonly connectionsRefused: Counter
  readonly projected: Counter
  readonly quarantined: Counter<'part'>
  readonly sentLate: Counter<'agency'>
  readonly projectorStopped: Gauge
  readonly connectorUp: Gauge<'instance'>
  readonly connectorLag: Gauge<'instance' | 'direction'>
  readonly connectorOldestUndelivered: Gauge<'instance'>
  readonly connectorQuarantined: Gauge<'instance'>
  readonly connectorInDoubt: Gauge<'instance'>
}

/** Values that are read when the metrics are requested. */
export interface MetricSources {
  readonly ignoredActs: () => number
}

export function createMetrics({ ignoredActs }: MetricSources): Metrics {
  const registry = new Registry()
  const registers = [registry]
  new Gauge({
    name: 'lienthong_control_acts_ignored',
    help: 'Stored control acts that are not valid and are ignored: the bus did not record them. Alert if it is not 0.',
    registers,
    collect() {
      this.set(ignoredActs())
    }
  })
  return {
    registry,
    requests: new Counter({
      name: 'lienthong_requests_total',
      help: 'HTTP requests answered, by route and status.',
      labelNames: ['route', 'status'],
      registers
    }),
    connectionsRefused: new Counter({
      name: 'lienthong_connections_refused_total',
      help: 'Connections refused because too many were open, in all or from one address.',
      registers
    }),
    projected: new Counter({
      name: 'lienthong_projected_events_total',
      help: 'Events read from the log into archive and inboxes.',
      registers
    }),
    quarantined: new Counter({
      name: 'lienthong_quarantined_total',
      help: 'Items that could not be processed and were quarantined, by the part of the bus that found them.',
      labelNames: ['part'],
      registers
    }),
    sentLate: new Counter({
      name: 'lienthong_sent_late_total',
      help: 'Events a connector published after the time the rules wanted them sent, by agency.',
      labelNames: ['agency'],
      registers
    }),
    connectorUp: new Gauge({
      name: 'lienthong_connector_up',
      help: '1 while a connector instance of this process runs; 0 while it is connecting, failing, paused or misconfigured. Alert if it is 0 for long.',
      labelNames: ['instance'],
      registers
    }),
    connectorLag: new Gauge({
      name: 'lienthong_connector_lag',
      help: 'Items of a connector instance that are not published (in), and its open deliveries (out).',
      labelNames: ['instance', 'direction'],
      registers
    }),
    connectorOldestUndelivered: new Gauge({
      name: 'lienthong_connector_oldest_undelivered_seconds',
      help: 'Age of the oldest event that a connector instance has not delivered; 0 if there is none.',
      labelNames: ['instance'],
      registers
    }),
    connectorQuarantined: new Gauge({
      name: 'lienthong_connector_quarantined',
      help: 'Quarantined items of a connector instance. See: lienthong quarantine list.',
      labelNames: ['instance'],
      registers
    }),
    connectorInDoubt: new Gauge({
      name: 'lienthong_connector_in_doubt',
      help: 'Deliveries of a connector instance that are in doubt: a person must settle them. Alert if it is not 0.',
      labelNames: ['instance'],
      registers
    }),
    projectorStopped: new Gauge({
      name: 'lienthong_projector_stopped',
      help: '1 while the projector is stopped by a fault.',
      registers
    })
  }
}
