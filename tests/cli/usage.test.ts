import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { Command } from 'commander'
import { commands } from '#cli/all-commands.ts'
import { withSubcommandFirst } from '#cli/command-tree.ts'
import { keyIn } from '#runtime/keyring.ts'
import { oneLine, runPlain } from '../helpers/operator.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const english = runPlain()
const vietnamese = runPlain('vi_VN.UTF-8')

describe('a command that is typed wrongly', () => {
  it('is answered with one line that says what is wrong and what to do, in the language of the command', async () => {
    const as = ['--as', 'H1.x', '--key', 'none']
    const said = async (...words: readonly string[]) => oneLine(await english(...words))
    assert.equal(
      await said('sytems'),
      'There is no command sytems. Did you mean systems? List the commands with `lienthong --help`.'
    )
    assert.equal(
      await said('sample', '--jsn'),
      'There is no option --jsn. Did you mean --json? List the options with `lienthong sample --help`.'
    )
    assert.match(await said('why', ...as), /^The command needs <traceId>\. .*`lienthong why --help`\.$/)
    assert.match(await said('sample', 'a', 'b'), /^The command has too many arguments: a, b\. /)
    assert.match(
      await said('acts', ...as, '--limit', 'x'),
      /^The value x of --limit <number> cannot be used\. It must be a number\. /
    )
    assert.match(await said('sample', '--lang'), /^The option --lang <language> needs a value\. /)
    assert.equal(
      oneLine(await vietnamese('sytems')),
      'Không có lệnh sytems. Có phải: systems? Xem các lệnh bằng `lienthong --help`.'
    )
    assert.match(
      oneLine(await vietnamese('keys', 'list', ...as)),
      /^Lệnh còn thiếu <system>\. .*`lienthong keys list --help`\.$/
    )
    assert.match(
      oneLine(await vietnamese('sample', '--lang', 'fr')),
      /^Giá trị fr của --lang .* Chỉ nhận: vi, en\. /
    )
    assert.match(oneLine(await vietnamese('sample', 'a', 'b', '--lang', 'en')), /^The command has too many/)
    assert.match(oneLine(await vietnamese('backup')), /^Lệnh (?:còn thiếu|cần cờ) /)
  })
})

describe('flags before a subcommand', () => {
  it('count for the subcommand', async (t) => {
    const key = join(temporaryFolder(t), 'key.jwk')
    await keyIn(key, 'a-1')
    const flags = ['--gateway', 'http://127.0.0.1:9', '--as', 'H1.x', '--key', key]
    const expected = oneLine(await english('deliveries', 'list', ...flags))
    assert.match(expected, /does not answer/)
    assert.equal(oneLine(await english('deliveries', ...flags, 'list')), expected)
    assert.equal(oneLine(await english(...flags, 'deliveries', 'list')), expected)
    assert.match(
      oneLine(await english('systems', '--agency', 'H1', ...flags, 'suspend', 'H1.y')),
      /^The command needs the option --reason|^There is no option --agency/
    )
  })

  it('are moved behind it with their values, and operands stay what they are', () => {
    const program = new Command('x').enablePositionalOptions()
    const list = new Command('list').option('--as <system>').option('--json').argument('[name]')
    program.addCommand(new Command('systems').addCommand(list).addCommand(new Command('json')))
    const order = (text: string) => withSubcommandFirst(program, text.split(' ')).join(' ')
    assert.equal(order('systems --as json list --json one'), 'systems list --as json --json one')
    assert.equal(order('systems --as=list list'), 'systems list --as=list')
    assert.equal(order('systems --json json'), 'systems json --json')
    assert.equal(order('--json systems list'), 'systems list --json')
    assert.equal(order('systems one list'), 'systems one list')
    assert.equal(order('systems list json'), 'systems list json')
    assert.equal(order('--help'), '--help')
  })

  it('take a value in every subcommand of a command, or in none', async () => {
    const program = new Command('lienthong')
    for (const { load } of commands) (await load())(program)
    const flagsOf = (command: Command): readonly string[] => [
      ...command.options.map(({ long, required, optional }) => `${long} ${required || optional}`),
      ...command.commands.flatMap(flagsOf)
    ]
    for (const command of program.commands) {
      const flags = [...new Set(flagsOf(command))].map((one) => one.split(' ')[0])
      assert.deepEqual(
        flags.filter((one, at) => flags.indexOf(one) !== at),
        [],
        command.name()
      )
    }
  })
})
