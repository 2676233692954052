import type { Logger } from './logger.ts'
import type { TelemetryConfig } from './telemetry-config.ts'
import { noTracing, type Tracing } from './tracing.ts'

/** Tracing as it is configured. The SDK is loaded only where there is a collector to send to. */
export async function openTracing(config: TelemetryConfig, logger: Logger): Promise<Tracing> {
  const { otlpEndpoint } = config
  if (otlpEndpoint === undefined) return noTracing
  const { openOtlpTracing } = await import('./otlp-tracing.ts')
  return openOtlpTracing({ ...config, otlpEndpoint, logger })
}
