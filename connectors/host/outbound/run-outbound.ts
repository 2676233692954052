import type { HostedInstance } from '../hosted-instance.ts'
import type { OutboundOptions } from './outbound-options.ts'

export async function runOutbound(_i: HostedInstance, _o: OutboundOptions, _s: AbortSignal): Promise<void> {}
