import type {
  DocumentIssuedV1,
  DocumentRecalledV1,
  DocumentReplacedV1,
  DocumentStatusChangedV1,
  DocumentUpdatedV1
} from '#schemas/generated/document.ts'
import { businessTypeOf } from './codes.ts'
import { toPackageTime } from './package-times.ts'
import { el, group, leaf, type Part, type WrittenElement } from './xml-writing.ts'

/** A document's payload of any business type. */
export type Document = DocumentIssuedV1 & Partial<DocumentUpdatedV1 & DocumentReplacedV1 & DocumentRecalledV1>

/** An entry of the trace: the bus passes the package on. */
export interface Hop {
  readonly organId: string
  /** RFC 3339. */
  readonly at: string
}

/** A document's trace, and its business beside it. */
export function writeTrace(type: string, data: Document, hop: Hop | undefined): WrittenElement {
  const hops = hop ? [...data.trace, hop] : data.trace
  return el(
    'TraceHeaderList',
    ...hops.map(({ organId, at }) =>
      el('TraceHeader', leaf('OrganId', organId), leaf('Timestamp', toPackageTime(at)))
    ),
    el(
      'Bussiness',
      leaf('DocumentId', data.affectedDocumentId),
      leaf('BussinessDocType', businessTypeOf(type)),
      leaf('BussinessDocReason', data.reason),
      leaf('Paper', data.paper),
      writeStaff(data.staff),
      writeUpdate(data),
      group('ReplacementInfoList', ...(data.replacements ?? []).map(writeReplacement))
    )
  )
}

function writeUpdate(data: Document): Part {
  const receivers = (data.receivers ?? []).map(({ organId, receiverType }) =>
    el('Receiver', leaf('OrganId', organId), leaf('ReceiverType', receiverType))
  )
  return group(
    'BussinessDocumentInfo',
    leaf('DocumentInfo', data.documentInfoChanged),
    leaf('DocumentReceiver', data.receiversChanged),
    group('ReceiverList', ...receivers)
  )
}

function writeReplacement({
  documentId,
  organIds
}: DocumentReplacedV1['replacements'][number]): WrittenElement {
  const codes = organIds.map((code) => leaf('OrganId', code))
  return el('ReplacementInfo', leaf('DocumentId', documentId), group('OrganIdList', ...codes))
}

export function writeStaff(staff: DocumentStatusChangedV1['staff']): Part {
  return (
    staff &&
    group(
      'StaffInfo',
      leaf('Department', staff.department),
      leaf('DepartmentId', staff.departmentId),
      leaf('Staff', staff.staff),
      leaf('StaffId', staff.staffId),
      leaf('Mobile', staff.mobile),
      leaf('Email', staff.email)
    )
  )
}
