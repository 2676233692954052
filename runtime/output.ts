/** Writes a command's result: lines for people, or one JSON value per line for scripts. */
export interface Output {
  /** Writes `text` for people or `fields` for scripts. */
  line(text: string, fields: object): void
}

export function createOutput({ json }: { readonly json: boolean }): Output {
  return {
    line: (text, fields) => {
      process.stdout.write(`${json ? JSON.stringify(fields) : text}\n`)
    }
  }
}
