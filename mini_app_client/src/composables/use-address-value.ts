import { onLoad } from '@dcloudio/uni-app'
import { ref, type Ref } from 'vue'

/** A value of the page's address, decoded; empty until the page has loaded or when it is absent. */
export function useAddressValue(name: string): Ref<string> {
  const value = ref('')
  onLoad((query) => {
    value.value = decodeURIComponent(String(query?.[name] ?? ''))
  })
  return value
}
