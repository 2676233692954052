import type { CommandWords } from './command-words.ts'

/** A script for fish: `lienthong completion fish | source`. */
export function fishScript(commands: readonly CommandWords[]): readonly string[] {
  const places = commands
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => quoted(` ${path.join(' ')}`))
  return [
    '# Completion of lienthong for fish, made by `lienthong completion fish`.',
    'function __lienthong_at',
    "  set -l place ''",
    '  for word in (commandline -opc)[2..-1]',
    '    switch "$place $word"',
    `      case ${places.join(' ')}`,
    '        set place "$place $word"',
    '    end',
    '  end',
    '  test "$place" = "$argv[1]"',
    'end',
    ...commands.flatMap(linesOf)
  ]
}

function linesOf({ path, inner, flags, operands }: CommandWords): readonly string[] {
  const place = path.length === 0 ? '' : ` ${path.join(' ')}`
  const start = `complete -c lienthong -n ${quoted(`__lienthong_at ${quoted(place)}`)}`
  return [
    ...inner.map(({ name, says }) => `${start} -f -a ${name} -d ${quoted(says)}`),
    ...operands.map((operand) => `${start} -f -a ${quoted(operand)}`),
    ...flags.map(({ flag, says, takesValue, values }) => {
      const value = values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : takesValue ? ' -r' : ''
      return `${start} -l ${flag.slice(2)}${value} -d ${quoted(says)}`
    })
  ]
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
