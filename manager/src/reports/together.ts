import { type Actor, type BulkOutcome, type Language, Refusal, refusalText } from '@sakimori/contract';
import type { z } from 'zod';
import type { Platform } from '../platform/index.ts';
import { sign } from './signing.ts';

/**
 * Signs drafts in one act, each in a transaction of its own: those that nobody wrote about and whose figures are as usual. The others are left, each with
 * its reason, and one that fails holds up no other.
 */
export async function signTogether(
  platform: Platform,
  actor: Actor,
  language: Language,
  issues: readonly { readonly id: string; readonly sha256: string }[],
): Promise<z.input<typeof BulkOutcome>> {
  const signed: string[] = [];
  const left: z.input<typeof BulkOutcome>['left'] = [];
  for (const { id, sha256 } of new Map(issues.map((one) => [one.id, one])).values()) {
    try {
      await sign(platform, actor, { issueId: id, sha256, isTogether: true });
      signed.push(id);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === 'unavailable') throw error;
      left.push({ id, code: error.code, reason: refusalText(language, error) });
    }
  }
  return { signed, left };
}
