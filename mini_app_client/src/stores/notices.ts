import { defineStore } from 'pinia'
import { ref } from 'vue'

import { currentToken, refreshSession } from '@/api/session'
import type { NoticeFieldsFragment } from '@/generated/graphql'
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
    },
    mustReload() {
      revision.value += 1
    },
  })

  /**
   * Listen from the newest notice that the server told, so that none falls between that answer and
   * the subscription. `count` is the number of unread ones in the same answer.
   */
  function listen(count: number, newest: string | null): void {
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
