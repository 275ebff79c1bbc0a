/** The sentences about a demand's health and what decides the order of matches. */

export const healthTexts = {
  title: '需求体检',
  fitting: ' 款产品符合，',
  full: ' 款可贷足额',
  none: '按现在的填写，还没有产品完全符合',
  near: (count: number) => `另有 ${count} 款只差一点或待确认`,
  count: (count: number) => `${count}款符合`,
  fullCount: (count: number) => `${count}款贷足`,
  byAmount: '换个金额',
  byTerm: '换个期限',
  allPoints: (count: number) => `全部 ${count} 个`,
  setAmount: '金额改为',
  setTerm: '期限改为',
  advice: '最有用的一个改变',
  others: (count: number) => `其他 ${count} 个有用的改变`,
  products: (shown: number, opens: number) =>
    shown < opens ? `新符合的产品（前${shown}款）` : '新符合的产品',
  useAmount: (amount: string) => `金额改为${amount}`,
  useTerm: (term: string) => `期限改为${term}`,
  toGrade: '看看怎样升级',
  foot: '按本企业的信用等级和已有数据试算，机构看不到。',
}

export const labTexts = {
  title: '规则试算',
  lead: '发布前看看这套准入规则在本市会覆盖多少企业。只有按十家取整的数字，看不到任何一家企业。',
  tryOut: '开始试算',
  again: '重新试算',
  gaps: '请先补全标出的内容，再试算',
  before: (firms: number) => `约 ${firms} 家企业中，`,
  after: '家符合准入条件',
  near: (count: number) => `另有约 ${count} 家只差可以改变的条件。`,
  tooFew: '本市同意评级的企业还太少，暂时不能试算。',
  barriers: '挡住最多的条件',
  noBarriers: '没有条件挡住成规模的企业。',
  who: '符合的是哪些企业',
  byGrade: '按等级',
  byDistrict: '按地区',
  byIndustry: '按行业',
  of: (fitting: number, firms: number) => `${fitting} / ${firms} 家`,
  noCells: '企业太少，不分组显示。',
  foot: (day: string) => `企业样本截至${day}，数字按十家取整，相加可能不等于合计。`,
}

export const orderTexts = {
  title: '排序规则',
  noPaying: '没有任何付费排名',
  lead: '先比第一条，相同再比下一条。机构不能花钱、也不能用别的办法换取更靠前的位置。',
  points: (points: number) => `最多 ${points} 分`,
  open: '排序规则',
}

export const replayTexts = {
  open: '复核这次排序',
  agrees: '按当时留存的规则和数据重新计算，名次一致',
  differs: '重新计算的结果与留存的不同',
  notKept: '这次排序没有留存可供复核的数据，重新匹配后可以复核',
  missing: '这次排序不存在或不可见',
  changedSince: '此后有变化（不影响当时的排序）',
  computed: (when: string) => `排序时间：${when}`,
  rules: (version: string) => `规则版本：${version}`,
  digest: (digest: string) => `数据摘要：${digest}`,
}
