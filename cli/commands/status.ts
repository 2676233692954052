import type { Command } from 'commander'
import { createOutput } from '#runtime/output.ts'
import { connect } from '../connect.ts'
import { withControl } from '../control.ts'
import type { LanguageFlags } from '../language.ts'
import { readStatus } from '../read-status.ts'
import { type StatusLine, statusLines } from '../status-lines.ts'
import { statusTextsIn } from '../status-texts.ts'

interface Flags extends LanguageFlags {
  readonly managementUrl?: string
  readonly json?: boolean
}

const marks: Readonly<Record<StatusLine['kind'], string>> = { heading: '', note: '    ', need: '  ! ' }

/** `lienthong status`: what runs, what is behind and what fails, on one screen. */
export function addStatus(program: Command): void {
  withControl(program.command('status'))
    .option('--management-url <url>', 'also ask the management port of a process: version, readiness, alerts')
    .description(
      'What runs, what is behind and what fails, as far as the system may see it. Exit code 1 if something needs a person.'
    )
    .action(async (flags: Flags) => {
      const { gateway, managementUrl, lang, json = false } = flags
      const output = createOutput({ json })
      const status = await readStatus(await connect(flags), { gateway, managementUrl })
      const lines = statusLines(status, lang, Date.now())
      const needs = lines.filter(({ kind }) => kind === 'need')
      if (needs.length > 0) process.exitCode = 1
      if (json) return output.line('', { ...status, needs: needs.map(({ text }) => text) })
      const t = statusTextsIn(lang)
      for (const { text, kind } of lines) output.line(marks[kind] + text, {})
      output.line(needs.length === 0 ? t('ok') : t('needs', { count: needs.length }), {})
    })
}
