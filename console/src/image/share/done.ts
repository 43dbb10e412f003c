import type { ShareResponse } from '../../api/types';
import type { ShareTexts } from './texts';

// doneText says what a share has done. When it made none, it had done all before: the answer
// to the first try was lost.
export function doneText(texts: ShareTexts, { shares }: Pick<ShareResponse, 'shares'>): string {
  const made = shares.filter(({ result }) => result === 'created');
  const meant = made.length > 0 ? made : shares;
  const pending = meant.filter(({ status }) => status === 'pending').length;
  return [
    made.length > 0 ? texts.done(made.length) : texts.doneBefore(shares.length),
    ...(pending === 0 ? [] : [pending === meant.length ? texts.allPending(pending) : texts.pendingToo(pending)]),
  ].join(texts.betweenSentences);
}
