import type { Role } from '@/generated/graphql'
import type { TabPage } from '@/navigation'
import { texts } from '@/texts'

export interface Tab {
  page: TabPage
  icon: string
  text: string
}

const inbox: Tab = { page: '/pages/inbox/index', icon: 'bell', text: texts.tabs.inbox }
const me: Tab = { page: '/pages/me/index', icon: 'person', text: texts.tabs.me }
const home: Tab = { page: '/pages/home/index', icon: 'home', text: texts.tabs.home }
const desk: Tab = { ...home, text: texts.tabs.desk }

const owner: Tab[] = [
  home,
  { page: '/pages/products/index', icon: 'products', text: texts.tabs.products },
  { page: '/pages/demands/index', icon: 'demand', text: texts.tabs.demands },
  inbox,
  me,
]
const officer: Tab[] = [
  desk,
  { page: '/pages/demands/index', icon: 'demand', text: texts.tabs.pool },
  inbox,
  me,
]
const manager: Tab[] = [
  desk,
  { page: '/pages/products/index', icon: 'products', text: texts.tabs.ownProducts },
  inbox,
  me,
]
const staff: Tab[] = [desk, inbox, me]

/** The tabs of a role; somebody who is signed out sees what an owner sees. */
export function tabsOf(role: Role | null): Tab[] {
  switch (role) {
    case 'OFFICER':
      return officer
    case 'PRODUCT_MANAGER':
    case 'INSTITUTION_ADMIN':
      return manager
    case 'OPERATOR':
    case 'REGULATOR':
    case 'DATA_PROVIDER':
      return staff
    default:
      return owner
  }
}
