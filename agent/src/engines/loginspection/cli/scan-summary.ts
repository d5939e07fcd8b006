import type { ToldRule } from '../draft.ts';

/** A rule of OSSEC's language, or of Sigma. */
export type CountedRule = Pick<ToldRule, 'id' | 'level' | 'description'>;

/** What a scan found, counted. */
export class ScanSummary {
  readonly #startedMs: number;
  readonly #byRule = new Map<number | string, { readonly rule: CountedRule; count: number }>();
  lines = 0;
  alerts = 0;

  constructor(startedMs: number) {
    this.#startedMs = startedMs;
  }

  count(rule: CountedRule): void {
    this.alerts++;
    const known = this.#byRule.get(rule.id);
    if (known) known.count++;
    else this.#byRule.set(rule.id, { rule, count: 1 });
  }

  toJson(nowMs: number): string {
    const { seconds, linesPerSecond, levels, rules } = this.#figures(nowMs);
    const byRule = rules.map(({ rule: { id, level, description }, count }) => ({
      rule: id,
      level,
      description,
      count,
    }));
    const byLevel = Object.fromEntries(levels);
    const { lines, alerts } = this;
    return `${JSON.stringify({ summary: { lines, alerts, byLevel, byRule, seconds, linesPerSecond } })}\n`;
  }

  toText(nowMs: number): string {
    const { seconds, linesPerSecond, levels, rules } = this.#figures(nowMs);
    return [
      '',
      `${this.lines} lines in ${seconds.toFixed(2)} s (${linesPerSecond} lines/s), ${this.alerts} alerts`,
      ...levels.map(([level, count]) => `  level ${String(level).padStart(2)}: ${count}`),
      ...rules.map(
        ({ rule: { id, level, description }, count }) =>
          `  ${String(count).padStart(8)} × rule ${id} (level ${level}) ${description}`,
      ),
      '',
    ].join('\n');
  }

  /** Highest level first; rules by how often they fired. */
  #figures(nowMs: number) {
    const seconds = Math.max(nowMs - this.#startedMs, 1) / 1000;
    const byLevel = new Map<number, number>();
    for (const {
      rule: { level },
      count,
    } of this.#byRule.values())
      byLevel.set(level, (byLevel.get(level) ?? 0) + count);
    return {
      seconds,
      linesPerSecond: Math.round(this.lines / seconds),
      levels: [...byLevel].sort(([one], [other]) => other - one),
      rules: [...this.#byRule.values()].sort(
        (one, other) => other.count - one.count || (String(one.rule.id) < String(other.rule.id) ? -1 : 1),
      ),
    };
  }
}
