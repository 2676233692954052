/**
 * Sends several statements of a transaction at once; they run in the order given. Waits for all of them
 * even if one fails, so that none runs after the transaction has ended.
 */
export async function pipeline<const T extends readonly Promise<unknown>[]>(
  statements: T
): Promise<{ readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(statements)
  return Promise.all(statements) as Promise<{ readonly [K in keyof T]: Awaited<T[K]> }>
}
