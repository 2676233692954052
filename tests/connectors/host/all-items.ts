import { publishesEachItem } from '../../contracts/connector-items.contract.ts'
import { describeOnEngines } from '../../helpers/engine-sets.ts'

/** `npm run connector:items`: ten thousand items, on each set of engines. */
describeOnEngines('the host of connectors', (engines) => publishesEachItem(10_000, engines))
