/** Records of the national sync dialect, as one-stop systems write them. All content is synthetic. */

import { citizen, commune } from './cast.ts'

export type DemoRecord = Readonly<Record<string, unknown>> & { readonly MaHoSo: string }

/** Codes of two dossiers that no run before had. */
export function nextDossierCodes(): { readonly root: string; readonly linked: string } {
  const number = String(Date.now() % 1_000_000).padStart(6, '0')
  const code = (digit: number): string => `${commune.code}-${localTime().slice(2, 8)}-${number}${digit}`
  return { root: code(1), linked: code(2) }
}

/** The paper that the citizen's dossier lacks. */
export const missingPaper = 'Bản sao giấy chứng nhận'

export function supplementRound(more: object = {}): object {
  return {
    ...{ HoSoBoSungId: '1', NguoiYeuCauBoSung: 'Cán Bộ Mẫu', NgayBoSung: localTime(), TrangThaiBoSung: '0' },
    ...{ NoiDungBoSung: `Bổ sung: ${missingPaper}`, DanhSachGiayToBoSung: [{ TenGiayTo: missingPaper }] },
    ...more
  }
}

/** `yyyyMMddHHmmss`, Vietnam's time. */
export function localTime(afterDays = 0): string {
  const at = new Date(Date.now() + (7 + 24 * afterDays) * 3_600_000)
  return at.toISOString().slice(0, 19).replaceAll(/[-T:]/g, '')
}

export function dossierRecord(code: string, more: object): DemoRecord {
  return {
    MaHoSo: code,
    ...{ MaTTHC: '1.000001', TenTTHC: 'Cấp giấy phép mẫu', MaLinhVuc: 'H03-LV', TenLinhVuc: 'Lĩnh vực mẫu' },
    ...{ KenhThucHien: '1', ChuHoSo: citizen.name, LoaiDoiTuong: '1', Email: citizen.address },
    ...{ SoDienThoai: citizen.phone, TrichYeuHoSo: 'Đề nghị cấp giấy phép mẫu' },
    ...{ NgayTiepNhan: localTime(), NgayHenTra: localTime(7), TrangThaiHoSo: '2', HinhThuc: '0' },
    DonViXuLy: commune.name,
    ...more
  }
}

export function progressRecord(code: string, status: string, content: string): DemoRecord {
  return {
    MaHoSo: code,
    ...{ NguoiXuLy: 'Cán Bộ Mẫu', ChucDanh: 'Chuyên viên', ThoiDiemXuLy: localTime() },
    ...{ NoiDungXuLy: content, TrangThai: status }
  }
}
