import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Command } from 'commander'
import { commands } from '#cli/all-commands.ts'
import { commandsInVietnamese } from '#cli/help/commands-vi.ts'
import { optionsInVietnamese } from '#cli/help/options-vi.ts'
import { runPlain } from '../helpers/operator.ts'

/** A command and all below it. */
function withInner(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withInner)]
}

describe('--help', () => {
  it('has a text in Vietnamese for every command, option and argument, and none that is not used', async () => {
    const program = new Command('lienthong')
      .description('Event-driven interoperability bus for government.')
      .version('0')
    for (const { load } of commands) (await load())(program)
    const all = withInner(program)
    const described = all.flatMap((one) => [...one.options, ...one.registeredArguments])
    assert.deepEqual(
      Object.keys(commandsInVietnamese).sort(),
      [...new Set(all.map((one) => one.description()))].sort()
    )
    assert.deepEqual(
      Object.keys(optionsInVietnamese).sort(),
      [...new Set(['display help for command', ...described.map(({ description }) => description)])].sort()
    )
  })

  it('is in the language of the environment, or the one asked for', async () => {
    const english = runPlain()
    const vietnamese = runPlain('vi_VN.UTF-8')
    const { stdout } = await vietnamese('backup', '--help')
    assert.match(stdout, /^Cách dùng: lienthong backup \[options\] <folder>\n\nSao lưu nhất quán/)
    assert.match(stdout, /\nĐối số:\n {2}folder +thư mục của bản sao lưu mới/)
    assert.match(stdout, /\nCờ:\n {2}--lang <language>.*\(một trong: "vi", "en",\s+mặc định: "vi"\)/s)
    assert.match(stdout, /-h, --help +in hướng dẫn của lệnh\n$/)
    assert.match((await vietnamese('--help')).stdout, /\nLệnh:\n {2}up \[options\] +Chạy trục/)
    for (const { stdout: text } of [
      await english('backup', '--help'),
      await vietnamese('backup', '--help', '--lang', 'en')
    ])
      assert.match(text, /^Usage: lienthong backup.*Back up a data folder/s)
  })
})
