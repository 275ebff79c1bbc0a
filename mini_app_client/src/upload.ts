import { texts } from '@/texts'

/** Sending a file under a one-time ticket. Only browsers have files; H5 alone uses it. */

interface Answer {
  importBatch?: { id: string }
  errors?: { message: string }[]
}

/**
 * Send a file as it is, under the ticket that was issued for it; the id of the batch it became.
 * Calls `progress` with whole percents. Rejects with the sentence to show.
 */
export function upload(
  file: File,
  { url, ticket }: { url: string; ticket: string },
  progress: (percent: number) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    // fetch tells nothing about how far a request's body has come.
    const request = new XMLHttpRequest()
    request.open('POST', url)
    request.setRequestHeader('Authorization', `Ticket ${ticket}`)
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.upload.onprogress = ({ loaded, total }) => {
      progress(total > 0 ? Math.floor((loaded / total) * 100) : 0)
    }
    request.onload = () => {
      const { importBatch, errors } = answerIn(request.responseText)
      if (importBatch) resolve(importBatch.id)
      else reject(errors?.[0]?.message ?? texts.upload.failed)
    }
    request.onerror = request.onabort = () => reject(texts.upload.failed)
    request.send(file)
  })
}

function answerIn(body: string): Answer {
  try {
    return (JSON.parse(body) ?? {}) as Answer
  } catch {
    return {}
  }
}

/** Bytes as a person reads them: "12 KB", "3.4 MB", "10 GB". */
export function sizeText(bytes: number): string {
  for (const [unit, size] of [
    ['GB', 1024 ** 3],
    ['MB', 1024 ** 2],
  ] as const) {
    if (bytes >= size) return `${Number((bytes / size).toFixed(1))} ${unit}`
  }
  return `${Math.ceil(bytes / 1024)} KB`
}
