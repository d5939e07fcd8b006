import {
  type AlertGuidance,
  actorWords,
  type Detection,
  hasPhrase,
  headlineIn,
  headlinePartMax,
  type Language,
  type PhraseKey,
  phrase,
  ruleNameIn,
} from '@sakimori/contract';
import { changeSection, entitySection } from './change.ts';
import { type Letter, toHtml, toText } from './letter.ts';
import { showLine, showText } from './plain.ts';
import { showDuration, showInstant } from './time.ts';

/** Everything a mail about an alert tells. Texts may hold anything; they are made safe here. */
export type AlertTold = {
  readonly event: 'opened' | 'resolved' | 'escalated';
  readonly alertId: string;
  readonly alertNumber: number;
  readonly accountName: string;
  readonly customerName: string;
  readonly hostName: string;
  readonly provider: { readonly name: string; readonly signature: string };
  /** Address of the console, without a slash at the end. */
  readonly consoleUrl: string;
  readonly detection: Detection;
  /** The id of the detection that raised the alert, and when it did (S9: no alert without a rule and an event). */
  readonly detectionId: string;
  readonly occurredAt: string;
  readonly resolvedAt?: string;
  /** Of an escalated alert, what the customer is asked to do. */
  readonly message?: string;
  /** Facts beside those of the detection: of a resolved alert, how long it was. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** Why there is such an alert and what to do next, as its definition says. */
  readonly guidance?: AlertGuidance;
};

export type ComposedMail = { readonly subject: string; readonly text: string; readonly html: string };

const logLinesMax = 5;

/** The mail about an alert in one language: subject, plain text and HTML that say the same. */
export function composeAlertMail(language: Language, told: AlertTold): ComposedMail {
  const letter = toLetter(language, told);
  const subject = phrase(language, `mail.subject.${told.event}`, {
    product: phrase(language, 'product.name'),
    severity: phrase(language, `severity.${told.detection.severity}`),
    module: phrase(language, `module.${told.detection.module}`),
    what: showLine(letter.headline, 150),
    host: showLine(told.hostName, 80),
  });
  return { subject, text: toText(letter), html: toHtml(letter) };
}

function toLetter(language: Language, told: AlertTold): Letter {
  const say = (key: PhraseKey, facts = {}) => phrase(language, key, facts);
  const { detection, event } = told;
  const provider = showLine(told.provider.name, 200);
  const change =
    event !== 'resolved' && detection.file
      ? changeSection(language, detection.file)
      : event !== 'resolved' && detection.entity
        ? entitySection(language, detection.entity)
        : undefined;
  const log = event !== 'resolved' && detection.log ? logSection(language, detection.log) : undefined;
  return {
    language,
    tone: event === 'resolved' ? 'resolved' : detection.severity,
    badge: event === 'resolved' ? say('mail.badge.resolved') : say(`severity.${detection.severity}`),
    headline: headlineOf(language, told),
    dear: say('mail.dear', { customer: showLine(told.customerName, 200) }),
    intro: say(`mail.intro.${event}`, { provider }),
    facts: { heading: say('mail.heading.facts'), rows: factRows(language, told) },
    ...(change ? { change } : {}),
    ...(log ? { log } : {}),
    advice: { heading: say('mail.heading.advice'), rows: adviceFor(language, told) },
    link: { text: say('mail.openAlert'), url: `${told.consoleUrl}/alerts/${told.alertId}` },
    // What a person asked for was not sent by itself.
    footer: event === 'escalated' ? say('mail.footer.escalated') : say('mail.footer'),
    signature: [provider, showText(told.provider.signature)].filter(Boolean).join('\n'),
  };
}

/** What happened, or that it is over, in one line of the reader's language. */
function headlineOf(language: Language, told: AlertTold): string {
  const { detection, event } = told;
  if (event === 'resolved' && detection.kind === 'agent.silent')
    return phrase(language, 'mail.what.resolved.agent.silent');
  const what = whatHappened(language, detection);
  return event === 'resolved' ? phrase(language, 'mail.what.resolved', { what }) : what;
}

const whatHappened = (language: Language, detection: Detection): string =>
  showLine(headlineIn(language, detection), 600);

function factRows(language: Language, told: AlertTold): (readonly [string, string])[] {
  const say = (key: PhraseKey, facts = {}) => phrase(language, key, facts);
  const { detection } = told;
  const ruleName = showLine(ruleNameIn(language, detection.rule), 200);
  const rule = say('mail.rule', { name: ruleName, id: showLine(detection.rule.id, 100) });
  return [
    [say('mail.label.account'), showLine(told.accountName, 200)],
    [say('mail.label.host'), showLine(told.hostName, 255)],
    ...(told.event === 'resolved' ? [[say('mail.label.what'), whatHappened(language, detection)] as const] : []),
    [say('mail.label.occurredAt'), showInstant(language, told.occurredAt)],
    ...(told.resolvedAt ? [[say('mail.label.resolvedAt'), showInstant(language, told.resolvedAt)] as const] : []),
    ...(told.guidance && told.event === 'opened'
      ? [[say('mail.label.why'), told.guidance.cause[language]] as const]
      : []),
    [say('mail.label.severity'), say(`severity.${detection.severity}`)],
    [say('mail.label.module'), say(`module.${detection.module}`)],
    [say('mail.label.rule'), rule],
    [say('mail.label.detection'), told.detectionId],
    [say('mail.label.alert'), `#${told.alertNumber}`],
    ...(told.event !== 'resolved' ? involved(language, detection) : []),
    ...systemFacts(language, { ...(told.event !== 'resolved' ? detection.facts : {}), ...told.facts }),
  ];
}

function involved(language: Language, detection: Detection): (readonly [string, string])[] {
  const say = (key: PhraseKey) => phrase(language, key);
  const place = (end: NonNullable<Detection['source']>) =>
    showLine(`${end.name ? `${end.name} ` : ''}${end.address}${end.port === undefined ? '' : `:${end.port}`}`);
  const result = detection.actionResult === 'none' ? '' : ` / ${say(`result.${detection.actionResult}`)}`;
  const rows: [string, string | undefined][] = [
    [say('mail.label.action'), say(`action.${detection.action}`) + result],
    [say('mail.label.path'), isWholeInHeadline(detection) ? undefined : detection.file?.path],
    [say('mail.label.user'), detection.user?.name],
    [say('mail.label.process'), detection.process?.commandLine ?? detection.process?.path],
    ...actorRows(language, detection),
    [say('mail.label.diff'), diffSummary(language, detection)],
    [say('mail.label.source'), detection.source && place(detection.source)],
    [say('mail.label.destination'), detection.destination && place(detection.destination)],
    [say('mail.label.url'), detection.url?.value],
  ];
  return rows.flatMap(([label, value]) => (value ? [[label, showLine(value)] as const] : []));
}

function actorRows(language: Language, { actor }: Detection): [string, string | undefined][] {
  if (!actor) return [];
  const words = actorWords(language, actor);
  const say = (key: PhraseKey) => phrase(language, key);
  return [
    [say('mail.label.actor'), words.process],
    [say('mail.label.actorParent'), words.parent],
    [say('mail.label.actorUser'), words.user],
    [say('mail.label.loginUser'), words.loginUser],
  ];
}

/** The lines themselves stay in the console: mail goes through many hands. */
function diffSummary(language: Language, { file }: Detection): string | undefined {
  const { added, removed } = file?.diff ?? {};
  return added === undefined ? undefined : phrase(language, 'textDiff.summary', { added, removed: removed ?? 0 });
}

const isWholeInHeadline = ({ kind, file }: Detection) =>
  kind.startsWith('file.') && file !== undefined && file.path.length <= headlinePartMax;

/** Facts of system events that mean something to a reader. Names without words of ours stay in the console. */
function systemFacts(
  language: Language,
  facts: Readonly<Record<string, string | number | boolean>>,
): (readonly [string, string])[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    const key = `mail.fact.${name}`;
    return hasPhrase(key) ? [[phrase(language, key), factValue(language, name, value)] as const] : [];
  });
}

function factValue(language: Language, name: string, value: string | number | boolean): string {
  const known = [`liveness.cause.${value}`, `mail.value.${value}`].find(hasPhrase);
  if (known) return phrase(language, known);
  if (name.endsWith('Seconds') && typeof value === 'number') return showDuration(language, Math.abs(value));
  if (name.endsWith('At')) return showLine(showInstant(language, String(value)));
  return typeof value === 'number'
    ? value.toLocaleString(language === 'ja' ? 'ja-JP' : 'en-GB')
    : showLine(String(value));
}

function logSection(language: Language, log: NonNullable<Detection['log']>): NonNullable<Letter['log']> {
  const more = log.lines.length - logLinesMax;
  return {
    heading: phrase(language, 'mail.heading.log', { source: showLine(log.source, 200) }),
    rows: log.lines.slice(0, logLinesMax).map((line) => showLine(line)),
    ...(more > 0 ? { more: phrase(language, 'mail.moreLines', { count: more }) } : {}),
  };
}

function adviceFor(language: Language, told: AlertTold): string[] {
  const { kind } = told.detection;
  if (told.message !== undefined)
    return showText(told.message)
      .split('\n')
      .filter((line) => line.trim() !== '');
  if (told.event !== 'resolved') return told.guidance?.next[language] ?? phrase(language, 'mail.advice').split('\n');
  const key = `mail.resolved.advice.${kind}`;
  return phrase(language, hasPhrase(key) ? key : 'mail.resolved.advice').split('\n');
}
