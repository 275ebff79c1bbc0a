import { defineStore } from 'pinia'
import { computed, ref } from 'vue'

import { execute } from '@/api/client'
import {
  forgetSession,
  keepSession,
  refreshSession,
  wasSignedIn,
  whenSessionLost,
} from '@/api/session'
import {
  SessionCloseDocument,
  ViewerDocument,
  type SessionFieldsFragment,
  type ViewerFieldsFragment,
} from '@/generated/graphql'

import { useCity } from './city'

/** Who is signed in on this device, and for whom they act. */
export const useSession = defineStore('session', () => {
  const viewer = ref<ViewerFieldsFragment | null>(null)
  /** False until the first look at this device's session has ended. */
  const known = ref(false)

  const acting = computed(() => viewer.value?.acting ?? null)
  const role = computed(() => acting.value?.role ?? null)
  const enterprise = computed(() => acting.value?.enterprise ?? null)
  const institution = computed(() => acting.value?.institution ?? null)
  const signedIn = computed(() => viewer.value !== null)

  whenSessionLost(() => {
    viewer.value = null
  })

  /** Begin a session that a mutation answered. */
  function open(session: SessionFieldsFragment): void {
    keepSession(session)
    take(session.viewer)
  }

  function take(next: ViewerFieldsFragment | null): void {
    viewer.value = next
    known.value = true
    if (next?.acting) useCity().choose(next.acting.city)
  }

  /** Take up the session that this device had. A device that had none asks nothing. */
  async function restore(): Promise<void> {
    try {
      if (wasSignedIn()) take((await refreshSession())?.viewer ?? null)
    } finally {
      known.value = true
    }
  }

  /** Read the viewer anew, after something changed who they are. Throws Failure. */
  async function reload(): Promise<void> {
    take((await execute(ViewerDocument, {})).viewer ?? null)
  }

  /** Sign out here; the server ends the session when it can be reached. */
  async function close(): Promise<void> {
    await execute(SessionCloseDocument, {}).catch(() => undefined)
    forgetSession()
    viewer.value = null
  }

  return {
    viewer,
    known,
    acting,
    role,
    enterprise,
    institution,
    signedIn,
    open,
    restore,
    reload,
    close,
  }
})
