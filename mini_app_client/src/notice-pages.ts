import type { NoticeFieldsFragment } from '@/generated/graphql'
import { address } from '@/navigation'

/** The page that a notice speaks of; the inbox when it speaks of none. */
export function pageOfNotice(notice: Pick<NoticeFieldsFragment, 'kind' | 'subject'>): string {
  const { subject } = notice
  switch (subject?.__typename) {
    case 'Demand':
      return notice.kind === 'PRODUCT_MATCHED'
        ? address('/pages/demand/matches', { id: subject.id })
        : address('/pages/demand/detail', { id: subject.id })
    case 'Offer':
      return address('/pages/demand/detail', { id: subject.demand.id })
    case 'Product':
      return address('/pages/product/detail', { id: subject.id })
    case 'Enterprise':
      return '/pages/enterprise/grade'
    default:
      return '/pages/inbox/index'
  }
}
