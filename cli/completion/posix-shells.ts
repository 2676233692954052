import { type CommandWords, valuesOf } from './command-words.ts'

/** A script for bash: `source <(lienthong completion bash)`. */
export function bashScript(commands: readonly CommandWords[]): readonly string[] {
  const { any, some } = valuesOf(commands)
  return [
    '# Completion of lienthong for bash, made by `lienthong completion bash`.',
    '_lienthong() {',
    `  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} place= at inner= flags= operands=`,
    '  COMPREPLY=()',
    '  for ((at = 1; at < COMP_CWORD; at++)); do',
    ...placeCase(commands, `\${COMP_WORDS[at]}`),
    '  done',
    '  case $previous in',
    ...[...some].map(
      ([flag, values]) =>
        `    ${flag}) COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$current")); return ;;`
    ),
    `    ${any.join('|')}) return ;;`, // Files, as `complete -o default` does.
    '  esac',
    ...wordsCase(commands),
    '  if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$current"))',
    '  else COMPREPLY=($(compgen -W "$inner $operands" -- "$current"))',
    '  fi',
    '}',
    'complete -o default -F _lienthong lienthong'
  ]
}

/** A script for zsh: `source <(lienthong completion zsh)`, or the file `_lienthong` in a folder of `$fpath`. */
export function zshScript(commands: readonly CommandWords[]): readonly string[] {
  const { any, some } = valuesOf(commands)
  return [
    '#compdef lienthong',
    '# Completion of lienthong for zsh, made by `lienthong completion zsh`.',
    '_lienthong() {',
    '  local place= at inner= flags= operands=',
    '  for ((at = 2; at < CURRENT; at++)); do',
    ...placeCase(commands, `\${words[at]}`),
    '  done',
    `  case \${words[CURRENT-1]} in`,
    ...[...some].map(([flag, values]) => `    ${flag}) compadd -- ${values.join(' ')}; return ;;`),
    `    ${any.join('|')}) _files; return ;;`,
    '  esac',
    ...wordsCase(commands),
    `  if [[ \${words[CURRENT]} == -* ]]; then compadd -- \${=flags}`,
    `  elif [[ -n $inner$operands ]]; then compadd -- \${=inner} \${=operands}`,
    '  else _files',
    '  fi',
    '}',
    `if [[ \${funcstack[1]} == _lienthong ]]; then _lienthong "$@"; else compdef _lienthong lienthong; fi`
  ]
}

/** Goes on to a command that a word names. */
function placeCase(commands: readonly CommandWords[], word: string): readonly string[] {
  const places = commands.filter(({ path }) => path.length > 0).map(({ path }) => `' ${path.join(' ')}'`)
  return [`    case "$place ${word}" in`, `      ${places.join('|')}) place="$place ${word}" ;;`, '    esac']
}

/** Sets what can be typed at a command. */
function wordsCase(commands: readonly CommandWords[]): readonly string[] {
  const quoted = (words: readonly string[]): string => `'${words.join(' ')}'`
  return [
    '  case $place in',
    ...commands.map(({ path, inner, flags, operands }) => {
      const place = path.length === 0 ? '' : ` ${path.join(' ')}`
      const names = quoted(inner.map(({ name }) => name))
      return `    '${place}') inner=${names} flags=${quoted(flags.map(({ flag }) => flag))} operands=${quoted(operands)} ;;`
    }),
    '  esac'
  ]
}
