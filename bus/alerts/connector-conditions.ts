import type { AlertCondition } from './alert-condition.ts'

/** The alerts of connector instances. */
export const connectorConditions = [
  {
    name: 'LienthongConnectorDown',
    severity: 'warning',
    ...{ metric: 'lienthong_connector_up', by: ['instance'], of: 'largest', is: 'below', threshold: 1 },
    forMinutes: 15,
    summary: {
      en: 'Connector {instance} has not been running for 15 minutes.',
      vi: 'Kết nối {instance} không hoạt động đã 15 phút.'
    },
    action: {
      en: 'Why and since when: lienthong connectors show {instance}',
      vi: 'Lý do và thời điểm: lienthong connectors show {instance}'
    }
  },
  {
    name: 'LienthongConnectorUndelivered',
    severity: 'warning',
    ...{ metric: 'lienthong_connector_oldest_undelivered_seconds', by: ['instance'], of: 'largest' },
    ...{ is: 'above', threshold: 3600 },
    forMinutes: 5,
    summary: {
      en: 'Connector {instance} has not delivered an event for more than an hour.',
      vi: 'Kết nối {instance} chưa chuyển được một sự kiện đã hơn một giờ.'
    },
    action: {
      en: 'What waits, and its last error: lienthong deliveries list --connector {instance}',
      vi: 'Xem những gì đang chờ và lỗi gần nhất: lienthong deliveries list --connector {instance}'
    }
  },
  {
    name: 'LienthongConnectorLag',
    severity: 'warning',
    ...{ metric: 'lienthong_connector_lag', where: { direction: 'in' }, by: ['instance'], of: 'largest' },
    ...{ is: 'above', threshold: 900 },
    forMinutes: 15,
    summary: {
      en: 'Connector {instance} has {value} items that are not published. At 1,000 it polls no more.',
      vi: 'Kết nối {instance} có {value} mục chưa gửi lên trục. Đến 1.000, kết nối ngừng lấy thêm.'
    },
    action: {
      en: 'Why nothing is published: lienthong connectors show {instance}',
      vi: 'Lý do chưa gửi được: lienthong connectors show {instance}'
    }
  },
  {
    name: 'LienthongConnectorInDoubt',
    severity: 'warning',
    ...{ metric: 'lienthong_connector_in_doubt', by: ['instance'], of: 'largest', is: 'above', threshold: 0 },
    forMinutes: 10,
    summary: {
      en: 'Connector {instance} has {value} deliveries in doubt: a person must settle them.',
      vi: 'Kết nối {instance} có {value} lượt chuyển chưa rõ kết quả: cần người xác nhận.'
    },
    action: {
      en: 'lienthong deliveries list --connector {instance} --state in-doubt, then lienthong deliveries settle',
      vi: 'lienthong deliveries list --connector {instance} --state in-doubt, rồi lienthong deliveries settle'
    }
  },
  {
    name: 'LienthongConnectorQuarantined',
    severity: 'info',
    ...{ metric: 'lienthong_connector_quarantined', by: ['instance'], of: 'largest' },
    ...{ is: 'above', threshold: 0 },
    forMinutes: 0,
    summary: {
      en: 'Connector {instance} has {value} quarantined items.',
      vi: 'Kết nối {instance} có {value} mục bị cách ly.'
    },
    action: {
      en: 'Which, and why: lienthong quarantine list --connector {instance}',
      vi: 'Xem mục nào và vì sao: lienthong quarantine list --connector {instance}'
    }
  }
] as const satisfies readonly AlertCondition[]
