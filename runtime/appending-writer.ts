/** The store's writer on one machine: it also appends to the log, enters events, and marks them as delivered, as its work. */
export const appendingWriter = new URL('./appending-writer.worker.ts', import.meta.url)
