import type {
  ConsentPurpose,
  DemandStatus,
  EnterpriseSize,
  GradeLevel,
  GradingMethod,
  GuaranteeKind,
  Letter,
  MatchingState,
  NoticeKind,
  OfferStatus,
  ProductSort,
  ProductStatus,
  RegistrationState,
  RepaymentMethod,
  RequiredGrade,
  Role,
  Verdict,
} from '@/generated/graphql'

/** The Chinese word for every value that the API names. */

export const roleLabels: Record<Role, string> = {
  OWNER: '企业主',
  OFFICER: '客户经理',
  PRODUCT_MANAGER: '产品经理',
  INSTITUTION_ADMIN: '机构管理员',
  OPERATOR: '平台运营',
  REGULATOR: '监管',
  DATA_PROVIDER: '数据提供单位',
}

export const gradeLabels: Record<GradeLevel, string> = {
  ADVANCED: '高级',
  FIRST: '一级',
  CANDIDATE: '备选',
  NOT_CERTIFIED: '不予认证',
  UNRATED: '未评级',
}

export const requiredGradeLabels: Record<RequiredGrade, string> = {
  ADVANCED: '高级',
  FIRST: '一级及以上',
  CANDIDATE: '备选及以上',
}

export const letterLabels: Record<Letter, string> = {
  A: 'A',
  B: 'B',
  C: 'C',
  NOT_CLASSIFIED: '未分类',
}

export const methodLabels: Record<GradingMethod, string> = {
  INDICATORS: '指标法',
  DIRECT: '直接认定',
  SCORE: '评分法',
}

export const sizeLabels: Record<EnterpriseSize, string> = {
  MICRO: '微型企业',
  SMALL: '小型企业',
  MEDIUM: '中型企业',
  LARGE: '大型企业',
  UNKNOWN: '规模待定',
}

export const guaranteeLabels: Record<GuaranteeKind, string> = {
  CREDIT: '信用',
  GUARANTEED: '保证',
  MORTGAGED: '抵押',
  PLEDGED: '质押',
}

export const repaymentLabels: Record<RepaymentMethod, string> = {
  EQUAL_INSTALMENTS: '等额本息',
  EQUAL_PRINCIPAL: '等额本金',
  INTEREST_FIRST: '按月付息，到期还本',
  ON_DEMAND: '随借随还',
  BULLET: '到期一次还本付息',
}

export const purposeLabels: Record<ConsentPurpose, string> = {
  PUBLISH_DEMAND: '发布融资需求',
  REAL_NAME: '实名核对',
  GRADING: '信用等级评定',
  ENTERPRISE_DATA: '向机构提供信用信息',
  OPERATING_DATA: '向机构提供经营类信息',
  PERSONAL_CREDIT: '本人信用信息',
  WHITELIST: '列入推荐信用白名单',
  CREDIT_CODE: '苏信码展示信用等级',
}

export const registrationLabels: Record<RegistrationState, string> = {
  REGISTERED: '已注册',
  REAL_NAME_VERIFIED: '已实名',
  AUTHORISED: '已授权',
}

export const demandStatusLabels: Record<DemandStatus, string> = {
  OPEN: '进行中',
  MATCHED: '已选定报价',
  CONTRACTED: '已签约',
  WITHDRAWN: '已撤回',
  EXPIRED: '已到期',
}

/** How a demand's state is coloured; the word says the same. */
export const demandTones: Record<DemandStatus, 'city' | 'good' | 'plain'> = {
  OPEN: 'city',
  MATCHED: 'good',
  CONTRACTED: 'good',
  WITHDRAWN: 'plain',
  EXPIRED: 'plain',
}

export const matchingLabels: Record<MatchingState, string> = {
  PENDING: '匹配中',
  READY: '匹配完成',
  FAILED: '匹配未完成',
}

export const offerStatusLabels: Record<OfferStatus, string> = {
  OPEN: '等待答复',
  ACCEPTED: '已接受',
  DECLINED: '已谢绝',
  WITHDRAWN: '已撤回',
  EXPIRED: '已过期',
}

export const productStatusLabels: Record<ProductStatus, string> = {
  DRAFT: '草稿',
  IN_REVIEW: '审核中',
  PUBLISHED: '已上架',
  RETIRED: '已下架',
}

export const verdictLabels: Record<Verdict, string> = {
  PASS: '符合',
  FAIL: '不符合',
  NEAR_MISS: '接近',
  UNKNOWN: '待确认',
}

export const sortLabels: Record<ProductSort, string> = {
  RECOMMENDED: '推荐',
  COST: '成本低',
  AMOUNT: '额度高',
  NEWEST: '最新',
}

export const noticeLabels: Record<NoticeKind, string> = {
  PRODUCT_MATCHED: '匹配',
  DEMAND_MATCHED: '新需求',
  OFFER_RECEIVED: '收到报价',
  OFFER_ACCEPTED: '报价被接受',
  OFFER_DECLINED: '报价被谢绝',
  OFFER_WITHDRAWN: '报价撤回',
  OFFER_EXPIRED: '报价到期',
  DEMAND_WITHDRAWN: '需求撤回',
  DEMAND_EXPIRED: '需求到期',
  APPLICATION_CHANGED: '申请进度',
  GRADE_CHANGED: '信用等级',
  CONSENT_USED: '授权使用',
  CREDIT_ALERT: '信用提醒',
  SYSTEM: '系统',
}

/** Labels as the choices of a field, in their own order. */
export function choicesOf(labels: Readonly<Record<string, string>>): { value: string; text: string }[] {
  return Object.entries(labels).map(([value, text]) => ({ value, text }))
}
