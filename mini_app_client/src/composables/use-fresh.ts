import { onHide, onShow } from '@dcloudio/uni-app'
import { watch } from 'vue'

import { useCity } from '@/stores/city'
import { useNotices } from '@/stores/notices'
import { useSession } from '@/stores/session'

/**
 * Reads a page's data each time the page is shown, and while it is shown each time the person, the
 * city or the inbox changes. Nothing is read before it is known who is signed in and where.
 */
export function useFresh(load: () => unknown): void {
  const session = useSession()
  const city = useCity()
  const notices = useNotices()
  let shown = false

  function loadWhenKnown(): void {
    if (shown && session.known && city.code) load()
  }

  onShow(() => {
    shown = true
    loadWhenKnown()
  })
  onHide(() => {
    shown = false
  })
  watch(
    () => [session.known, session.viewer?.id, session.acting?.id, city.code, notices.revision],
    loadWhenKnown,
  )
}
