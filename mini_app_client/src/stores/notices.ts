import { defineStore } from 'pinia'
import { ref } from 'vue'

import { execute } from '@/api/client'
import { currentToken, refreshSession } from '@/api/session'
import { ViewerDocument, type NoticeFieldsFragment } from '@/generated/graphql'
import { NoticeStream } from '@/live/notice-stream'

/** The inbox as it changes: how many are unread, and what came last. */
export const useNotices = defineStore('notices', () => {
  const unread = ref(0)
  /** What arrived last while the app was open; pages look at it to read themselves anew. */
  const latest = ref<NoticeFieldsFragment | null>(null)
  /** Counts every change of the inbox, so that a list can follow. */
  const revision = ref(0)

  const stream = new NoticeStream({
    token: currentToken,
    refresh: async () => (await refreshSession()) !== null,
    arrived(notice) {
      unread.value += notice.readAt ? 0 : 1
      latest.value = notice
      revision.value += 1
      // After a long absence one notice stands for all that were missed.
      if (notice.kind === 'SYSTEM') void recount()
    },
    mustReload() {
      revision.value += 1
      void recount()
    },
  })

  /** Ask how many are unread; without an answer the count stays as it was. */
  async function recount(): Promise<void> {
    const { viewer } = await execute(ViewerDocument, {}).catch(() => ({ viewer: null }))
    if (viewer) unread.value = viewer.unreadNoticeCount
  }

  /**
   * Listen from the newest notice that the server told, so that none falls between that answer and
   * the subscription. `count` is the number of unread ones in the same answer.
   */
  function listen(count: number, newest: string | null): void {
    // Somebody may have signed in over another: the former's socket must not go on.
    stream.stop()
    latest.value = null
    unread.value = count
    stream.start(newest)
  }

  function pause(): void {
    stream.pause()
  }

  function resume(): void {
    stream.start()
  }

  /** Stop listening and forget; somebody else may sign in. */
  function forget(): void {
    stream.stop()
    unread.value = 0
    latest.value = null
  }

  /** The banner was seen. */
  function dismiss(): void {
    latest.value = null
  }

  return { unread, latest, revision, listen, pause, resume, forget, dismiss }
})
