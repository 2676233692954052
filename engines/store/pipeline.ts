/**
 * Statements of a transaction, asked for together: they run in their order, and
 * answers come back once. Waits for all of them also where one fails, so that
 * none comes after the transaction's end.
 */
export async function pipeline<const T extends readonly Promise<unknown>[]>(
  statements: T
): Promise<{ readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(statements)
  return Promise.all(statements) as Promise<{ readonly [K in keyof T]: Awaited<T[K]> }>
}
