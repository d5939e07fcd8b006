import { dayInJapan, type Language, phrase } from '@sakimori/contract';
import { staffOf } from '../access/index.ts';
import { note } from '../audit/index.ts';
import type { Desk } from '../customers/index.ts';
import { tell } from '../notices/index.ts';
import type { Tick } from '../platform/index.ts';
import { raiseWork } from '../work/index.ts';
import { makeSheet } from './making.ts';
import { getSheet } from './reviews.ts';
import { markBreached, selectAccountIds, selectBreached } from './store.ts';

const everyMs = 15_000;

/** Makes the sheets of the day. An account whose sheet is made, or that has none today, is not asked again before tomorrow. */
export function makeSheets(desk: Desk): Tick {
  const { platform } = desk;
  let settled = { day: '', accounts: new Set<string>() };
  const run = async () => {
    const day = dayInJapan(platform.clock.now());
    if (settled.day !== day) settled = { day, accounts: new Set() };
    const { accounts } = settled;
    for (const accountId of await platform.database.asProvider(selectAccountIds)) {
      if (accounts.has(accountId)) continue;
      // One account that fails holds up no other, and is tried again.
      const made = await platform.database
        .as(accountId, (tx) => makeSheet(tx, desk, accountId))
        .catch((error: Error) => {
          platform.log.error({ accountId, err: error.message }, 'a review sheet could not be made; it is tried again');
          return 'wait' as const;
        });
      if (made !== 'wait') accounts.add(accountId);
    }
  };
  return { name: 'reviews.make', everyMs, run };
}

/** A sheet that is still open when its business day closes is a breach: the service managers are told, once (S71). */
export function tellBreaches(desk: Desk): Tick {
  const { platform } = desk;
  const run = async () => {
    const now = platform.clock.now();
    const late = await platform.database.asProvider((tx) => selectBreached(tx, now));
    if (late.length === 0) return;
    const managers = await platform.database.asProvider((tx) => staffOf(tx, ['service-manager']));
    for (const { tenant_id: accountId, id } of late) {
      await platform.database.as(accountId, async (tx) => {
        if (!(await markBreached(tx, { accountId, id }, now))) return;
        const sheet = await getSheet(tx, desk, id);
        const { businessDay, accountName, counts } = sheet;
        const facts = { day: businessDay, account: accountName, left: counts.due - counts.reviewed, due: counts.due };
        const compose = (language: Language) => ({
          subject: phrase(language, 'mail.reviewLate.subject', { product: phrase(language, 'product.name'), ...facts }),
          text: `${phrase(language, 'mail.reviewLate.text', facts)}\n`,
        });
        await tell(tx, platform, {
          ...{ accountId, kind: 'review.late', compose },
          contacts: managers.map(({ mail, language }) => ({ accountId, mail, language })),
        });
        await raiseWork(tx, desk, {
          ...{ accountId, kind: 'reviewLate', key: `review-late:${id}`, target: `review:${id}`, isOnce: true },
          ...{ facts: { day: businessDay, count: facts.left }, dueAt: now },
        });
        const actor = { kind: 'system', id: 'system', name: 'system' } as const;
        await note(tx, platform.clock, { accountId, actor, action: 'review.late', target: `review:${id}`, facts });
      });
    }
  };
  return { name: 'reviews.late', everyMs, run };
}
