import { watch } from 'vue'

import { exchangeEntryToken } from '@/api/entry-app'
import { useCity } from '@/stores/city'
import { useNotices } from '@/stores/notices'
import { useSession } from '@/stores/session'

/**
 * What happens when the app starts: the city of the link that opened it, the session this device
 * had or the one the city app hands over, then the live inbox for as long as somebody is signed in.
 */
export async function begin(query: Record<string, string | undefined>): Promise<void> {
  const session = useSession()
  const notices = useNotices()
  const city = useCity()
  if (query['city']) city.choose(query['city'].toUpperCase())
  watch(
    () => session.viewer?.id,
    () => {
      const viewer = session.viewer
      if (!viewer) return notices.forget()
      notices.listen(viewer.unreadNoticeCount, viewer.notices.edges[0]?.node.id ?? null)
    },
  )
  // Pages show their own face when one of these finds no network.
  await Promise.all([city.load(), session.restore().catch(() => undefined)])
  if (!session.signedIn) await exchangeEntryToken().catch(() => undefined)
}

/** The app came to the front. */
export function show(): void {
  if (useSession().signedIn) useNotices().resume()
}

/** The app went to the back; a phone ends its sockets anyway. */
export function hide(): void {
  // #ifndef H5
  useNotices().pause()
  // #endif
}
