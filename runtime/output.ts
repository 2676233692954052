/** Where a command's answer goes: plain lines for people, one JSON value a line for scripts. */
export interface Output {
  /** A line for people, or its fields for scripts. */
  line(text: string, fields: object): void
}

export function createOutput({ json }: { readonly json: boolean }): Output {
  return {
    line: (text, fields) => {
      process.stdout.write(`${json ? JSON.stringify(fields) : text}\n`)
    }
  }
}
