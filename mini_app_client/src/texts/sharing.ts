/** Sentences about data: who was allowed what, who looked, what is held, and how to object. */
export const accessTexts = {
  title: '谁看过我的信息',
  lead: '每一次查看、授权、拒绝和导出都会记下，不能修改或删除。',
  signedOut: '登录后查看',
  empty: '还没有人查看过',
  emptyText: '有人查看本企业的信息后，几秒钟内就会出现在这里。',
  emptyRefused: '没有被拒绝的查看',
  filter: '记录范围',
  all: '全部',
  refused: '被拒绝的',
  refusedMark: '已拒绝',
  why: '用途',
  under: '依据授权',
  noConsent: '公开信息或无需授权',
  categories: '信息类别',
  demandOpen: '查看需求',
  digest: '记录摘要',
  digestHint: '可凭记录号和摘要向平台核对，记录未被改动过。',
  numberLabel: '记录编号',
  consent: (purpose: string, day: string) => `${purpose}（${day}授权）`,
} as const

export const receiptTexts = {
  title: '凭证',
  text: '这是带平台签名的凭证。妥善保存，可随时交给平台或第三方核验。',
  copy: '复制凭证',
  copied: '凭证已复制',
  download: '下载凭证',
  saved: '已保存',
  failed: '文件没有下载成功，请重试',
} as const
