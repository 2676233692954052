import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { stringify } from 'yaml'
import { filledText } from '#bus/alerts/alert-condition.ts'
import { alertConditions } from '#bus/alerts/alert-conditions.ts'
import { grafanaBoard } from '#cli/generate/grafana-board.ts'
import { createMetrics } from '#engines/telemetry/metrics.ts'
import { repository } from '../helpers/demo-bus.ts'
import { promtoolProgram } from '../helpers/servers/installed.ts'
import { needs } from '../helpers/servers/needs.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const rulesFile = join(repository, 'deploy', 'alerts', 'lienthong.yaml')
const metrics = createMetrics({ ignoredActs: () => 0 }).registry.getMetricsAsArray() as unknown as readonly {
  name: string
  labelNames: readonly string[]
}[]
const named = (text: string): readonly string[] => text.match(/lienthong_\w+/g) ?? []

it('alert conditions are on metrics that the bus has, with labels that they have', () => {
  for (const { name, metric, by, ...condition } of alertConditions) {
    const labels = metrics.find((one) => one.name === metric)?.labelNames
    const used = [...by, ...('where' in condition ? Object.keys(condition.where) : [])]
    assert.deepEqual(
      used.filter((label) => !labels?.includes(label)),
      [],
      name
    )
    for (const language of ['en', 'vi'] as const) {
      const texts = condition.summary[language] + condition.action[language]
      const places = Array.from(texts.matchAll(/\{(\w+)\}/g), ([, place = '']) => place)
      const given: readonly string[] = [...by, 'value']
      assert.deepEqual(
        places.filter((place) => !given.includes(place)),
        [],
        name
      )
    }
  }
})

it('the board shows every metric of the bus, and no other', () => {
  const shown = new Set(named(grafanaBoard()))
  assert.deepEqual([...shown].sort(), metrics.map(({ name }) => name).sort())
})

interface ExpectedAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly value?: string
}

interface RuleTest {
  readonly title: string
  readonly interval: string
  readonly series: Readonly<Record<string, string>>
  /** What fires at a time. */
  readonly at: Readonly<Record<string, readonly ExpectedAlert[]>>
}

const quiet = '000.00.91.H03'
const system = `/agencies/${quiet}/systems/qlvb`

/** By the alert that each is about. */
const ruleTests: Readonly<Record<string, RuleTest>> = {
  LienthongProjectorStopped: {
    title: 'a stopped projector alerts after two minutes, not before, and no more when it runs',
    interval: '1m',
    series: { 'lienthong_projector_stopped{job="lienthong"}': '0 1x5 0x5' },
    at: { '2m': [], '3m': [{ labels: {} }], '8m': [] }
  },
  LienthongAgencySilent: {
    title: 'the agency that has taken nothing for two days alerts by its name',
    interval: '1m',
    series: {
      [`lienthong_agency_oldest_undelivered_seconds{agency="${quiet}"}`]: '172800+60x20',
      'lienthong_agency_oldest_undelivered_seconds{agency="000.00.92.H03"}': '172800x20',
      'lienthong_agency_oldest_undelivered_seconds{agency="rest"}': '999999x20'
    },
    at: { '10m': [], '11m': [{ labels: { agency: quiet } }] }
  },
  LienthongFurtherAgenciesSilent: {
    title: 'agencies beyond those with a name alert together',
    interval: '1m',
    series: {
      [`lienthong_agency_oldest_undelivered_seconds{agency="${quiet}"}`]: '999999x30',
      'lienthong_agency_oldest_undelivered_seconds{agency="rest"}': '172800x9 172860x11 0x5'
    },
    at: { '10m': [], '20m': [{ labels: {} }], '23m': [] }
  },
  LienthongFlowsBehind: {
    title:
      'the view of flows alerts when it is behind for more than five minutes, by the process that measures it',
    interval: '1m',
    series: {
      'lienthong_flows_lag_seconds{job="lienthong"}': '0x3 60+60x12 0x5',
      'lienthong_flows_lag_seconds{job="lienthong-2"}': '0x20'
    },
    at: { '13m': [], '14m': [{ labels: {}, value: '660' }], '18m': [] }
  },
  LienthongCopiesMissing: {
    title:
      'copies that are missing longer than brokers take to be restarted in turn alert, and no more once they are back',
    interval: '1m',
    series: { 'lienthong_log_copies_missing{job="lienthong"}': '0 3x8 0x3 2x15 0x5' },
    at: { '9m': [], '15m': [], '24m': [{ labels: {}, value: '2' }], '30m': [] }
  },
  LienthongConnectorDown: {
    title: 'a connector that runs in one of two processes is not down',
    interval: '1m',
    series: {
      'lienthong_connector_up{job="lienthong",instance="one"}': '0x30',
      'lienthong_connector_up{job="lienthong-2",instance="one"}': '1x30',
      'lienthong_connector_up{job="lienthong",instance="two"}': '0x30'
    },
    at: { '14m': [], '15m': [{ labels: { instance: 'two' } }] }
  },
  LienthongConnectorLag: {
    title: 'items that wait to be published alert, deliveries that wait do not',
    interval: '1m',
    series: {
      'lienthong_connector_lag{instance="in",direction="in"}': '950x30',
      'lienthong_connector_lag{instance="out",direction="out"}': '950x30'
    },
    at: { '20m': [{ labels: { instance: 'in' }, value: '950' }] }
  },
  LienthongKeyExpires: {
    title: 'a key alerts from fourteen days before its end on, also after it',
    interval: '1m',
    series: { [`lienthong_key_days_left{system="${system}"}`]: '14 13.9 -2' },
    at: {
      '0m': [],
      '1m': [{ labels: { system }, value: '13.9' }],
      '2m': [{ labels: { system }, value: '-2' }]
    }
  },
  LienthongDiskLow: {
    title: 'a disk alerts for each folder by itself',
    interval: '1m',
    series: {
      'lienthong_disk_free_ratio{disk="data"}': '0.05x20',
      'lienthong_disk_free_ratio{disk="attachments"}': '0.5x20'
    },
    at: { '9m': [], '10m': [{ labels: { disk: 'data' } }] }
  }
}

function expectationOf(alertname: string, { labels, value = '0' }: ExpectedAlert): object {
  const condition = alertConditions.find(({ name }) => name === alertname)
  if (!condition) return assert.fail(alertname)
  const values = { ...labels, value }
  const { severity, summary, action } = condition
  return {
    exp_labels: { severity, ...labels },
    exp_annotations: {
      summary: filledText(summary, 'en', values),
      description: filledText(action, 'en', values),
      summary_vi: filledText(summary, 'vi', values),
      description_vi: filledText(action, 'vi', values)
    }
  }
}

/** Runs promtool; throws what it prints if it finds a fault. */
function promtool(...words: readonly string[]): string {
  return execFileSync(promtoolProgram, [...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

function runRuleTest(t: TestContext, alertname: string, { title, interval, series, at }: RuleTest): void {
  const file = join(temporaryFolder(t), 'rules.test.yaml')
  const unit = {
    ...{ name: title, interval },
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: Object.entries(at).map(([time, alerts]) => ({
      ...{ eval_time: time, alertname },
      exp_alerts: alerts.map((alert) => expectationOf(alertname, alert))
    }))
  }
  writeFileSync(file, stringify({ rule_files: [rulesFile], evaluation_interval: '1m', tests: [unit] }))
  promtool('test', 'rules', file)
}

describe('promtool', needs('promtool'), () => {
  it('takes the rules', () => {
    assert.match(
      promtool('check', 'rules', rulesFile),
      new RegExp(`${alertConditions.length + 1} rules found`)
    )
  })

  for (const [alert, test] of Object.entries(ruleTests)) {
    it(test.title, (t) => runRuleTest(t, alert, test))
  }

  it('finds a rule that alerts too late', (t) => {
    const late = { ...ruleTests.LienthongProjectorStopped, at: { '2m': [{ labels: {} }] } } as RuleTest
    assert.throws(() => runRuleTest(t, 'LienthongProjectorStopped', late), /FAILED/)
  })
})

it('the rules have the texts of both languages', () => {
  const text = readFileSync(rulesFile, 'utf8')
  assert.equal(text.match(/summary_vi:/g)?.length, alertConditions.length + 1)
})
