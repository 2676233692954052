import { runStoreWriter } from './run-store-writer.ts'

runStoreWriter()
