import { apiOrigin } from '@/api/transport'
import type { TicketFieldsFragment } from '@/generated/graphql'
import { useToast } from '@/stores/toast'
import { texts } from '@/texts'

/** Taking things out of the app: onto the clipboard, into a file. */

/** Put a text on the clipboard and say so. */
export function copy(text: string, done: string = texts.receipt.copied): void {
  const toast = useToast()
  uni.setClipboardData({
    data: text,
    showToast: false,
    success: () => toast.say(done),
    fail: () => toast.say(texts.receipt.copyFailed),
  })
}

/** Keep a text as a file of the person's: saved on H5, handed to a chat in a mini program. */
export function keepAsFile(fileName: string, text: string): void {
  // #ifdef H5
  save(new Blob([text], { type: 'application/octet-stream' }), fileName)
  // #endif
  // #ifdef MP-WEIXIN
  const filePath = `${wx.env.USER_DATA_PATH}/${fileName}`
  wx.getFileSystemManager().writeFile({
    filePath,
    data: text,
    encoding: 'utf8',
    success: () => wx.shareFileMessage({ filePath, fileName }),
    fail: () => useToast().say(texts.receipt.failed),
  })
  // #endif
}

/**
 * Fetch what a one-time ticket stands for, and keep it. The ticket travels in a header: in the
 * address it would end up in logs. False when it could not be fetched.
 */
export async function fetchFile({ url, ticket, fileName }: TicketFieldsFragment): Promise<boolean> {
  const address = url.startsWith('/') ? `${apiOrigin()}${url}` : url
  const header = { Authorization: `Ticket ${ticket}` }
  // #ifdef H5
  try {
    const answer = await fetch(address, { headers: header })
    if (!answer.ok) return false
    save(await answer.blob(), fileName)
    return true
  } catch {
    return false
  }
  // #endif
  // #ifdef MP-WEIXIN
  return new Promise((resolve) => {
    uni.downloadFile({
      url: address,
      header,
      success: ({ statusCode, tempFilePath: filePath }) => {
        if (statusCode === 200) wx.shareFileMessage({ filePath, fileName })
        resolve(statusCode === 200)
      },
      fail: () => resolve(false),
    })
  })
  // #endif
}

// #ifdef H5
const KEPT_FOR_MS = 60_000

function save(content: Blob, fileName: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = fileName
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_FOR_MS)
}
// #endif

// #ifdef MP-WEIXIN
declare const wx: {
  env: { USER_DATA_PATH: string }
  getFileSystemManager(): {
    writeFile(options: {
      filePath: string
      data: string
      encoding: string
      success(): void
      fail(): void
    }): void
  }
  shareFileMessage(options: { filePath: string; fileName: string }): void
}
// #endif
