/** A list of records within a record. A text among them counts as the member `textAs` of a record. */
export interface ListForm {
  readonly fields: readonly Field[]
  readonly textAs?: string
}

/** A field of a record: its name in the dialect, its name in our events, and its form. */
export interface Field {
  readonly theirs: string
  readonly ours: string
  readonly form: 'text' | 'instant' | ListForm
  /** The dialect wants it in each record, with an empty text where there is nothing. */
  readonly isRequired?: true
}

const text = (theirs: string, ours: string): Field => ({ theirs, ours, form: 'text' })
const instant = (theirs: string, ours: string): Field => ({ theirs, ours, form: 'instant' })
const list = (theirs: string, ours: string, form: ListForm): Field => ({ theirs, ours, form })
const required = (field: Field): Field => ({ ...field, isRequired: true })

const fee: ListForm = {
  fields: [
    text('TenPhiLePhi', 'name'),
    text('MaPhiLePhi', 'code'),
    text('HinhThucThu', 'collectedAt'),
    text('Gia', 'amount'),
    text('LoaiPhiLePhi', 'kind')
  ]
}

const paper: ListForm = {
  fields: [
    text('TepDinhKemId', 'fileId'),
    text('TenTepDinhKem', 'fileName'),
    text('IsDeleted', 'deleted'),
    text('MaThanhPhanHoSo', 'componentCode'),
    text('DuongDanTaiTepTin', 'link'),
    text('DuocSoHoa', 'digitised'),
    text('DuocTaiSuDung', 'reused'),
    text('DuocLayTuKhoDMQG', 'fromNationalStore'),
    text('MaKetQuaThayThe', 'replacedResultCode')
  ]
}

const otherPaper: ListForm = {
  fields: [text('TenGiayTo', 'name'), text('SoLuong', 'count'), text('LoaiGiayTo', 'kind')]
}

const supplementPaper: ListForm = {
  textAs: 'TenGiayTo',
  fields: [
    text('TenGiayTo', 'name'),
    text('MaThanhPhanHoSo', 'componentCode'),
    text('SoLuong', 'count'),
    text('LoaiGiayTo', 'kind'),
    text('TepDinhKemId', 'fileId'),
    text('TenTepDinhKem', 'fileName'),
    text('DuongDanTaiTepTin', 'link')
  ]
}

const supplement: ListForm = {
  fields: [
    text('HoSoBoSungId', 'id'),
    text('NguoiYeuCauBoSung', 'requestedBy'),
    text('NoiDungBoSung', 'content'),
    instant('NgayBoSung', 'requestedAt'),
    text('NguoiTiepNhanBoSung', 'receivedBy'),
    text('ThongTinTiepNhan', 'receivedNote'),
    instant('NgayTiepNhanBoSung', 'receivedAt'),
    text('TrangThaiBoSung', 'status'),
    list('DanhSachGiayToBoSung', 'papers', supplementPaper),
    list('DanhSachLePhiBoSung', 'fees', fee),
    instant('NgayHenTraTruoc', 'previousDueAt'),
    instant('NgayHenTraMoi', 'dueAt')
  ]
}

const result: ListForm = {
  fields: [
    text('TenGiayTo', 'name'),
    text('MaThanhPhanHoSo', 'componentCode'),
    text('GiayToId', 'paperId'),
    text('DuongDanTepTinKetQua', 'link'),
    text('MaGiayToKetQua', 'code')
  ]
}

/** A record of `DongBoHoSoMC`. */
export const dossierFields: readonly Field[] = [
  required(text('MaHoSo', 'dossierCode')),
  text('SoBienNhan', 'receiptNumber'),
  required(text('MaTTHC', 'procedureCode')),
  required(text('TenTTHC', 'procedureName')),
  required(text('MaLinhVuc', 'fieldCode')),
  required(text('TenLinhVuc', 'fieldName')),
  required(text('KenhThucHien', 'channel')),
  text('ChuHoSo', 'applicantName'),
  required(text('LoaiDoiTuong', 'applicantKind')),
  text('MaDoiTuong', 'applicantId'),
  list('DinhDanhCHS', 'identities', { fields: [text('LoaiDinhDanh', 'kind'), text('SoDinhDanh', 'number')] }),
  text('SoGiayToChuHoSo', 'applicantPaperNumber'),
  text('ThongTinKhac', 'otherInformation'),
  text('Fax', 'fax'),
  required(text('Email', 'email')),
  required(text('SoDienThoai', 'phone')),
  required(text('TrichYeuHoSo', 'summary')),
  instant('NgayNopHoSo', 'submittedAt'),
  required(instant('NgayTiepNhan', 'receivedAt')),
  required(instant('NgayHenTra', 'dueAt')),
  required(text('TrangThaiHoSo', 'status')),
  instant('NgayTra', 'returnedAt'),
  text('ThongTinTra', 'result'),
  instant('NgayKetThucXuLy', 'finishedAt'),
  text('GhiChu', 'note'),
  required(text('HinhThuc', 'returnForm')),
  required(text('DonViXuLy', 'unit')),
  instant('NgayTuChoi', 'refusedAt'),
  text('NoiNopHoSo', 'submittedThrough'),
  text('HoSoCoThanhPhanSoHoa', 'hasDigitisedPapers'),
  text('TaiKhoanDuocXacThucVoiVNeID', 'accountVerified'),
  text('DuocThanhToanTrucTuyen', 'paidOnline'),
  list('DSKetNoiCSDL', 'connectedDatabases', { fields: [text('MaCSDL', 'code')] }),
  list('TaiLieuNop', 'papers', paper),
  list('DanhSachLePhi', 'fees', fee),
  list('DanhSachTepDinhKemKhac', 'otherPapers', otherPaper),
  list('DanhSachHoSoBoSung', 'supplements', supplement),
  list('DanhSachGiayToKetQua', 'results', result)
]

/** A record of `CapNhatTienDoHoSoMC`. The names with a dot are members of `by`. */
export const progressFields: readonly Field[] = [
  required(text('MaHoSo', 'dossierCode')),
  required(text('NguoiXuLy', 'by.name')),
  text('ChucDanh', 'by.title'),
  required(instant('ThoiDiemXuLy', 'changedAt')),
  text('PhongBanXuLy', 'by.department'),
  required(text('NoiDungXuLy', 'content')),
  required(text('TrangThai', 'status')),
  instant('NgayBatDau', 'startedAt'),
  instant('NgayKetThucTheoQuyDinh', 'dueAt')
]
