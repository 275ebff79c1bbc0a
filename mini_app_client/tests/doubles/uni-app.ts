import { getCurrentInstance } from 'vue'

/**
 * Stands for '@dcloudio/uni-app': the life of a page, which uni's runtime tells a page's component
 * and a test tells by `pageLife`.
 */
type Listener = (query?: Record<string, string>) => unknown
type Moment = 'load' | 'show' | 'hide' | 'unload' | 'launch' | 'reachBottom' | 'pullDownRefresh'

const listeners = new Map<Moment, Set<Listener>>()

function hook(moment: Moment) {
  return (listener: Listener) => {
    const all = listeners.get(moment) ?? new Set()
    listeners.set(moment, all.add(listener))
    if (!getCurrentInstance()) throw new Error(`on ${moment} outside of a component's setup`)
  }
}

export const onLoad = hook('load')
export const onShow = hook('show')
export const onHide = hook('hide')
export const onUnload = hook('unload')
export const onLaunch = hook('launch')
export const onReachBottom = hook('reachBottom')
export const onPullDownRefresh = hook('pullDownRefresh')

/** Tell every page that is there what happens to it. */
export function pageLife(moment: Moment, query?: Record<string, string>): void {
  for (const listener of listeners.get(moment) ?? []) listener(query)
}

/** No page is there any more. */
export function forgetPages(): void {
  listeners.clear()
}
