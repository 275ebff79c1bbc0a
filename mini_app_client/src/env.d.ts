/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Origin of the API for the mini program, which has no origin of its own. Unused on H5. */
  readonly VITE_API_ORIGIN?: string
}

declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent<object, object, unknown>
  export default component
}
