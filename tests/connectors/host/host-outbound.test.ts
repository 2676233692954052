import { connectorHostOutboundContract } from '#tests/contracts/connector-host-outbound.contract.ts'

connectorHostOutboundContract()
