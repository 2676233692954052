import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { flowsSection } from './flows-figures.ts'
import { inTheWay } from './in-the-way.ts'
import { plot } from './plot.ts'
import { type Measured, type Run, readRuns } from './results.ts'
import type { Sample } from './rounds.ts'
import type { Row } from './row.ts'
import { rows } from './rows.ts'

/** Writes the page, and the plots beside the results, from the runs stored in the folder. */
export function writePage(file: string, folder: string): void {
  const runs = readRuns(folder)
  const measured = new Map(runs.flatMap((run) => run.measured.map((one) => [one.key, one] as const)))
  const plots = writePlots(folder, [...measured.values()])
  const text = [
    '# Performance',
    'Written by `npm run bench`; do not edit. A row is the median of interleaved rounds (A B A B …) in one run. Absolute rates depend on the machine and what else runs on it; compare ratios and processor time per event. "Ours" and "baseline" are processor time of the process tree in microseconds per event; ours is counted until the event is in the inboxes.',
    'A separate process generates the load over 64 kept-alive connections (4 for batches). It makes events and tokens before the clock starts, and checks every status and count and 20 receipts per round. The baselines are in `bench/compare/baselines`, one file each.',
    table(measured),
    'The bus has no webhooks yet, so there is no row "publish → webhook received". Instead there is the time until a long-polling reader of the inbox has the event.',
    ...rows.flatMap(({ key, title }) => (inTheWay[key] === '' ? [] : [`**${title}.** ${inTheWay[key]}`])),
    ...plots.map((name) => `![${name}](${basename(folder)}/${name}.svg)`),
    ...flowsSection(folder),
    '## Runs',
    runs.map(runLine).join('\n')
  ]
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${text.join('\n\n')}\n`)
}

function table(measured: ReadonlyMap<string, Measured>): string {
  const head = ['row', 'measured', 'must', 'goal', 'ours, µs', 'baseline, µs', 'ours ÷ s', 'baseline ÷ s']
  const lines = rows.map((row) => lineOf(row, measured.get(row.key)))
  return [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...lines].join('\n')
}

function lineOf(row: Row, measured: Measured | undefined): string {
  const owed = [row.must, row.goal].map((value) => figure(row, value))
  return `| ${[row.title, measuredText(row, measured), ...owed, ...sides(measured)].join(' | ')} |`
}

function measuredText(row: Row, measured: Measured | undefined): string {
  if (!measured) return 'not measured yet'
  const value = 'ratio' in measured ? measured.ratio : measured.value
  const reached = (bound: number): boolean => (row.more ? value >= bound : value <= bound)
  const events = 'events' in measured ? measured.events : undefined
  const isPart = row.events !== undefined && events !== undefined && events < row.events
  const verdict = reached(row.goal) ? 'goal' : reached(row.must) ? 'must' : '**missed**'
  const worth = isPart ? `over ${events} of ${row.events} events only` : verdict
  const spread = 'ratio' in measured ? ` (${figure(row, measured.least)}–${figure(row, measured.most)})` : ''
  const notes = 'notes' in measured ? `; ${(measured.notes ?? []).join('; ')}` : ''
  return `${figure(row, value)}${spread}, ${worth}${notes}`
}

function sides(measured: Measured | undefined): readonly string[] {
  if (!measured) return ['', '', '', '']
  if ('value' in measured) return [measured.cpuMicros.toFixed(0), '', '', '']
  const both = [measured.ours, measured.baseline]
  return [...both.map(({ cpuMicros }) => cpuMicros.toFixed(1)), ...both.map(rateText)]
}

function rateText({ rate, settledRate }: Sample): string {
  return `${rate.toFixed(0)}${settledRate === undefined ? '' : ` (${settledRate.toFixed(0)} into inboxes)`}`
}

function figure({ unit }: Row, value: number): string {
  if (unit === 'ratio') return value.toFixed(2)
  return `${['min', 'KB', '%'].includes(unit) ? value.toFixed(1) : value.toFixed(0)} ${unit}`
}

function runLine({ command, date, machine, node, kafka, postgresql }: Run): string {
  return `- \`${command}\`, ${date}: ${machine}; Node ${node}, Kafka ${kafka}, PostgreSQL ${postgresql}`
}

function writePlots(folder: string, measured: readonly Measured[]): readonly string[] {
  const written: string[] = []
  const write = (name: string, svg: string): void => {
    writeFileSync(join(folder, `${name}.svg`), svg)
    written.push(name)
  }
  for (const one of measured) {
    if (!('value' in one)) continue
    const { points, growth } = one
    if (points) {
      write(
        'latency',
        plot({
          title: 'From publishing until the recipient has it',
          x: 'events a second',
          y: 'ms',
          lines: [
            { name: 'p50', points: points.map(({ rate, p50 }) => [rate, p50]) },
            { name: 'p99', points: points.map(({ rate, p99 }) => [rate, p99]) }
          ]
        })
      )
    }
    if (growth) {
      const lines = [
        { name: 'bus', points: growth.map(({ stored, cpuMicros }) => [stored, cpuMicros] as const) },
        { name: 'young bus', points: growth.map(({ stored, youngMicros }) => [stored, youngMicros] as const) }
      ]
      write(
        'growth',
        plot({ title: 'Processor time as the bus fills', x: 'events stored', y: 'µs an event', lines })
      )
    }
  }
  return written
}
