import { nextTick } from 'vue'

/** Bring the first sentence beside a field into sight, once it is there. */
export async function showFirstProblem(): Promise<void> {
  await nextTick()
  // #ifdef H5
  document.querySelector('.problem')?.scrollIntoView?.({ block: 'center' })
  // #endif
}
