import type { ConsentState, ConsentSubject, InvitationState } from '@/generated/graphql'

/** The Chinese word for every value of consents and of invitations to consent. */

export const subjectLabels: Record<ConsentSubject, string> = {
  ENTERPRISE: '本企业',
  LEGAL_REPRESENTATIVE: '法定代表人',
  ACTUAL_CONTROLLER: '实际控制人',
}

export const consentStateLabels: Record<ConsentState, string> = {
  ACTIVE: '有效',
  EXPIRED: '已到期',
  REVOKED: '已撤销',
  SUPERSEDED: '已被新授权替换',
}

export const invitationLabels: Record<InvitationState, string> = {
  SENT: '等待本人答复',
  GRANTED: '本人已同意',
  DECLINED: '本人未同意',
  EXPIRED: '链接已过期',
  REVOKED: '已撤回',
}
