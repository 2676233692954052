import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { commands } from '#cli/all-commands.ts'
import { oneLine, runPlain } from '../helpers/operator.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const execute = promisify(execFile)
const run = runPlain()

describe('lienthong completion bash', () => {
  let script = ''
  before(async () => {
    script = (await run('completion', 'bash')).stdout
  })

  /** What bash offers for the last of some words. */
  const offered = async (...words: readonly string[]): Promise<readonly string[]> => {
    const typed = ['lienthong', ...words]
    const [current, previous] = [typed.at(-1), typed.at(-2)]
    const asked = `COMP_WORDS=("$@"); COMP_CWORD=${words.length}; _lienthong lienthong '${current}' '${previous}'`
    const lines = [script, asked, 'printf "%s\\n" "$' + '{COMPREPLY[@]}"']
    const { stdout } = await execute('bash', ['--norc', '-c', lines.join('\n'), 'bash', ...typed])
    return stdout.trim().split('\n')
  }

  it('offers every command, its subcommands, and its flags', async () => {
    const names = commands.flatMap((one) => one.names)
    assert.deepEqual((await offered('')).toSorted(), names.toSorted())
    assert.deepEqual(await offered('deliv'), ['deliveries'])
    assert.deepEqual((await offered('events', '')).toSorted(), ['get', 'status'])
    const flags = await offered('events', 'get', 'HASH', '--')
    for (const flag of ['--source', '--as', '--key', '--gateway', '--json', '--lang', '--help']) {
      assert.ok(flags.includes(flag), `${flag} of ${flags}`)
    }
    assert.deepEqual(await offered('deliveries', '--as', 'x', 'sk'), ['skip'])
    assert.ok((await offered('systems', '--ag')).includes('--agency'), 'of the subcommand that is meant')
  })

  it('offers the values of a flag and of an operand where they are known, and else files', async () => {
    assert.deepEqual(await offered('stuck', '--lang', ''), ['vi', 'en'])
    assert.deepEqual(await offered('sample', 'dossier.rec'), [
      'dossier.received.v1',
      'dossier.record-changed.v1'
    ])
    assert.deepEqual(await offered('completion', ''), ['bash', 'zsh', 'fish'])
    assert.deepEqual(await offered('stuck', '--key', ''), [''])
    assert.match(script, /^complete -o default -F _lienthong lienthong$/m)
  })

  it('completes what is typed in a bash that a person uses', async (t) => {
    const file = join(temporaryFolder(t), 'completion.bash')
    writeFileSync(file, script)
    const bash = spawn('script', ['-qec', 'bash --norc --noprofile -i', '/dev/null'], {
      env: { ...process.env, TERM: 'dumb', PS1: '> ' }
    })
    t.after(() => bash.kill())
    let shown = ''
    bash.stdout.on('data', (bytes) => {
      shown += bytes
    })
    bash.stdin.write(`source '${file}'\nlienthong() { printf '<%s>' "$@"; }\n`)
    bash.stdin.write('lienthong deliv\tli\t--connec\tregistry-b\nexit\n')
    await once(bash, 'close')
    assert.match(shown, /<deliveries><list><--connector><registry-b>/)
  })
})

describe('lienthong completion', () => {
  it('has every command and flag in the scripts for zsh and fish', async () => {
    const zsh = (await run('completion', 'zsh')).stdout
    const fish = (await run('completion', 'fish')).stdout
    assert.match(zsh, /^#compdef lienthong\n/)
    for (const name of commands.flatMap((one) => one.names)) {
      assert.ok(zsh.includes(`' ${name}'`), name)
      assert.ok(fish.includes(` -f -a ${name} -d '`), name)
    }
    assert.match(zsh, /--lang\) compadd -- vi en; return ;;/)
    assert.match(fish, /^complete -c lienthong -n '__lienthong_at \\' deliveries skip\\'' -l reason -r -d '/m)
  })

  it('says which shells it knows', async () => {
    assert.match(
      oneLine(await run('completion', 'tcsh')),
      /^The value tcsh of shell cannot be used\. It must be one of: bash, zsh, fish\. /
    )
    assert.match(oneLine(await runPlain('vi')('completion')), /^Lệnh còn thiếu <shell>\. /)
  })
})
