import type { AccessFieldsFragment, AccessKind } from '@/generated/graphql'
import { texts } from '@/texts'

/** Lines of the access ledger that stand together: one, or a run of looks of the same everyday kind. */
export interface Fold {
  /** The newest line's id. */
  key: string
  /** Newest first, at least one. */
  entries: AccessFieldsFragment[]
}

const LOOKS: readonly AccessKind[] = ['GRADE_READ', 'DATA_READ', 'VERIFICATION', 'CONTACT_READ', 'INTERFACE_CALLED']

/**
 * The kind of a look that may be folded: the owner's own, or the platform's for one purpose. Null
 * for whatever an owner must see at once: a bank's look, an official's, a refusal, a decision.
 */
function everydayKind({ allowed, institution, readerName, purpose, what }: AccessFieldsFragment): string | null {
  if (!allowed || institution || !LOOKS.includes(what)) return null
  if (readerName === texts.access.readers.own) return readerName
  return readerName === texts.access.readers.platform ? `${readerName} ${purpose}` : null
}

/** Lines, newest first, with everyday looks that follow one another as one. */
export function folded(entries: readonly AccessFieldsFragment[]): Fold[] {
  const folds: Fold[] = []
  let former: string | null = null
  for (const entry of entries) {
    const kind = everydayKind(entry)
    const last = folds[folds.length - 1]
    if (last && kind !== null && kind === former) {
      last.entries.push(entry)
    } else {
      folds.push({ key: entry.id, entries: [entry] })
    }
    former = kind
  }
  return folds
}
