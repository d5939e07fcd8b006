import { z } from 'zod';
import { allowedBy, blockMinutes, readBlockSource } from './block-source.ts';
import { isolationMinutes } from './host-task.ts';

/** **Playbooks** (対応手順) as data (S76): what can be done about an attack, what it does to the customer, and what has to be there before. */

/** What an agent can do. A playbook is a list of these; a new one needs no release. */
export const playbookDeeds = [
  'isolate', // cut the host off from all but its manager
  'stop-host', // power the host off
  'block-source', // deny all packets of an address
  'release', // end an isolation
  'unblock-source', // end a block
  'malware-scan',
  'integrity-scan',
] as const;
export type PlaybookDeed = (typeof playbookDeeds)[number];

/** Those that take something from the customer: never without a consent on record (S73). The others give it back, or look. */
export const consentDeeds: readonly PlaybookDeed[] = ['isolate', 'stop-host', 'block-source'];
/** Those that end by the clock. */
export const timedDeeds: readonly PlaybookDeed[] = ['isolate', 'block-source'];
const sourceDeeds: readonly PlaybookDeed[] = ['block-source', 'unblock-source'];

/** What is held against the facts at the proposal and again at the run. */
export const playbookGuards = [
  'host-not-manager', // the machine of the manager is neither cut off nor stopped
  'source-not-manager',
  'source-not-allowed', // the account's list of what is never blocked
  'source-not-own-host', // addresses of the account's own hosts
] as const;
export type PlaybookGuard = (typeof playbookGuards)[number];
export const previewParts = ['services', 'connections', 'dependents', 'sources', 'alerts'] as const;
export type PreviewPart = (typeof previewParts)[number];

/** Guards that a deed cannot go without, whoever writes the file. */
const guardsOf: Partial<Record<PlaybookDeed, readonly PlaybookGuard[]>> = {
  isolate: ['host-not-manager'],
  'stop-host': ['host-not-manager'],
  'block-source': ['source-not-manager', 'source-not-allowed', 'source-not-own-host'],
};

const TwoTexts = z.strictObject({ ja: z.string().trim().min(1).max(1000), en: z.string().trim().min(1).max(1000) });
const Names = z.strictObject({ ja: z.string().trim().min(1).max(80), en: z.string().trim().min(1).max(80) });
const minutesMax = Math.max(isolationMinutes.max, blockMinutes.max);
const Minutes = z.number().int().min(1).max(minutesMax);

/** What guards are asked about. */
export const GuardFacts = z.strictObject({
  source: z.string().max(64).optional(),
  minutes: z.number().int().optional(),
  hostIsManager: z.boolean().optional(),
  manager: z.array(z.string().max(64)).max(200).optional(),
  allow: z.array(z.string().max(64)).max(200).optional(),
  ownHosts: z.array(z.string().max(64)).max(10_000).optional(),
});
export type GuardFacts = z.infer<typeof GuardFacts>;

export const guardAnswers = ['ok', 'minutes', 'source-missing', 'source-malformed', ...playbookGuards] as const;
export type GuardAnswer = (typeof guardAnswers)[number];

const Step = z.strictObject({
  do: z.enum(playbookDeeds),
  /** Of an isolation: the host's own name servers may be asked. */
  dns: z.boolean().optional(),
});

export const Playbook = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{1,48}[a-z0-9]$/, 'small letters, digits and hyphens'),
    version: z.number().int().min(1).max(1_000_000),
    name: Names,
    /** When it is used. */
    summary: TwoTexts,
    /** What the customer will notice: this is what they consent to. */
    effect: TwoTexts,
    steps: z.array(Step).min(1).max(5),
    /** The time limit of what ends by the clock. */
    minutes: z.strictObject({ min: Minutes, usual: Minutes, max: Minutes }).optional(),
    scopes: z
      .array(z.enum(['host', 'account']))
      .min(1)
      .max(2),
    preview: z.array(z.enum(previewParts)).max(previewParts.length),
    consent: z.strictObject({
      needed: z.boolean(),
      /** How long one contact's link answers. */
      linkMinutes: z.number().int().min(5).max(10_080),
      /** After how long without an answer the next contact is asked. */
      nextContactMinutes: z.number().int().min(1).max(1440),
      /** How long a consent may be acted on. */
      validHours: z.number().int().min(1).max(168),
    }),
    guards: z.array(z.enum(playbookGuards)).max(playbookGuards.length),
    cases: z
      .array(z.strictObject({ name: z.string().min(1).max(200), given: GuardFacts, expect: z.enum(guardAnswers) }))
      .min(1)
      .max(50),
  })
  .superRefine((playbook, context) => {
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const deeds = playbook.steps.map((step) => step.do);
    if (new Set(deeds).size !== deeds.length) fault('steps', 'each of them at most once');
    if (deeds.some((deed) => consentDeeds.includes(deed)) && !playbook.consent.needed)
      fault('consent', 'what isolates, stops or blocks is never done without a consent');
    if (deeds.some((deed) => timedDeeds.includes(deed)) && !playbook.minutes)
      fault('minutes', 'what isolates or blocks needs a time limit');
    const { min, usual, max } = playbook.minutes ?? { min: 1, usual: 1, max: 1 };
    if (!(min <= usual && usual <= max)) fault('minutes', 'min ≤ usual ≤ max');
    if (deeds.includes('isolate') && max > isolationMinutes.max)
      fault('minutes', `an isolation lasts at most ${isolationMinutes.max} minutes`);
    if (playbook.scopes.includes('account') && deeds.some((deed) => deed === 'isolate' || deed === 'stop-host'))
      fault('scopes', 'hosts are isolated and stopped one by one');
    for (const guard of new Set(deeds.flatMap((deed) => guardsOf[deed] ?? [])))
      if (!playbook.guards.includes(guard)) fault('guards', `its steps need ${guard}`);
  });
export type Playbook = z.infer<typeof Playbook>;

export const needsSource = ({ steps }: Pick<Playbook, 'steps'>): boolean =>
  steps.some((step) => sourceDeeds.includes(step.do));

export type GuardFinding = { readonly answer: GuardAnswer; readonly entry?: string };

/** The first thing that stands against a playbook, or `ok`. Pure: the cases of a file are asked of it when the file is read. */
export function askGuards(playbook: Pick<Playbook, 'steps' | 'guards' | 'minutes'>, facts: GuardFacts): GuardFinding {
  const { minutes } = playbook;
  if (minutes && (facts.minutes === undefined || facts.minutes < minutes.min || facts.minutes > minutes.max))
    return { answer: 'minutes' };
  if (playbook.guards.includes('host-not-manager') && facts.hostIsManager) return { answer: 'host-not-manager' };
  if (!needsSource(playbook)) return { answer: 'ok' };
  if (facts.source === undefined) return { answer: 'source-missing' };
  let range: ReturnType<typeof readBlockSource>['range'];
  try {
    range = readBlockSource(facts.source).range;
  } catch {
    return { answer: 'source-malformed' };
  }
  const lists = [
    ['source-not-manager', facts.manager],
    ['source-not-allowed', facts.allow],
    ['source-not-own-host', facts.ownHosts],
  ] as const;
  for (const [guard, entries] of lists) {
    const entry = playbook.guards.includes(guard) ? allowedBy(range, entries ?? []) : undefined;
    if (entry !== undefined) return { answer: guard, entry };
  }
  return { answer: 'ok' };
}

export const playbookBytesMax = 65_536;

/** Reads one file: its form, what its steps demand, and its cases. */
export function checkPlaybook(text: string): { readonly playbook?: Playbook; readonly faults: readonly string[] } {
  if (new TextEncoder().encode(text).length > playbookBytesMax)
    return { faults: [`larger than ${playbookBytesMax} bytes`] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { faults: [(error as Error).message] };
  }
  const parsed = Playbook.safeParse(value);
  if (!parsed.success)
    return {
      faults: parsed.error.issues.slice(0, 20).map(({ path, message }) => `${path.join('.') || '(file)'}: ${message}`),
    };
  const wrong = parsed.data.cases
    .map(({ name, given, expect }) => ({ name, expect, found: askGuards(parsed.data, given).answer }))
    .filter(({ expect, found }) => found !== expect);
  if (wrong.length > 0)
    return { faults: wrong.map(({ name, expect, found }) => `case “${name}”: ${found}, and not ${expect}`) };
  return { playbook: parsed.data, faults: [] };
}
