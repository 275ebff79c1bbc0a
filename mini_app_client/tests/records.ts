import type {
  AdviceFieldsFragment,
  ConditionResultFieldsFragment,
  ConsentFieldsFragment,
  DemandCardFragment,
  HealthFieldsFragment,
  IndicatorFieldsFragment,
  MatchFieldsFragment,
  MembershipFieldsFragment,
  NoticeFieldsFragment,
  OfferFieldsFragment,
  ProductCardFragment,
  SessionFieldsFragment,
  ViewerFieldsFragment,
} from '@/generated/graphql'

/** Records as the API answers them; a test names what it is about. */

export function aMembership(own: Partial<MembershipFieldsFragment> = {}): MembershipFieldsFragment {
  return {
    id: 'membership_1',
    role: 'OWNER',
    city: 'JIANGYIN',
    enterprise: { id: 'enterprise_1', name: '示例机械有限公司', registration: 'AUTHORISED' },
    institution: null,
    ...own,
  }
}

export function aViewer(own: Partial<ViewerFieldsFragment> = {}): ViewerFieldsFragment {
  const acting = aMembership()
  return {
    id: 'person_1',
    name: null,
    unreadNoticeCount: 0,
    notices: { edges: [] },
    acting,
    memberships: [acting],
    ...own,
  }
}

export function aSession(
  own: Partial<SessionFieldsFragment> = {},
): SessionFieldsFragment & { __typename: 'Session' } {
  return {
    __typename: 'Session',
    accessToken: 'token-1',
    expiresAt: '2026-11-22T00:15:00Z',
    refreshToken: null,
    viewer: aViewer(),
    ...own,
  }
}

export function aNotice(own: Partial<NoticeFieldsFragment> = {}): NoticeFieldsFragment {
  return {
    id: 'notice_1',
    kind: 'PRODUCT_MATCHED',
    title: '有产品符合您的需求',
    body: '示例银行的产品符合您的需求',
    createdAt: '2026-11-22T06:00:00Z',
    readAt: null,
    subject: { __typename: 'Demand', id: 'demand_1' },
    ...own,
  }
}

export function aCondition(
  own: Partial<ConditionResultFieldsFragment> = {},
): ConditionResultFieldsFragment {
  return {
    code: 'GRADE',
    verdict: 'PASS',
    required: '一级及以上',
    actual: '高级',
    distance: null,
    explanation: '信用等级符合要求',
    ...own,
  }
}

export function aMatch(own: Partial<MatchFieldsFragment> = {}): MatchFieldsFragment {
  return {
    id: 'match_1',
    eligible: true,
    rank: 1,
    annualRate: '3.4500',
    limit: '500000',
    allInCost: '3.5049',
    allInCostSimple: '3.4500',
    reasons: [aCondition()],
    product: {
      id: 'product_1',
      name: '示例信用贷',
      isExample: false,
      institution: { id: 'institution_1', name: '示例银行' },
      guaranteeKinds: ['CREDIT'],
      provenance: [],
    },
    ...own,
  }
}

export function aProduct(own: Partial<ProductCardFragment> = {}): ProductCardFragment {
  return {
    id: 'product_1',
    name: '示例信用贷',
    status: 'PUBLISHED',
    isExample: false,
    referenceCost: '3.5049',
    institution: { id: 'institution_1', name: '示例银行' },
    guaranteeKinds: ['CREDIT', 'GUARANTEED'],
    minAmount: '10000',
    maxAmount: '3000000',
    minAnnualRate: '3.4500',
    maxAnnualRate: '4.3500',
    minTermMonths: 1,
    maxTermMonths: 36,
    requiredGrade: 'FIRST',
    provenance: [],
    ...own,
  }
}

export function aDemand(own: Partial<DemandCardFragment> = {}): DemandCardFragment {
  return {
    id: 'demand_1',
    status: 'OPEN',
    amount: '500000',
    termMonths: 12,
    purpose: '采购原材料',
    guaranteeKinds: ['CREDIT'],
    maxAnnualRate: null,
    publishedAt: '2026-11-22T06:00:00Z',
    expiresAt: '2026-12-22T06:00:00Z',
    matching: 'READY',
    matchingNote: null,
    ...own,
  }
}

export function anOffer(own: Partial<OfferFieldsFragment> = {}): OfferFieldsFragment {
  return {
    id: 'offer_1',
    status: 'OPEN',
    amount: '500000',
    annualRate: '3.4500',
    allInCost: '3.5049',
    termMonths: 12,
    message: null,
    declineReason: null,
    expiresAt: '2026-12-01T06:00:00Z',
    institution: { id: 'institution_1', name: '示例银行' },
    product: { id: 'product_1', name: '示例信用贷', isExample: false },
    ...own,
  }
}

export function aConsent(own: Partial<ConsentFieldsFragment> = {}): ConsentFieldsFragment {
  return {
    id: 'consent_1',
    purpose: 'GRADING',
    subject: 'ENTERPRISE',
    state: 'ACTIVE',
    textVersion: 'grading-1',
    grantedAt: '2026-11-20T06:00:00Z',
    until: null,
    revokedAt: null,
    lastUsedAt: '2026-11-21T06:00:00Z',
    receipt: 'a.b.c',
    creditCode: null,
    grantee: null,
    demand: null,
    scope: [],
    ...own,
  }
}

export function anIndicator(own: Partial<IndicatorFieldsFragment> = {}): IndicatorFieldsFragment {
  return {
    number: 3,
    name: '纳税信用',
    letter: 'B',
    value: '8.2%',
    source: '税务部门',
    sourceDate: '2026-10-31',
    recordId: null,
    withheld: false,
    explanation: '处于同行业中间水平',
    group: null,
    ...own,
  }
}

export function aGroup(
  own: Partial<NonNullable<IndicatorFieldsFragment['group']>> = {},
): NonNullable<IndicatorFieldsFragment['group']> {
  return {
    code: 'C34',
    name: 'C34 通用设备制造业',
    size: 15,
    rank: 5,
    ratio: '1.1200',
    aCut: '1.2200',
    bCut: '1.0400',
    widened: false,
    ...own,
  }
}

export const CITIES = [
  {
    code: 'CHANGZHOU' as const,
    name: '常州',
    entryApp: '我的常州',
    theme: { primary: '#0050B3', primaryDark: '#003A8C', accent: '#FA8C16' },
  },
  {
    code: 'JIANGYIN' as const,
    name: '江阴',
    entryApp: '澄易贷',
    theme: { primary: '#00695C', primaryDark: '#004D40', accent: '#F57C00' },
  },
]

export function anAdvice(own: Partial<AdviceFieldsFragment> = {}): AdviceFieldsFragment {
  return {
    text: '把金额降到30万元：多 1 款产品符合条件，排在最前的产品每年约省1200元',
    amount: '300000',
    termMonths: null,
    grade: null,
    opens: 1,
    products: [
      {
        id: 'product_9',
        name: '示例小额贷',
        isExample: false,
        institution: { id: 'institution_1', name: '示例银行' },
      },
    ],
    ...own,
  }
}

export function aHealth(
  own: Partial<HealthFieldsFragment> = {},
): HealthFieldsFragment & { __typename: 'DemandHealth' } {
  return {
    __typename: 'DemandHealth',
    now: { fitting: 4, full: 3, near: 2 },
    byAmount: [
      { amount: '300000', count: { fitting: 5, full: 5 } },
      { amount: '1000000', count: { fitting: 4, full: 1 } },
    ],
    byTerm: [{ termMonths: 24, count: { fitting: 3, full: 3 } }],
    advice: [anAdvice()],
    ...own,
  }
}
