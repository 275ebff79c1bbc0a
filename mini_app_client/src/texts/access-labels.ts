import type { AccessKind } from '@/generated/graphql'

/** The Chinese word for every value of the access ledger. */

export const accessLabels: Record<AccessKind, string> = {
  GRADE_READ: '查看信用等级',
  DATA_READ: '查看数据',
  VERIFICATION: '核验（只回答是或否）',
  CONTACT_READ: '查看联系方式',
  CONSENT_GRANTED: '作出授权',
  CONSENT_NARROWED: '缩小授权',
  CONSENT_RENEWED: '延长授权',
  CONSENT_REVOKED: '撤销授权',
  BATCH_EXPORTED: '推送公开信息',
  REPORT_ISSUED: '生成信用报告',
  WHITELIST_SENT: '推送白名单',
  DATA_EXPORTED: '下载全部数据',
  OBJECTION_FILED: '提出异议',
  OBJECTION_HANDED_OVER: '转交异议',
  LEDGER_READ: '监管查阅记录',
  INTERFACE_CALLED: '向数据源查询',
}

export const accessIcons: Record<AccessKind, string> = {
  GRADE_READ: 'shield',
  DATA_READ: 'search',
  VERIFICATION: 'check',
  CONTACT_READ: 'phone',
  CONSENT_GRANTED: 'lock',
  CONSENT_NARROWED: 'lock',
  CONSENT_RENEWED: 'lock',
  CONSENT_REVOKED: 'lock',
  BATCH_EXPORTED: 'leave',
  REPORT_ISSUED: 'demand',
  WHITELIST_SENT: 'leave',
  DATA_EXPORTED: 'down',
  OBJECTION_FILED: 'alert',
  OBJECTION_HANDED_OVER: 'alert',
  LEDGER_READ: 'eye',
  INTERFACE_CALLED: 'swap',
}
