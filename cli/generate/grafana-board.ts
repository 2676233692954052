/** One panel: its queries in PromQL, each with the name of its lines. */
interface Panel {
  readonly title: string
  readonly type: 'stat' | 'timeseries' | 'table'
  readonly unit: 'short' | 's' | 'd' | 'bytes' | 'percentunit' | 'reqps'
  readonly queries: readonly (readonly [expr: string, legend: string])[]
}

interface Row {
  readonly title: string
  readonly panels: readonly Panel[]
}

const total = (metric: string): string => `sum(rate(${metric}[5m]))`

const rows: readonly Row[] = [
  {
    title: 'The bus',
    panels: [
      {
        title: 'Alerts firing',
        type: 'stat',
        unit: 'short',
        queries: [['count(ALERTS{alertname=~"Lienthong.*",alertstate="firing"}) or vector(0)', '']]
      },
      {
        title: 'Stopped',
        type: 'stat',
        unit: 'short',
        queries: [
          ['max(lienthong_projector_stopped)', 'projector'],
          ['max by (disk) (lienthong_disk_reserve_used)', 'disk {{disk}} full'],
          ['max(lienthong_publishing_refused)', 'publishing refused']
        ]
      },
      {
        title: 'Events projected',
        type: 'timeseries',
        unit: 'reqps',
        queries: [[total('lienthong_projected_events_total'), 'events']]
      },
      {
        title: 'Requests by status',
        type: 'timeseries',
        unit: 'reqps',
        queries: [['sum by (status) (rate(lienthong_requests_total[5m]))', '{{status}}']]
      },
      {
        title: 'Refusals by code',
        type: 'timeseries',
        unit: 'reqps',
        queries: [['sum by (code) (rate(lienthong_refusals_total[5m]))', '{{code}}']]
      },
      {
        title: 'Connections refused',
        type: 'timeseries',
        unit: 'reqps',
        queries: [[total('lienthong_connections_refused_total'), 'connections']]
      }
    ]
  },
  {
    title: 'Queues',
    panels: [
      {
        title: 'Records that wait to be stored',
        type: 'timeseries',
        unit: 'short',
        queries: [['max(lienthong_append_queue)', 'append queue']]
      },
      {
        title: 'Records that wait to be projected',
        type: 'timeseries',
        unit: 'short',
        queries: [
          ['max(lienthong_projector_lag)', 'records'],
          ['max(lienthong_fan_out_waiting)', 'inbox entries of many recipients']
        ]
      },
      {
        title: 'Events that are not in the view of flows',
        type: 'timeseries',
        unit: 'short',
        queries: [['max(lienthong_flows_lag)', 'events']]
      },
      {
        title: 'Lag of the projector',
        type: 'timeseries',
        unit: 's',
        queries: [
          ['max(lienthong_projector_lag_seconds)', 'seconds'],
          ['max(lienthong_fan_out_lag_seconds)', 'to many recipients']
        ]
      },
      {
        title: 'Lag of the view of flows',
        type: 'timeseries',
        unit: 's',
        queries: [['max(lienthong_flows_lag_seconds)', 'seconds']]
      },
      {
        title: 'Quarantined',
        type: 'timeseries',
        unit: 'short',
        queries: [
          ['max(lienthong_projector_quarantined)', 'projector'],
          ['sum by (part) (increase(lienthong_quarantined_total[1h]))', '{{part}}, last hour']
        ]
      }
    ]
  },
  {
    title: 'Agencies',
    panels: [
      {
        title: 'Oldest undelivered',
        type: 'table',
        unit: 's',
        queries: [['sort_desc(max by (agency) (lienthong_agency_oldest_undelivered_seconds))', '{{agency}}']]
      },
      {
        title: 'Backlog',
        type: 'timeseries',
        unit: 'short',
        queries: [['topk(20, max by (agency) (lienthong_agency_backlog))', '{{agency}}']]
      },
      {
        title: 'Sent late',
        type: 'timeseries',
        unit: 'short',
        queries: [['sum by (agency) (increase(lienthong_sent_late_total[1d]))', '{{agency}}']]
      }
    ]
  },
  {
    title: 'Connectors',
    panels: [
      {
        title: 'Running',
        type: 'timeseries',
        unit: 'short',
        queries: [['max by (instance) (lienthong_connector_up)', '{{instance}}']]
      },
      {
        title: 'Open items and deliveries',
        type: 'timeseries',
        unit: 'short',
        queries: [['max by (instance, direction) (lienthong_connector_lag)', '{{instance}} {{direction}}']]
      },
      {
        title: 'Oldest undelivered',
        type: 'timeseries',
        unit: 's',
        queries: [['max by (instance) (lienthong_connector_oldest_undelivered_seconds)', '{{instance}}']]
      },
      {
        title: 'Quarantined and in doubt',
        type: 'timeseries',
        unit: 'short',
        queries: [
          ['max by (instance) (lienthong_connector_quarantined)', '{{instance}} quarantined'],
          ['max by (instance) (lienthong_connector_in_doubt)', '{{instance}} in doubt']
        ]
      }
    ]
  },
  {
    title: 'Machine, keys, certificates',
    panels: [
      {
        title: 'Free disk',
        type: 'timeseries',
        unit: 'percentunit',
        queries: [['min by (disk) (lienthong_disk_free_ratio)', '{{disk}}']]
      },
      {
        title: 'Free bytes, write-ahead logs',
        type: 'timeseries',
        unit: 'bytes',
        queries: [
          ['min by (disk) (lienthong_disk_free_bytes)', '{{disk}}'],
          ['max by (file) (lienthong_wal_bytes)', '{{file}}, write-ahead log']
        ]
      },
      {
        title: 'Partitions that lack copies',
        type: 'timeseries',
        unit: 'short',
        queries: [['max(lienthong_log_copies_missing)', 'partitions']]
      },
      {
        title: 'Delay of the main thread (p99)',
        type: 'timeseries',
        unit: 's',
        queries: [['max(lienthong_event_loop_delay_p99_seconds)', 'p99']]
      },
      {
        title: 'Keys: days left',
        type: 'table',
        unit: 'd',
        queries: [['sort(min by (system) (lienthong_key_days_left))', '{{system}}']]
      },
      {
        title: 'Certificates: days left',
        type: 'table',
        unit: 'd',
        queries: [['sort(min by (certificate) (lienthong_certificate_days_left))', '{{certificate}}']]
      },
      {
        title: 'Alert channels that fail, acts ignored',
        type: 'stat',
        unit: 'short',
        queries: [
          ['max by (channel) (lienthong_alert_channel_failing)', '{{channel}}'],
          ['max(lienthong_control_acts_ignored)', 'acts ignored']
        ]
      }
    ]
  }
]

const columns = 24
const width = 8
const height = 7

/** `deploy/grafana/lienthong.json`: a board to import into Grafana. */
export function grafanaBoard(): string {
  let id = 0
  let y = 0
  const panels = rows.flatMap(({ title, panels: own }) => {
    id += 1
    const header = {
      id,
      type: 'row',
      title,
      gridPos: { h: 1, w: columns, x: 0, y },
      collapsed: false,
      panels: []
    }
    y += 1
    const placed = own.map((panel, index) => {
      id += 1
      const place = {
        h: height,
        w: width,
        x: (index * width) % columns,
        y: y + Math.floor((index * width) / columns) * height
      }
      return panelOf(panel, id, place)
    })
    y += Math.ceil((own.length * width) / columns) * height
    return [header, ...placed]
  })
  const datasource = { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' }
  const board = {
    ...{
      uid: 'lienthong',
      title: 'Liên Thông',
      tags: ['lienthong'],
      editable: true,
      schemaVersion: 39,
      version: 1
    },
    ...{ refresh: '30s', time: { from: 'now-6h', to: 'now' }, timezone: 'browser' },
    ...{ templating: { list: [datasource] }, panels }
  }
  return `${JSON.stringify(board, null, 2)}\n`
}

function panelOf({ title, type, unit, queries }: Panel, id: number, gridPos: object): object {
  const datasource = { type: 'prometheus', uid: `\${datasource}` }
  const isNow = type !== 'timeseries'
  const targets = queries.map(([expr, legendFormat], index) => ({
    ...{ refId: String.fromCharCode(65 + index), datasource, expr, legendFormat },
    ...(isNow ? { instant: true, range: false } : {}),
    ...(type === 'table' ? { format: 'table' } : {})
  }))
  return {
    id,
    type,
    title,
    gridPos,
    datasource,
    targets,
    fieldConfig: { defaults: { unit }, overrides: [] },
    options: {}
  }
}
