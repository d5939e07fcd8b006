import { dayInJapan, type OrderRecipient, type PhraseKey, phrase, Refusal } from '@sakimori/contract';
import {
  addConsent,
  addContact,
  addServer,
  approveByOrder,
  makeAccount,
  makeContract,
  makeQuote,
  termsOf,
} from '../customers/index.ts';
import { issueDeploymentToken, writeToken } from '../hosts/index.ts';
import { isDuplicate, type Tx } from '../platform/index.ts';
import { makeApiKey } from '../workloadapi/index.ts';
import { type Change, checkTurn, type Desk, endStep, evidenceOf, saveCase } from './cases.ts';
import { askToConfirm } from './recipients.ts';
import { type CaseRow, lockCase } from './store.ts';

export type Secrets = { readonly apiKey: string; readonly enrolmentToken: string; readonly hostsMax: number };

/** Hours that the enrolment token is good: 30 days. */
const tokenHours = 720;
/** The role “Full Access” of the Workload Security API. */
const fullAccess = 1;

/**
 * Issues at once what step 2 asks for (S36, S41): account, contract, servers, bought options, recipients with their test mails, API key and
 * enrolment token. All in one transaction: everything is there, or nothing. Whoever asks twice gets no second account, and no secrets.
 * @throws Refusal `not_found`, `onboarding_changed`, `step_order`, `hearing_contradicts`, `already_exists`, `account_per_plan`
 */
export async function issue(desk: Desk, change: Change): Promise<Secrets | undefined> {
  try {
    return await desk.platform.database.asProvider((tx) => issueWithin(tx, desk, change));
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal('already_exists', { what: 'account' }, { cause: error });
    throw error;
  }
}

async function issueWithin(tx: Tx, desk: Desk, { actor, language, id, version }: Change): Promise<Secrets | undefined> {
  const { platform, editions } = desk;
  const row = await lockCase(tx, id);
  if (!row) throw new Refusal('not_found', { what: 'onboarding' });
  if (row.issued_at !== null) return undefined;
  if (row.version !== version)
    throw new Refusal('onboarding_changed', {
      current: row.version,
      by: row.changed_by,
      at: row.changed_at.toISOString(),
    });
  checkTurn(row, 'issue', editions.standard);
  const { order_form: order, tenant_id: accountId } = row;
  const heard = await desk.hearing.of(tx, order, accountId);
  if (heard && heard.contradictions.length > 0) {
    const places = heard.contradictions.map(({ code, ordered, heard: said }) =>
      phrase(language, 'onboarding.contradiction', {
        what: phrase(language, `onboardingContradiction.${code}` as PhraseKey),
        ordered,
        heard: said,
      }),
    );
    throw new Refusal('hearing_contradicts', { count: places.length, places: places.join(' / ').slice(0, 1500) });
  }
  const named = { id: accountId, customerName: row.customer_name, name: row.account_name, plan: order.plan };
  await makeAccount(tx, platform, desk.onAccountCreated, actor, named);
  await makeContract(tx, desk, actor, accountId, {
    ...{
      number: order.number,
      plan: order.plan,
      nodes: order.servers.length,
      startsOn: order.startsOn,
      endsOn: order.endsOn,
    },
  });
  for (const { basicNumber: _, supportNumber: __, ...server } of order.servers)
    await addServer(tx, desk, actor, accountId, server);
  await takeOptions(tx, desk, actor, row);
  if (order.termsAgreed) await agree(tx, desk, actor, row);
  const contacts = [];
  for (const recipient of recipientsOf(heard?.recipients ?? order.recipients))
    contacts.push(await addContact(tx, platform, actor, accountId, recipient));
  await desk.hearing.attach(tx, actor, order, accountId);
  const { secret: apiKey } = await makeApiKey(tx, platform, accountId, actor, {
    keyName: 'onboarding',
    roleID: fullAccess,
  });
  const hostsMax = order.servers.length;
  const issued = await issueDeploymentToken(tx, platform, {
    accountId,
    actor,
    validHours: tokenHours,
    hostsMax,
    purpose: {},
  });
  await askToConfirm(
    tx,
    desk,
    row,
    contacts.filter(({ purposes }) => purposes.length > 0),
  );
  const at = platform.clock.now();
  endStep(row, 'issue', at, actor.name, [
    evidenceOf(desk, actor.name, 'account', row.account_name, accountId),
    evidenceOf(desk, actor.name, 'mail', contacts.map(({ mail }) => mail).join(', ')),
  ]);
  row.issued_at = at;
  await saveCase(tx, desk, actor, row, 'onboarding.issued', {
    ...{ accountId, contacts: contacts.length, servers: hostsMax, tokenId: issued.id },
  });
  return { apiKey, enrolmentToken: writeToken(desk.authority, desk.agents, issued.secret), hostsMax };
}

const recipientsOf = (recipients: readonly OrderRecipient[]) =>
  recipients.map((one) => ({ ...one, purposes: [...one.purposes] }));

/** What was ordered besides is a quote that the order approves; its work may begin. */
async function takeOptions(tx: Tx, desk: Desk, actor: Change['actor'], row: CaseRow): Promise<void> {
  const { order_form: order, tenant_id: accountId } = row;
  const today = dayInJapan(desk.platform.clock.now());
  for (const option of order.options) {
    const quote = await makeQuote(tx, desk, actor, accountId, {
      ...{ feature: option.feature, title: option.title, unitYen: option.unitYen, quantity: option.quantity },
      ...{ billing: option.billing, validUntil: today, beyondPlan: false },
      ...(option.billing === 'monthly' ? { startsOn: order.startsOn } : {}),
    });
    await approveByOrder(tx, desk, actor, { accountId, id: quote.id }, { by: order.contractor, number: order.number });
  }
}

/** The order form is the document by which the terms were agreed to (S99–S101). */
async function agree(tx: Tx, desk: Desk, actor: Change['actor'], row: CaseRow): Promise<void> {
  const { order_form: order, tenant_id: accountId } = row;
  const today = dayInJapan(desk.platform.clock.now());
  const { version } = await termsOf(tx, desk, accountId);
  const on = order.orderedOn > today ? today : order.orderedOn;
  await addConsent(tx, desk, actor, accountId, { version, by: order.contractor, how: 'document', on });
}
