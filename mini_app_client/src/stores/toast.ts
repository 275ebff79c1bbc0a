import { defineStore } from 'pinia'
import { ref } from 'vue'

const SHOWN_MS = 2_600

/** One short sentence about what was just done; read out, and gone by itself. */
export const useToast = defineStore('toast', () => {
  const text = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined

  function say(next: string): void {
    clearTimeout(timer)
    text.value = next
    timer = setTimeout(() => {
      text.value = ''
    }, SHOWN_MS)
  }

  return { text, say }
})
