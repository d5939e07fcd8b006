import {
  headlineIn,
  type Language,
  matterOfAlert,
  phrase,
  phraseOr,
  ruleNameIn,
  severityOfId,
} from '@sakimori/contract';
import type { Platform, Tx } from '../platform/index.ts';
import {
  countHeld,
  type HeldAlert,
  type HeldCount,
  type HeldHost,
  type HeldRule,
  type HeldSeverity,
  type HeldTotals,
  heldByHost,
  heldByRule,
  heldBySeverity,
  heldForemost,
} from './digest-store.ts';
import type { Identity } from './identity.ts';
import { type Letter, toHtml, toText } from './letter.ts';
import { showLine, showText } from './plain.ts';
import { type AccountNames, selectAccountNames } from './store.ts';
import { showInstant } from './time.ts';
import { publicUrl } from './wiring.ts';

/** What a digest tells: all of one account and one contact. */
export type Digest = {
  readonly accountId: string;
  readonly names: AccountNames;
  readonly totals: HeldTotals;
  readonly severities: readonly HeldSeverity[];
  readonly rules: readonly HeldRule[];
  readonly hosts: readonly HeldHost[];
  readonly foremost: readonly HeldAlert[];
};

const [groupsMax, foremostMax] = [15, 10];

export async function readDigest(tx: Tx, accountId: string, contactId: string): Promise<Digest> {
  return {
    accountId,
    names: await selectAccountNames(tx, accountId),
    totals: await countHeld(tx, accountId, contactId),
    severities: await heldBySeverity(tx, accountId, contactId),
    rules: await heldByRule(tx, accountId, contactId, groupsMax + 1),
    hosts: await heldByHost(tx, accountId, contactId, groupsMax + 1),
    foremost: await heldForemost(tx, accountId, contactId, foremostMax),
  };
}

/** One letter for many alerts: how many there are, of what, where, and the gravest of them by name. */
export function composeDigestMail(platform: Platform, language: Language, from: Identity, digest: Digest) {
  const say = (key: Parameters<typeof phrase>[1], facts = {}) => phrase(language, key, facts);
  const { totals, names } = digest;
  const provider = showLine(from.name(language), 200);
  const worst = totals.severity === null ? undefined : severityOfId(totals.severity);
  const badge = worst ? say(`severity.${worst}`) : say('mail.badge.resolved');
  const counts = { alerts: totals.opened, detections: totals.detections, resolved: totals.resolved };
  const headline =
    totals.opened > 0 ? say('mail.digest.headline', counts) : say('mail.digest.headlineResolved', counts);
  const letter: Letter = {
    ...{ language, tone: worst ?? 'resolved', badge, headline },
    dear: say('mail.dear', { customer: showLine(names.customer_name, 200) }),
    intro: say('mail.digest.intro', { provider }),
    facts: { heading: say('mail.digest.facts'), rows: factRows(language, digest) },
    counts: countSections(language, digest),
    advice: { heading: say('mail.heading.advice'), rows: say('mail.digest.advice').split('\n') },
    link: { text: say('mail.digest.open'), url: `${publicUrl(platform)}/alerts?account=${digest.accountId}` },
    footer: say('mail.footer'),
    signature: [provider, showText(from.signature(language))].filter(Boolean).join('\n'),
  };
  const subject = say('mail.digest.subject', { product: say('product.name'), severity: badge, what: headline });
  return { subject, text: toText(letter), html: toHtml(letter) };
}

function factRows(language: Language, { names, totals }: Digest): (readonly [string, string])[] {
  const say = (key: Parameters<typeof phrase>[1], facts = {}) => phrase(language, key, facts);
  const rows: [string, string | undefined][] = [
    [say('mail.label.account'), showLine(names.account_name, 200)],
    [say('mail.digest.from'), totals.first_at ? showInstant(language, totals.first_at.toISOString()) : undefined],
    [say('mail.digest.to'), totals.last_at ? showInstant(language, totals.last_at.toISOString()) : undefined],
    [say('mail.digest.alerts'), numberOf(language, totals.opened)],
    [say('mail.digest.detections'), numberOf(language, totals.detections)],
    [say('mail.digest.resolved'), totals.resolved > 0 ? numberOf(language, totals.resolved) : undefined],
  ];
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
}

const numberOf = (language: Language, value: number): string =>
  value.toLocaleString(language === 'ja' ? 'ja-JP' : 'en-GB');

function countSections(language: Language, digest: Digest): NonNullable<Letter['counts']> {
  const say = (key: Parameters<typeof phrase>[1], facts = {}) => phrase(language, key, facts);
  const numbers = [say('mail.digest.alerts'), say('mail.digest.detections')] as const;
  const section = <Row extends HeldCount>(
    heading: string,
    column: string,
    rows: readonly Row[],
    nameOf: (row: Row) => string,
  ) => ({
    ...{ heading, columns: [column, ...numbers] as const },
    rows: [
      ...rows
        .slice(0, groupsMax)
        .map((row) => [nameOf(row), numberOf(language, row.alerts), numberOf(language, row.detections)] as const),
      ...(rows.length > groupsMax ? [[say('mail.digest.more'), '…', '…'] as const] : []),
    ],
  });
  const { severities, rules, hosts, foremost } = digest;
  if (severities.length === 0) return [];
  return [
    section(say('mail.digest.bySeverity'), say('mail.label.severity'), severities, ({ severity }) =>
      say(`severity.${severityOfId(severity)}`),
    ),
    section(say('mail.digest.byRule'), say('mail.label.rule'), rules, (row) => {
      const rule = { name: row.rule_name ?? '', ...(row.rule_name_ja ? { nameJa: row.rule_name_ja } : {}) };
      return showLine(`${phraseOr(language, 'module', row.module ?? '')}: ${ruleNameIn(language, rule)}`, 200);
    }),
    section(say('mail.digest.byHost'), say('mail.label.host'), hosts, (row) => showLine(row.host_name ?? '–', 255)),
    {
      heading: say('mail.digest.foremost'),
      columns: [say('mail.label.alert'), say('mail.label.host'), say('mail.label.what')],
      rows: foremost.map(
        (alert) => [`#${alert.number}`, showLine(alert.host_name, 255), whatOf(language, alert)] as const,
      ),
    },
  ];
}

function whatOf(language: Language, alert: HeldAlert): string {
  const { kind, rule_id: ruleId, rule_name: ruleName, rule_name_ja: nameJa, subject, file } = alert;
  const matter = { kind, ruleId, ruleName, ...(nameJa ? { ruleNameJa: nameJa } : {}) };
  return showLine(
    headlineIn(language, matterOfAlert({ ...matter, ...(subject ? { subject } : {}), ...(file ? { file } : {}) })),
    300,
  );
}
