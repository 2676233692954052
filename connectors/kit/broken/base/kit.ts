import { defineKit } from '../../define-kit.ts'
import { openSmallOutside } from '../../small-outside.ts'

/** The small outside, for the broken kinds and the sound one that they differ from. */
export default defineKit({
  outbound: (key) => ({
    type: 'dossier.completed.v1',
    subject: key,
    data: {
      dossierCode: key,
      status: '10',
      result: 'đạt',
      finishedAt: '2026-11-26T08:00:00.000Z',
      attachments: []
    }
  }),
  async open(options) {
    return {
      ...(await openSmallOutside(options)),
      settings: (port) => ({ baseUrl: `http://127.0.0.1:${port}`, token: options.secret })
    }
  }
})
