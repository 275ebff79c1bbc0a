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
