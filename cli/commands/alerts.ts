import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import { testMessage } from '#bus/alerts/alert-message.ts'
import { conditionsOf } from '#bus/alerts/check-config.ts'
import { sendOver } from '#bus/alerts/send.ts'
import type { ShownAlert } from '#bus/alerts/watch-alerts.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { createOutput, say } from '#runtime/output.ts'
import { localUrl } from '#runtime/public-address.ts'
import { type BusFlags, configFrom } from '#runtime/run-bus.ts'

interface AlertFlags extends BusFlags {
  readonly managementUrl?: string
  readonly json?: boolean
}

const timeoutMs = 10_000

/** `lienthong alerts`: what needs a person now; `lienthong alerts test`: whether the channels work. */
export function addAlerts(program: Command): void {
  const alerts = program
    .command('alerts')
    .description('What needs a person now, as the running bus finds it.')
    .option('--config <file>', 'configuration file')
    .option('--management-url <url>', 'the management port, if it is not that of the configuration')
    .option('--json', 'one JSON value a line')
    .action(showAlerts)
  alerts
    .command('test')
    .description('Send a test message over every channel of the configuration. The bus need not run.')
    .option('--config <file>', 'configuration file')
    .option('--json', 'one JSON value a line')
    .action(sendTests)
}

async function showAlerts(flags: AlertFlags): Promise<void> {
  const output = createOutput({ json: flags.json ?? false })
  const { management } = await configFrom(flags)
  const url = flags.managementUrl ?? `http://${management.host}:${management.port}`
  const items = await readAlerts(url)
  if (items.length === 0 && !flags.json) output.line('nothing needs a person', {})
  for (const item of items) {
    const { state, severity, alert, since, summary, action } = item
    if (flags.json) output.line(alert, item)
    else
      for (const line of [`${state}  ${severity}  ${alert}  since ${since}`, `  ${summary}`, `  ${action}`])
        say(line)
  }
}

async function readAlerts(url: string): Promise<readonly ShownAlert[]> {
  try {
    const response = await fetch(`${url}/alerts`, { signal: AbortSignal.timeout(timeoutMs) })
    if (!response.ok) throw unreachable(url, String(response.status))
    const { items } = (await response.json()) as { readonly items: readonly ShownAlert[] }
    return items
  } catch (error) {
    if (error instanceof BusError) throw error
    const { cause, message } = error as {
      readonly cause?: { readonly code?: string }
      readonly message: string
    }
    throw unreachable(url, cause?.code ?? message, error)
  }
}

function unreachable(url: string, problem: string, cause?: unknown): BusError {
  return new BusError('BUS_PEER_UNREACHABLE', 'management-unreachable', { cause, values: { url, problem } })
}

async function sendTests(flags: AlertFlags): Promise<void> {
  const output = createOutput({ json: flags.json ?? false })
  const { alerts, gateway } = await configFrom(flags)
  conditionsOf(alerts) // Throws what is wrong in the settings.
  const bus = gateway.publicUrl ?? localUrl(gateway, gateway.port)
  const { channels, language } = alerts
  if (channels.length === 0) output.line('the settings have no channels under alerts', {})
  for (const channel of channels) {
    const { name } = channel
    const now = Date.now()
    const { signal } = new AbortController()
    try {
      await sendOver(channel, testMessage({ language, bus, now }), { id: randomUUID(), now, signal })
      output.line(`${name}: sent`, { channel: name, sent: true })
    } catch (error) {
      const problem = error instanceof BusError ? error.text('en') : String(error)
      output.line(`PROBLEM  ${name}: ${problem}`, { channel: name, sent: false, problem })
      process.exitCode = 1
    }
  }
}
