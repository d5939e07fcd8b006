import {
  type AccountTerms,
  type Actor,
  type Consent,
  type ConsentState,
  clauseText,
  dayInJapan,
  type Edition,
  type NewConsent,
  Refusal,
  routes,
  type TermsShown,
} from '@sakimori/contract';
import type { z } from 'zod';
import { note } from '../audit/index.ts';
import { announce, type BoundRoute, newId, serve, sha256, sql, type Tx } from '../platform/index.ts';
import type { Desk } from './contracts.ts';
import { checkAccount } from './customers.ts';
import { serviceOf } from './service.ts';
import { selectAccounts } from './store.ts';

type ConsentRow = {
  id: string;
  edition: string;
  version: number;
  sha256: string;
  agreed_on: string;
  agreed_by: string;
  agreed_how: Consent['agreedHow'];
  recorded_at: Date;
  recorded_by: string;
};

const selectConsents = (tx: Tx, accountId: string): Promise<ConsentRow[]> =>
  tx.rows(sql<ConsentRow>`
    select id, edition, version, sha256, agreed_on::text, agreed_by, agreed_how, recorded_at, recorded_by from customers_consent
    where tenant_id = ${accountId} order by recorded_at desc, id desc limit 1000`);

const toConsent = (row: ConsentRow): Consent => ({
  ...{ id: row.id, edition: row.edition, version: row.version, sha256: row.sha256 },
  ...{ agreedOn: row.agreed_on, agreedBy: row.agreed_by, agreedHow: row.agreed_how },
  ...{ recordedAt: row.recorded_at.toISOString(), recordedBy: row.recorded_by },
});

const textsOf = (edition: Edition) =>
  edition.terms.clauses.map((number) => ({ number, ...clauseText(edition, number) }));

/** The terms that an account stands under on a day, as reports and pages show them. */
export async function termsShown(
  tx: Tx,
  desk: Pick<Desk, 'editions'>,
  accountId: string,
  day: string,
): Promise<TermsShown> {
  const { edition } = await serviceOf(tx, desk, accountId, day);
  return { edition: edition.id, version: edition.terms.version, clauses: textsOf(edition) };
}

/** The terms of the edition in force, and what was agreed to. A higher version, or another edition's, is asked for again. */
export async function termsOf(tx: Tx, desk: Desk, accountId: string): Promise<AccountTerms> {
  await checkAccount(tx, accountId);
  const { edition } = await serviceOf(tx, desk, accountId, dayInJapan(desk.platform.clock.now()));
  const clauses = textsOf(edition);
  const consents = (await selectConsents(tx, accountId)).map(toConsent);
  const { version } = edition.terms;
  const agreed = consents.some((consent) => consent.edition === edition.id && consent.version === version);
  return {
    ...{ edition: edition.id, version, clauses, consents },
    sha256: sha256(JSON.stringify(clauses)),
    state: agreed ? 'agreed' : 'asked',
  };
}

/** @throws Refusal `not_found`, `version_conflict` where other terms are in force than were read, `malformed` */
function recordConsent(
  desk: Desk,
  actor: Actor,
  accountId: string,
  given: z.infer<typeof NewConsent>,
): Promise<AccountTerms> {
  const { clock, database } = desk.platform;
  const own = actor.accountId !== undefined;
  if (own && actor.accountId !== accountId) throw new Refusal('not_found', { what: 'account' });
  const today = dayInJapan(clock.now());
  const by = own ? actor.name : given.by;
  const how = own ? 'portal' : given.how;
  const on = own ? today : (given.on ?? today);
  if (by === undefined || how === undefined)
    throw new Refusal('malformed', {
      detail: 'body: who agreed at the customer (by), and how it came (how), are needed',
    });
  if (on > today) throw new Refusal('malformed', { detail: 'body.on: it is in the future' });
  return database.asProvider((tx) => addConsent(tx, desk, actor, accountId, { version: given.version, by, how, on }));
}

/** Puts a consent on record within a transaction of the provider's. @throws Refusal `version_conflict` */
export async function addConsent(
  tx: Tx,
  desk: Desk,
  actor: Actor,
  accountId: string,
  given: { readonly version: number; readonly by: string; readonly how: Consent['agreedHow']; readonly on: string },
): Promise<AccountTerms> {
  const { clock } = desk.platform;
  const { by, how, on } = given;
  const terms = await termsOf(tx, desk, accountId);
  if (terms.version !== given.version) throw new Refusal('version_conflict', { current: terms.version });
  const { edition, version, clauses } = terms;
  await tx.run(sql`
    insert into customers_consent (tenant_id, id, edition, version, texts, sha256, agreed_on, agreed_by, agreed_how, recorded_at, recorded_by)
    values (${accountId}, ${newId(clock)}, ${edition}, ${version}, ${JSON.stringify(clauses)}::jsonb, ${terms.sha256}, ${on}::date, ${by},
      ${how}, ${clock.now()}, ${actor.name})`);
  const facts = { edition, version, on, by, how, sha256: terms.sha256 };
  await note(tx, clock, { accountId, actor, action: 'terms.agreed', target: `account:${accountId}`, facts });
  await announce(tx, { topic: 'account', accountId, id: accountId });
  return termsOf(tx, desk, accountId);
}

/** Each account that the caller may see, with the version in force and what was agreed to last (S99). */
function listStates(desk: Desk, actor: Actor): Promise<ConsentState[]> {
  return desk.platform.database.for(actor, async (tx) => {
    const states: ConsentState[] = [];
    for (const { tenant_id: accountId, name: accountName, customer_name: customerName } of await selectAccounts(tx)) {
      const { edition, version, state, consents } = await termsOf(tx, desk, accountId);
      const [last] = consents;
      states.push({ accountId, accountName, customerName, edition, version, state, ...(last ? { last } : {}) });
    }
    return states;
  });
}

export const termsRoutes = (desk: Desk): BoundRoute[] => [
  serve(routes.getTerms, ({ params }, { actor }) =>
    desk.platform.database.for(actor, (tx) => termsOf(tx, desk, params.accountId)),
  ),
  serve(routes.listConsentStates, async (_, { actor }) => ({ items: await listStates(desk, actor) })),
  serve(routes.recordConsent, async ({ params, body }, { actor }) =>
    recordConsent(desk, actor, params.accountId, body),
  ),
];
