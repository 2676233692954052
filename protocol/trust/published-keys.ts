import { type PublicJwk, thumbprint } from './jwk.ts'

/** Thumbprints of example keys whose private halves are published in standards: RFC 7515 A.2 and A.3, 7517 A.2, 7520 3.3, 8037 A.1. */
const published = new Set([
  'IsUn6_e04MaShXFIISMp4kG62LWzMIPy_MvSA5pJgX8',
  'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U',
  'cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s',
  'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
  '9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI',
  'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'
])

/** Whether anybody can sign with a key. */
export function isPublishedKey(jwk: PublicJwk): boolean {
  return published.has(thumbprint(jwk))
}
