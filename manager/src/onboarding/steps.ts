import {
  type Evidence,
  type KeptFile,
  type Language,
  may,
  type OnboardingStep,
  type PhraseKey,
  phrase,
  Refusal,
} from '@sakimori/contract';
import { checkWork, listContacts } from '../customers/index.ts';
import { type Recipient, tell } from '../notices/index.ts';
import { newId, sha256, type Tx, xlsxBytesMax } from '../platform/index.ts';
import { type Change, changeCase, checkTurn, type Desk, endStep, evidenceOf, orderedSteps, todayOf } from './cases.ts';
import { findingText, isGateOpen, readStanding } from './gate.ts';
import { startLetter } from './letters.ts';
import { type CaseRow, filesMax, insertFile, selectFiles } from './store.ts';

const within = (desk: Desk, work: (tx: Tx) => Promise<void>): Promise<void> => desk.platform.database.asProvider(work);
const over = (row: CaseRow) =>
  new Refusal('wrong_state', { what: 'onboarding', state: row.state === 'started' ? 'live' : 'cancelled' });

/** Who does a step, and by when. @throws Refusal `not_found`, `onboarding_changed`, `wrong_state` */
export const assign = (
  desk: Desk,
  change: Change & { readonly step: OnboardingStep },
  given: { readonly person?: string | undefined; readonly dueOn?: string | undefined },
): Promise<void> =>
  within(desk, (tx) =>
    changeCase(tx, desk, change, async (row) => {
      if (row.state !== 'open') throw over(row);
      const step = row.steps.find((one) => one.step === change.step)!;
      if (given.person !== undefined) step.person = given.person;
      if (given.dueOn !== undefined) step.dueOn = given.dueOn;
      return { action: 'onboarding.assigned', facts: { step: change.step, ...given } };
    }),
  );

/**
 * Ends a step whose conditions hold, and keeps what proves it.
 * @throws Refusal `not_found`, `onboarding_changed`, `step_order` (S40), `step_incomplete`, `wrong_state`; `not_in_plan` where setup is no part of the plan (S27)
 */
export const complete = (
  desk: Desk,
  change: Change & { readonly step: OnboardingStep },
  remark: string | undefined,
): Promise<void> =>
  within(desk, (tx) =>
    changeCase(tx, desk, change, async (row) => {
      const { step, language, actor } = change;
      checkTurn(row, step, desk.editions.standard);
      if (row.issued_at !== null) await checkWork(tx, desk, { accountId: row.tenant_id, feature: 'basic.setup' });
      const proof = await prove(tx, desk, row, step, language, actor.name);
      const said = remark === undefined ? [] : [evidenceOf(desk, actor.name, 'note', remark)];
      endStep(row, step, desk.platform.clock.now(), actor.name, [...proof, ...said]);
      return {
        action: 'onboarding.completed',
        facts: { step, evidence: proof.map(({ kind, text }) => `${kind}: ${text}`.slice(0, 200)) },
      };
    }),
  );

/** What must be so for a step to end. @throws Refusal `step_incomplete` with all that is missing */
async function prove(
  tx: Tx,
  desk: Desk,
  row: CaseRow,
  step: OnboardingStep,
  language: Language,
  by: string,
): Promise<Evidence[]> {
  const say = (key: string, facts = {}) => phrase(language, key as PhraseKey, facts);
  const lacks = (missing: readonly string[]): never => {
    throw new Refusal('step_incomplete', { step, missing: missing.join(say('onboarding.mail.comma')).slice(0, 1500) });
  };
  if (step === 'contract') {
    const heard = await desk.hearing.of(tx, row.order_form, row.tenant_id);
    if (heard?.confirmed) return [evidenceOf(desk, by, 'file', heard.title, heard.id)];
    const file = (await selectFiles(tx, row.id)).findLast(({ kind }) => kind === 'hearing');
    // A sheet that somebody began here is to be finished here; a file on record is enough only where there is none.
    if (file && !heard) return [evidenceOf(desk, by, 'file', file.name, file.id)];
    return lacks([say(heard ? 'onboarding.missing.hearingUnconfirmed' : 'onboarding.missing.hearing')]);
  }
  if (step === 'issue') return lacks([say('onboarding.missing.issue')]);
  if (step === 'start') return lacks([say('onboarding.missing.goLive')]);
  const { hosts } = await readStanding(tx, desk, row, language);
  const ordered = hosts.filter(({ findings }) => findings.every(({ code }) => code !== 'unordered'));
  const blocking = step === 'install' ? ['missing'] : ['missing', 'policyBehind', 'policyRefused'];
  const missing = ordered.flatMap(({ name, findings }) =>
    findings
      .filter(({ code }) => blocking.includes(code))
      .map((finding) => say('onboarding.subject', { subject: name, cause: findingText(language, finding) })),
  );
  if (missing.length > 0) lacks(missing);
  return ordered
    .slice(0, 100)
    .map(({ name, hostId, policyName, appliedVersion }) =>
      step === 'install'
        ? evidenceOf(desk, by, 'hosts', name, hostId)
        : evidenceOf(
            desk,
            by,
            'policy',
            [`${name}:`, policyName, appliedVersion].filter((part) => part !== undefined).join(' '),
            hostId,
          ),
    );
}

/** Opens a step again, and those after it. What was issued stays issued. @throws Refusal `wrong_state` */
export const reopen = (desk: Desk, change: Change & { readonly step: OnboardingStep }, reason: string): Promise<void> =>
  within(desk, (tx) =>
    changeCase(tx, desk, change, async (row) => {
      const at = orderedSteps.indexOf(change.step);
      if (row.state !== 'open') throw over(row);
      if (row.steps[at]!.doneAt === undefined)
        throw new Refusal('wrong_state', { what: 'onboarding', state: 'waiting' });
      if (row.issued_at !== null && at <= orderedSteps.indexOf('issue'))
        throw new Refusal('wrong_state', { what: 'onboarding', state: 'issued' });
      const remark = {
        kind: 'reopened' as const,
        reason,
        at: desk.platform.clock.now().toISOString(),
        by: change.actor.name,
      };
      row.steps[at]!.remarks.push(remark);
      for (const step of row.steps.slice(at)) {
        delete step.doneAt;
        delete step.doneBy;
      }
      return { action: 'onboarding.reopened', facts: { step: change.step, reason } };
    }),
  );

/** Takes the order back. After the issue the contract is what ends. @throws Refusal `wrong_state` */
export const cancel = (desk: Desk, change: Change, reason: string): Promise<void> =>
  within(desk, (tx) =>
    changeCase(tx, desk, change, async (row) => {
      if (row.state !== 'open') throw over(row);
      if (row.issued_at !== null) throw new Refusal('wrong_state', { what: 'onboarding', state: 'issued' });
      Object.assign(row, { state: 'cancelled', cancel_reason: reason });
      return { action: 'onboarding.cancelled', facts: { reason } };
    }),
  );

/** Keeps a file, byte for byte. @throws Refusal `too_large`, `limit_reached`, `wrong_state` */
export const addFile = (
  desk: Desk,
  change: Change & { readonly step: OnboardingStep },
  given: { readonly kind: 'hearing' | 'other'; readonly name: string; readonly file: string },
): Promise<void> =>
  within(desk, (tx) =>
    changeCase(tx, desk, change, async (row) => {
      if (row.state === 'cancelled') throw over(row);
      const content = Buffer.from(given.file, 'base64');
      if (content.length > xlsxBytesMax) throw new Refusal('too_large', { limitBytes: xlsxBytesMax });
      if ((await selectFiles(tx, row.id)).length >= filesMax)
        throw new Refusal('limit_reached', { what: 'file', max: filesMax });
      const file: KeptFile = {
        ...{
          id: newId(desk.platform.clock),
          kind: given.kind,
          name: given.name,
          bytes: content.length,
          sha256: sha256(content),
        },
        ...{ uploadedAt: desk.platform.clock.now().toISOString(), uploadedBy: change.actor.name },
      };
      await insertFile(tx, row, file, content);
      const step = row.steps.find((one) => one.step === change.step)!;
      step.evidence = [...step.evidence, evidenceOf(desk, change.actor.name, 'file', file.name, file.id)].slice(-200);
      return { action: 'onboarding.filed', facts: { step: change.step, name: file.name, sha256: file.sha256 } };
    }),
  );

/**
 * Start of use (S39): where every check holds, or somebody who may says why in spite of one. Sets the date, and the start notice leaves in the
 * same transaction.
 * @throws Refusal `step_order`, `gate_closed`, `forbidden`, `wrong_state`
 */
export const goLive = (desk: Desk, change: Change, overrideReason: string | undefined): Promise<void> =>
  within(desk, (tx) =>
    changeCase(tx, desk, change, async (row) => {
      const { actor, language } = change;
      checkTurn(row, 'start', desk.editions.standard);
      const { gate, hosts } = await readStanding(tx, desk, row, language);
      const failed = gate.filter(({ result }) => result === 'fail');
      if (!isGateOpen(gate) && overrideReason === undefined)
        throw new Refusal('gate_closed', {
          checks: failed
            .map(({ check, subjects }) =>
              phrase(language, 'onboarding.subject', {
                subject: phrase(language, `gateCheck.${check}`),
                cause: subjects[0] ?? '',
              }),
            )
            .join(' / ')
            .slice(0, 1500),
        });
      if (failed.length > 0 && !may(actor.role, 'onboarding.override'))
        throw new Refusal('forbidden', { permission: 'onboarding.override' });
      const at = desk.platform.clock.now();
      const startedOn = todayOf(desk);
      const told = await sendStart(
        tx,
        desk,
        row,
        startedOn,
        hosts.flatMap(({ name, hostId }) => (hostId === undefined ? [] : [name])),
      );
      const last = row.steps.at(-1)!;
      if (failed.length > 0)
        last.remarks.push({ kind: 'overridden', reason: overrideReason!, at: at.toISOString(), by: actor.name });
      endStep(row, 'start', at, actor.name, [
        evidenceOf(desk, actor.name, 'mail', told.join(', ')),
        ...gate.map(({ check, result }) => evidenceOf(desk, actor.name, 'note', `${check}: ${result}`)),
      ]);
      Object.assign(row, { state: 'started', started_on: startedOn });
      const overridden =
        failed.length > 0 ? { overridden: failed.map(({ check }) => check), reason: overrideReason } : {};
      return { action: 'onboarding.started', facts: { startedOn, told: told.length, ...overridden } };
    }),
  );

/** The start notice to everybody who is told anything, and to who ordered. @returns their addresses */
async function sendStart(
  tx: Tx,
  desk: Desk,
  row: CaseRow,
  startedOn: string,
  hosts: readonly string[],
): Promise<string[]> {
  const { tenant_id: accountId, order_form: order } = row;
  const contacts: Recipient[] = (await listContacts(tx, accountId)).filter(({ bouncedAt }) => bouncedAt === undefined);
  const known = contacts.some(({ mail }) => mail.toLowerCase() === order.contactMail.toLowerCase());
  if (!known) contacts.push({ accountId, mail: order.contactMail, language: 'ja' });
  await tell(tx, desk.platform, {
    ...{ accountId, kind: 'onboarding.start', contacts },
    compose: (language, from) =>
      startLetter(language, {
        ...{
          customerName: row.customer_name,
          accountName: row.account_name,
          plan: order.plan,
          startedOn,
          hosts,
          provider: { name: from.name(language), signature: from.signature(language) },
        },
        ...{ edition: desk.editions.standard, portal: desk.publicUrl() },
      }),
  });
  return contacts.map(({ mail }) => mail);
}
