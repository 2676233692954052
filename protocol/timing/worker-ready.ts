/** First message of a thread that answers questions: its modules are loaded, and its time counts from here. */
export const workerReady = 'ready'
