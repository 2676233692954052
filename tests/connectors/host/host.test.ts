import { connectorHostContract } from '../../contracts/connector-host.contract.ts'

connectorHostContract()
