import type { FailureKind } from '@/api/failure'

/** What a person reads when an operation gave no data. */
export const failureTexts: Record<FailureKind, string> = {
  network: '网络连接不上，请检查网络后重试',
  timeout: '网络较慢，等待超时，请稍后重试',
  signedOut: '登录已失效，请重新登录',
  forbidden: '当前身份不能进行这项操作',
  badInput: '提交的内容有误，请检查后重试',
  tooMany: '操作太频繁，请稍后再试',
  server: '服务暂时不可用，请稍后重试',
}
