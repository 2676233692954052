import Type, { type Static } from 'typebox'

/** Limits in `attachments:` of lienthong.yaml. */
export const attachmentLimits = {
  maxBytesPerAgency: Type.Optional(
    Type.Integer({
      minimum: 1,
      description:
        'Bytes of attachments that one agency may have, unfinished uploads included. An attachment counts for each agency that uploaded it. Absent: as many as are still free on the disk, so that one agency leaves half of it to the others; in S3, 1 TiB.'
    })
  ),
  maxPerEvent: Type.Integer({
    default: 100,
    minimum: 1,
    maximum: 1000,
    description: 'Number of attachments that one event may list; one listed twice counts twice.'
  }),
  maxBytesPerEvent: Type.Integer({
    default: 2_147_483_648,
    minimum: 1024,
    description: 'Bytes of all attachments that one event lists; one listed twice counts twice.'
  })
}

const Limits = Type.Object(attachmentLimits)
export type AttachmentLimits = Static<typeof Limits>
