import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A figure of the view, as the page shows it. */
export interface Figure {
  readonly what: string
  readonly measured: string
  /** What the figure should be; empty where nothing is asked. */
  readonly bound: string
}

/** What was measured with one command. */
export interface FlowsRun {
  readonly command: string
  readonly date: string
  readonly machine: string
  readonly figures: readonly Figure[]
}

/** The last run of each command stored in a folder. */
export function readFlowsRuns(folder: string): readonly FlowsRun[] {
  const file = fileOf(folder)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly FlowsRun[]) : []
}

export function writeFlowsRun(folder: string, run: FlowsRun): void {
  mkdirSync(folder, { recursive: true })
  const others = readFlowsRuns(folder).filter(({ command }) => command !== run.command)
  writeFileSync(fileOf(folder), `${JSON.stringify([...others, run], null, 2)}\n`)
}

/** The section of the page; nothing before anything was measured. */
export function flowsSection(folder: string): readonly string[] {
  const runs = readFlowsRuns(folder)
  if (runs.length === 0) return []
  const lines = runs.flatMap(({ command, figures }) =>
    figures.map(({ what, measured, bound }) => `| ${what} | ${measured} | ${bound} | \`${command}\` |`)
  )
  return [
    '## The view of flows',
    'Time is that of the process, without HTTP. The archive is made by a filler: documents, and the statuses of their recipients.',
    ['| | measured | bound | with |', '|---|---|---|---|', ...lines].join('\n'),
    runs.map(({ command, date, machine }) => `- \`${command}\`, ${date}: ${machine}`).join('\n')
  ]
}

function fileOf(folder: string): string {
  return join(folder, 'flows.json')
}
