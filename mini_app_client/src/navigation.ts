import { apiOrigin } from '@/api/transport'

/** Moving between pages. Tab pages are switched to, every other page is put on top. */

export const TAB_PAGES = [
  '/pages/home/index',
  '/pages/products/index',
  '/pages/demands/index',
  '/pages/inbox/index',
  '/pages/me/index',
] as const

export type TabPage = (typeof TAB_PAGES)[number]

function pathOf(url: string): string {
  return url.split('?')[0] ?? url
}

function isTab(url: string): boolean {
  return (TAB_PAGES as readonly string[]).includes(pathOf(url))
}

/** Open a page. */
export function go(url: string): void {
  if (isTab(url)) {
    uni.switchTab({ url: pathOf(url) })
  } else {
    uni.navigateTo({ url })
  }
}

/** Open a page instead of this one, so that going back does not return to a finished form. */
export function replace(url: string): void {
  if (isTab(url)) {
    uni.switchTab({ url: pathOf(url) })
  } else {
    uni.redirectTo({ url })
  }
}

/** Go back, or home where there is nothing to go back to (the page was opened by a link). */
export function back(): void {
  if (getCurrentPages().length > 1) {
    uni.navigateBack({})
  } else {
    uni.switchTab({ url: TAB_PAGES[0] })
  }
}

/** The address of a page with its query, each value escaped. */
export function address(path: string, query: Record<string, string>): string {
  const pairs = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
  return `${path}?${pairs.join('&')}`
}

/** The whole address of a page of the web view, for a picture or a message. */
export function pageLink(path: string, query: Record<string, string>): string {
  let origin = apiOrigin()
  // #ifdef H5
  origin = `${location.origin}${location.pathname}`.replace(/\/$/, '')
  // #endif
  return `${origin}/#${address(path, query)}`
}
