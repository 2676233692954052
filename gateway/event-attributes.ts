interface Attribute {
  readonly isRequired?: true
  readonly schema: object
}

/**
 * The attributes that the bus knows. Headers are percent-encoded, so only attributes that need no encoding
 * have a format or pattern.
 */
const attributes: Readonly<Record<string, Attribute>> = {
  specversion: { isRequired: true, schema: { type: 'string', const: '1.0' } },
  id: { isRequired: true, schema: text('Identifies the event within its source.') },
  source: { isRequired: true, schema: text('The publishing system: /agencies/<code>/systems/<name>.') },
  type: { isRequired: true, schema: text('The event type: <domain>.<event>.v<n>.') },
  subject: {
    isRequired: true,
    schema: text('What the event is about. Events of one agency about one subject keep their order.')
  },
  time: {
    isRequired: true,
    schema: { ...text('When it happened, RFC 3339.'), format: 'date-time' }
  },
  nonce: {
    isRequired: true,
    schema: { ...text('128 random bits, base64url.'), pattern: '^[A-Za-z0-9_-]{21}[AQgw]$' }
  },
  recipients: { schema: text('Codes of the receiving agencies, separated by commas.') },
  correlationid: { schema: text('The flow (case) it belongs to; default: the subject.') },
  causationid: { schema: text('Id of the event that this one answers.') },
  onbehalfof: { schema: text('Code of the agency on whose behalf it is sent.') },
  traceparent: { schema: text('W3C trace context.') },
  tracestate: { schema: text('W3C trace state.') },
  expirytime: {
    schema: { ...text('The event is not delivered after this time, RFC 3339.'), format: 'date-time' }
  },
  dataclassification: { schema: { type: 'string', enum: ['public', 'internal', 'personal'] } }
}

/** Other attributes are allowed: extensions are kept unchanged. */
export function ofAttributes(named: (attribute: string) => string): object {
  const all = Object.entries(attributes)
  return {
    type: 'object',
    properties: Object.fromEntries(all.map(([name, { schema }]) => [named(name), schema])),
    required: all.filter(([, { isRequired }]) => isRequired).map(([name]) => named(name))
  }
}

function text(description: string): object {
  return { type: 'string', description }
}
