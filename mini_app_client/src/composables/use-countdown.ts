import { onUnmounted, ref, type Ref } from 'vue'

/** Seconds that run down to 0; starting anew begins again. */
export function useCountdown(): { left: Ref<number>; start(seconds: number): void } {
  const left = ref(0)
  let ticking: ReturnType<typeof setInterval> | undefined
  onUnmounted(() => clearInterval(ticking))

  function start(seconds: number): void {
    clearInterval(ticking)
    left.value = seconds
    ticking = setInterval(() => {
      left.value -= 1
      if (left.value <= 0) clearInterval(ticking)
    }, 1_000)
  }

  return { left, start }
}
