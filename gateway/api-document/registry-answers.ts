import { registryMediaTypes } from '../registry/negotiation.ts'
import { headersOf, type NamedAnswer, type OperationTraits } from './problem-answers.ts'

/** What the numbers of that API mean. */
const meanings: Readonly<Record<number, string>> = {
  40001: 'The request is malformed.',
  40101: 'The token is missing, expired or not valid.',
  40301: 'Not permitted.',
  40302:
    'The change needs a signed act: send it through `lienthong registry-proxy`, or post the act to `/v1/schemas`.',
  404: 'There is no such address.',
  40401: 'There is no such subject.',
  40402: 'There is no such version.',
  40403: 'There is no such schema.',
  40404: 'The subject is deleted already.',
  40405: 'The subject must be deleted softly first.',
  40406: 'The version is deleted already.',
  40407: 'The version must be deleted softly first.',
  40408: 'The subject has no compatibility level of its own.',
  40409: 'The subject has no mode of its own.',
  406: 'None of the media types in `Accept` is offered.',
  40801: 'The request did not arrive in full in time.',
  409: 'The schema is not compatible with the registered versions.',
  40901: 'The request conflicts with the current state.',
  41301: 'The request is too large.',
  415: 'The media type or the encoding of the body is not supported.',
  422: 'A member of the body is unknown.',
  42201: 'The schema is not valid.',
  42202: 'The version is not a number from 1 to 2147483647, `latest` or `-1`.',
  42203: 'The compatibility level is not known.',
  42204: 'The mode is not known.',
  42205: 'This registry does not support what is asked for.',
  42206: 'The schema is still in use.',
  42208: 'The name of the subject is not valid.',
  42209: 'The schema is too long.',
  42901: 'The agency uses more than its share.',
  50001: 'Unexpected error in the bus.',
  50301: 'The bus cannot answer now.'
}

/** Numbers of every operation of the registry. */
function usualNumbers({ token, hasBody }: OperationTraits): readonly number[] {
  return [
    ...[40001, 406, 41301, 415, 42208, 42901, 50001, 50301],
    ...(token === 'none' ? [] : [40101, 40301]),
    ...(hasBody ? [40801, 422] : [])
  ]
}

/** Statuses of numbers. */
const statusOf = (number: number): number => (number < 1000 ? number : Math.floor(number / 100))

export function registryAnswers(own: readonly number[], traits: OperationTraits): readonly NamedAnswer[] {
  const numbers = [...new Set([...usualNumbers(traits), ...own])].sort((a, b) => a - b)
  return Array.from(Map.groupBy(numbers, statusOf), ([status, some]) => ({
    status,
    name: `registry.${some.join('.')}`,
    answer: registryAnswer(status, some)
  }))
}

function registryAnswer(status: number, numbers: readonly number[]): object {
  const [first = 0] = numbers
  const media = {
    schema: {
      allOf: [
        { $ref: '#/components/schemas/RegistryError' },
        { properties: { error_code: { type: 'integer', enum: numbers } } }
      ]
    },
    example: { error_code: first, message: meanings[first] }
  }
  return {
    description: numbers.map((number) => `\`${number}\`: ${meanings[number]}`).join(' '),
    ...headersOf(status),
    content: Object.fromEntries(registryMediaTypes.map((type) => [type, media]))
  }
}
