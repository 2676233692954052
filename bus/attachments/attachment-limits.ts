import Type, { type Static } from 'typebox'

/** Limits in `attachments:` of lienthong.yaml. */
export const attachmentLimits = {
  maxBytesPerAgency: Type.Optional(
    Type.Integer({
      minimum: 1,
      description:
        'Bytes of attachments one agency may hold, each counted for every agency that uploaded it, uploads that are not complete included. Absent: no more than is still free on their disk, so that one agency leaves half of it to the others; in S3, 1 TiB.'
    })
  ),
  maxPerEvent: Type.Integer({
    default: 100,
    minimum: 1,
    maximum: 1000,
    description: 'How many attachments one event may list; one that is listed twice counts twice.'
  }),
  maxBytesPerEvent: Type.Integer({
    default: 2_147_483_648,
    minimum: 1024,
    description:
      'Bytes of all attachments that one event lists together; one that is listed twice counts twice.'
  })
}

const Limits = Type.Object(attachmentLimits)
export type AttachmentLimits = Static<typeof Limits>
