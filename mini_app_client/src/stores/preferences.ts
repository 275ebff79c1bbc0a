import { defineStore } from 'pinia'
import { ref } from 'vue'

const LARGE_KEY = 'rq.large-type'

/** What a person set on this device. */
export const usePreferences = defineStore('preferences', () => {
  /** 长辈模式: larger type and larger controls. */
  const largeType = ref(uni.getStorageSync(LARGE_KEY) === '1')

  function setLargeType(on: boolean): void {
    largeType.value = on
    uni.setStorageSync(LARGE_KEY, on ? '1' : '0')
  }

  return { largeType, setLargeType }
})
