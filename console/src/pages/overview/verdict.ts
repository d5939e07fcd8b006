import type { PhraseFacts, PhraseKey, RouteAnswer, routes } from '@sakimori/contract';
import type { Tone } from '../../parts/severity-badge.tsx';

export type Overview = RouteAnswer<typeof routes.getOverview>;

export type Reason = {
  readonly key: PhraseKey;
  readonly facts: PhraseFacts;
  /** The page that shows what is meant. */
  readonly to: '/alerts' | '/hosts' | '/mail';
};
export type Verdict = { readonly tone: Tone; readonly sentence: PhraseKey; readonly reasons: readonly Reason[] };

const severe: ReadonlySet<string> = new Set(['high', 'critical']);

/**
 * “Are we all right?” in one sentence, and why. It tells what is known and promises nothing (S101): the best it can say is that nothing that
 * needs action is known.
 */
export function judge(overview: Overview): Verdict {
  const sum = (wanted: boolean): number =>
    overview.unclosed
      .filter((entry) => severe.has(entry.severity) === wanted)
      .reduce((total, entry) => total + entry.count, 0);
  const { hosts, mail } = overview;
  const found = [
    { key: 'console.verdict.severe', count: sum(true), tone: 'bad', to: '/alerts' },
    { key: 'console.verdict.silent', count: hosts.silent, tone: 'warn', to: '/hosts' },
    { key: 'console.verdict.unclosed', count: sum(false), tone: 'warn', to: '/alerts' },
    { key: 'console.verdict.failed', count: mail.failed, tone: 'warn', to: '/mail' },
    { key: 'console.verdict.drift', count: hosts.drift, tone: 'watch', to: '/hosts' },
    { key: 'console.verdict.lacking', count: hosts.lacking, tone: 'watch', to: '/hosts' },
  ] as const;
  const reasons = found.filter((each) => each.count > 0);
  const tone = (['bad', 'warn', 'watch'] as const).find((each) => reasons.some((reason) => reason.tone === each));
  const told = reasons.map(({ key, count, to }) => ({ key, to, facts: { count } }));
  if (tone) return { tone, sentence: `console.verdict.${tone}`, reasons: told };
  return hosts.total === 0
    ? { tone: 'info', sentence: 'console.verdict.start', reasons: [] }
    : { tone: 'good', sentence: 'console.verdict.good', reasons: [] };
}
