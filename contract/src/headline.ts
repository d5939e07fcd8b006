import type { Language } from './language.ts';
import { hasPhrase, phrase, phraseOr } from './phrase.ts';
import { type RuleName, ruleNameIn } from './rule-names.ts';

/** What a headline is made of. A detection is one as it stands, an alert by `matterOfAlert`. */
export type Matter = {
  readonly kind: string;
  readonly rule: RuleName;
  readonly subject?: string | undefined;
  readonly source?: { readonly address: string } | undefined;
  readonly file?:
    | { readonly path: string; readonly previousPath?: string | undefined; readonly changed: readonly string[] }
    | undefined;
  readonly entity?: { readonly key: string; readonly changed: readonly string[] } | undefined;
};

/** Kinds of event that say less than the rule that found it. */
const vagueKinds: readonly string[] = [
  'log.matched',
  'firewall.denied',
  'firewall.logged',
  'intrusion.matched',
  'foreign.event',
];

/** A path or subject longer than this is shown in a headline by its beginning and its end. */
export const headlinePartMax = 200;

/**
 * What happened, in one line of the reader's language: the kind of event, what it is about, and what changed there
 * (`ファイルの変更：/etc/passwd（内容、所有者）`). A kind that says less than its rule gives way to the rule's name (`sshd：ログイン失敗（203.0.113.5）`).
 * Texts may hold anything that a host sent: whoever shows them makes them safe for the place.
 */
export function headlineIn(language: Language, matter: Matter): string {
  const { kind, file, rule } = matter;
  if (file && kind.startsWith('file.')) return fileHeadline(language, kind, file);
  if (kind.startsWith('entity.')) return entityHeadline(language, matter);
  if (kind.startsWith('malware.') && matter.subject) return malwareHeadline(language, kind, matter.subject, rule);
  const about = kind.startsWith('module.')
    ? phraseOr(language, 'module', matter.subject ?? '')
    : (matter.subject ?? matter.source?.address);
  const key = `kind.${kind}`;
  const what = vagueKinds.includes(kind) || !hasPhrase(key) ? ruleNameIn(language, rule) : phrase(language, key);
  return about ? withDetail(language, what, shorten(about)) : what;
}

function fileHeadline(language: Language, kind: string, file: NonNullable<Matter['file']>): string {
  const path = shorten(file.path);
  const about = kind === 'file.renamed' && file.previousPath ? `${shorten(file.previousPath)} → ${path}` : path;
  const line = phrase(language, 'headline.about', { what: phraseOr(language, 'kind', kind), about });
  if (kind !== 'file.modified' || file.changed.length === 0) return line;
  const changed = file.changed.map((attribute) => phraseOr(language, 'changed', attribute));
  return withDetail(language, line, changed.join(phrase(language, 'headline.comma')));
}

/** `ウイルスの検出：/srv/upload/a.zip（Eicar-Test-Signature）` */
function malwareHeadline(language: Language, kind: string, path: string, rule: RuleName): string {
  const line = phrase(language, 'headline.about', { what: phraseOr(language, 'kind', kind), about: shorten(path) });
  return withDetail(language, line, ruleNameIn(language, rule));
}

/** `ユーザの変更：alice（シェル）`; an alert knows the key by its subject. */
function entityHeadline(language: Language, { kind, entity, subject, rule }: Matter): string {
  const about = shorten(entity?.key ?? subject ?? ruleNameIn(language, rule));
  const line = phrase(language, 'headline.about', { what: phraseOr(language, 'kind', kind), about });
  if (!entity || !kind.endsWith('_changed') || entity.changed.length === 0) return line;
  const changed = entity.changed.map((attribute) => phraseOr(language, 'changed', attribute));
  return withDetail(language, line, changed.join(phrase(language, 'headline.comma')));
}

const withDetail = (language: Language, what: string, detail: string): string =>
  phrase(language, 'headline.withDetail', { what, detail });

function shorten(text: string): string {
  if (text.length <= headlinePartMax) return text;
  return `${text.slice(0, 80).toWellFormed()}…${text.slice(81 - headlinePartMax).toWellFormed()}`;
}

/** An alert as a headline takes it. */
export function matterOfAlert(alert: {
  readonly kind: string;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly ruleNameJa?: string | undefined;
  readonly subject?: string | undefined;
  readonly file?: Matter['file'];
}): Matter {
  const { ruleId: id, ruleName: name, ruleNameJa: nameJa } = alert;
  return { ...alert, rule: { id, name, ...(nameJa ? { nameJa } : {}) } };
}
