import {
  type GateCheck,
  type Host,
  hasPhrase,
  type Language,
  type ModuleStatus,
  type OnboardingRecipient,
  type OrderedHost,
  type PhraseKey,
  phrase,
  type RemoteComputer,
  type ServerUnderContract,
} from '@sakimori/contract';
import { listContacts, serversOf, termsOf } from '../customers/index.ts';
import { hostsOf, selectUnwatched } from '../hosts/index.ts';
import type { Tx } from '../platform/index.ts';
import { ruledComputers } from '../remote/index.ts';
import type { Desk } from './cases.ts';
import { type CaseRow, selectAsked } from './store.ts';

/** How things stand at the account of an onboarding: what the start of use depends on (S39). */
export type Standing = {
  readonly hosts: readonly OrderedHost[];
  readonly recipients: readonly OnboardingRecipient[];
  readonly gate: readonly GateCheck[];
};

/** Hosts that enrolled, beside the servers that were ordered (S37), with the version that each reports (S38). */
export function compareHosts(ordered: readonly string[], present: readonly OrderedHost[]): OrderedHost[] {
  const byName = Map.groupBy(present, ({ name }) => name.toLowerCase());
  const wanted = new Set(ordered.map((name) => name.toLowerCase()));
  const listed = ordered.map((name): OrderedHost => {
    const host = byName.get(name.toLowerCase())?.[0];
    return host ? { ...host, name } : { name, online: false, findings: [{ code: 'missing', facts: {} }] };
  });
  const others = present.filter(({ name }) => !wanted.has(name.toLowerCase()));
  return [...listed, ...others.map((host) => ({ ...host, findings: [{ code: 'unordered' as const, facts: {} }] }))];
}

/** Hosts in service: those of our own agents, or the computers of the tenant that rules the account's. */
async function hostsInService(tx: Tx, accountId: string): Promise<OrderedHost[]> {
  const computers = await ruledComputers(tx, accountId);
  if (computers) return computers.map(toOrderedComputer);
  const enrolled = await hostsOf(tx, accountId);
  return enrolled.filter(({ liveness }) => liveness.state !== 'retired').map(toOrdered);
}

/** Which version of a policy a computer keeps to is the tenant's own affair; that it is there, and whether its modules fail, it tells. */
function toOrderedComputer({ name, hostId, liveness, policyName, modules }: RemoteComputer): OrderedHost {
  const online = liveness === 'online';
  return {
    ...{ name, online, ...(hostId ? { hostId } : {}), ...(policyName === undefined ? {} : { policyName }) },
    findings: [
      ...(online ? [] : [{ code: 'silent' as const, facts: { cause: 'reported_offline' } }]),
      ...modules
        .filter(({ status }) => status === 'error')
        .map(({ module }) => ({ code: 'moduleLacking' as const, facts: { module } })),
    ],
  };
}

function toOrdered({ id, facts, enrolledAt, liveness, policy, modules }: Host): OrderedHost {
  const findings: OrderedHost['findings'] = [];
  const online = liveness.state === 'connected';
  if (!online) findings.push({ code: 'silent', facts: { cause: liveness.cause ?? 'no_contact' } });
  if (policy.problem !== undefined)
    findings.push({ code: 'policyRefused', facts: { problem: policy.problem.slice(0, 400) } });
  else if (policy.appliedVersion !== policy.assignedVersion)
    findings.push({
      code: 'policyBehind',
      facts: { applied: String(policy.appliedVersion ?? '–'), assigned: String(policy.assignedVersion) },
    });
  for (const status of modules) {
    if (status.state === 'lacking')
      findings.push({
        code: 'moduleLacking',
        facts: { module: status.module, ...(status.lacks ? { lacks: status.lacks } : {}) },
      });
    if (status.state === 'degraded')
      findings.push({ code: 'moduleDegraded', facts: { module: status.module, ...causeFacts(status) } });
  }
  return {
    ...{ name: facts.name, hostId: id, enrolledAt, online, policyName: policy.name },
    ...{ assignedVersion: policy.assignedVersion, findings },
    ...(policy.appliedVersion === undefined ? {} : { appliedVersion: policy.appliedVersion }),
  };
}

/** The first cause in both languages: whoever reads it may read either. */
function causeFacts({ causes: [cause] }: ModuleStatus): Record<string, string> {
  const key = `module.cause.${cause?.code}`;
  if (!cause || !hasPhrase(key)) return {};
  return { causeJa: phrase('ja', key, cause.facts), causeEn: phrase('en', key, cause.facts) };
}

export function findingText(language: Language, { code, facts }: OrderedHost['findings'][number]): string {
  const silence = `liveness.cause.${facts['cause']}`;
  return phrase(language, `onboardingHost.${code}` as PhraseKey, {
    ...{ applied: '–', assigned: '–', problem: '', lacks: facts['lacks'] ?? '–' },
    ...facts,
    cause: hasPhrase(silence) ? phrase(language, silence) : (facts[language === 'ja' ? 'causeJa' : 'causeEn'] ?? '–'),
    module: facts['module'] === undefined ? '' : phrase(language, `module.${facts['module']}` as PhraseKey),
  });
}

/** Reads everything that the gate asks for. Before the account is issued there is only what was ordered. */
export async function readStanding(tx: Tx, desk: Desk, row: CaseRow, language: Language): Promise<Standing> {
  const ordered = row.order_form.servers.map(({ name }) => name);
  if (row.issued_at === null) return { hosts: compareHosts(ordered, []), recipients: [], gate: [] };
  const accountId = row.tenant_id;
  const servers = await serversOf(tx, desk, accountId, false);
  const hosts = compareHosts(
    servers.map(({ name }) => name),
    await hostsInService(tx, accountId),
  );
  const contacts = await listContacts(tx, accountId);
  const asked = new Map((await selectAsked(tx, row.id)).map((one) => [one.contact_id, one]));
  const recipients = contacts
    .filter(({ purposes }) => purposes.length > 0)
    .map((contact): OnboardingRecipient => {
      const found = asked.get(contact.id);
      // What was confirmed is an address: a contact that has another one since then is asked again.
      const same = found && found.mail.toLowerCase() === contact.mail.toLowerCase() ? found : undefined;
      return {
        ...{ contactId: contact.id, name: contact.name, mail: contact.mail, bounced: contact.bouncedAt !== undefined },
        ...(same ? { askedAt: same.asked_at.toISOString() } : {}),
        ...(same?.confirmed_at ? { confirmedAt: same.confirmed_at.toISOString() } : {}),
        ...(same?.confirmed_how ? { confirmedHow: same.confirmed_how } : {}),
      };
    });
  const terms = await termsOf(tx, desk, accountId);
  const unwatched = new Set(await selectUnwatched(tx, accountId));
  const alerted = contacts.some(({ purposes, bouncedAt }) => purposes.includes('alerts') && bouncedAt === undefined);
  const gate = checkGate(language, {
    hosts,
    recipients,
    servers,
    alerted,
    agreed: terms.state === 'agreed',
    unwatched,
  });
  return { hosts, recipients, gate };
}

type Facts = {
  readonly hosts: readonly OrderedHost[];
  readonly recipients: readonly OnboardingRecipient[];
  readonly servers: readonly ServerUnderContract[];
  readonly alerted: boolean;
  readonly agreed: boolean;
  readonly unwatched: ReadonlySet<string>;
};

/** Each check with those it is about and why. */
export function checkGate(
  language: Language,
  { hosts, recipients, servers, alerted, agreed, unwatched }: Facts,
): GateCheck[] {
  const say = (key: string, facts = {}) => phrase(language, key as PhraseKey, facts);
  const found = (...codes: string[]) =>
    hosts.flatMap(({ name, findings }) =>
      findings.filter(({ code }) => codes.includes(code)).map((finding) => line(name, findingText(language, finding))),
    );
  const line = (subject: string, cause: string) => say('onboarding.subject', { subject, cause });
  const failing = (check: GateCheck['check'], subjects: string[]): GateCheck => ({
    ...{ check, result: subjects.length > 0 ? 'fail' : 'pass', subjects: subjects.slice(0, 100) },
  });
  const cautious = (check: GateCheck['check'], subjects: string[]): GateCheck => ({
    ...{ check, result: subjects.length > 0 ? 'caution' : 'pass', subjects: subjects.slice(0, 100) },
  });
  const lacking = found('moduleLacking');
  const unconfirmed = recipients.flatMap(({ name, mail, bounced, confirmedAt }) => {
    if (bounced) return [line(`${name} <${mail}>`, say('onboarding.bounced'))];
    return confirmedAt === undefined ? [line(`${name} <${mail}>`, say('onboarding.unconfirmed'))] : [];
  });
  return [
    failing('enrolled', found('missing')),
    failing('online', found('silent')),
    failing('policy', found('policyBehind', 'policyRefused')),
    lacking.length > 0
      ? failing('modules', [...lacking, ...found('moduleDegraded')])
      : cautious('modules', found('moduleDegraded')),
    cautious('unordered', found('unordered')),
    failing('recipients', [...(alerted ? [] : [say('onboarding.nobodyAlerted')]), ...unconfirmed]),
    failing(
      'prerequisites',
      servers.flatMap(({ name, lacks }) => lacks.map((lack) => line(name, say(`prerequisite.${lack}`)))),
    ),
    failing('terms', agreed ? [] : [say('onboarding.termsAsked')]),
    failing(
      'liveness',
      hosts.filter(({ hostId }) => hostId !== undefined && unwatched.has(hostId)).map(({ name }) => name),
    ),
  ];
}

export const isGateOpen = (gate: readonly GateCheck[]): boolean => gate.every(({ result }) => result !== 'fail');
