import type { Logger } from './logger.ts'
import type { TelemetryConfig } from './telemetry-config.ts'
import { noTracing, type Tracing } from './tracing.ts'

/** Opens tracing as configured. Loads the SDK only if a collector is configured. */
export async function openTracing(config: TelemetryConfig, logger: Logger): Promise<Tracing> {
  const { otlpEndpoint } = config
  if (otlpEndpoint === undefined) return noTracing
  const { openOtlpTracing } = await import('./otlp-tracing.ts')
  return openOtlpTracing({ ...config, otlpEndpoint, logger })
}
