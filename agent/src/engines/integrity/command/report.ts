import { AccountNames } from '../account-names.ts';
import type { Finding } from '../scan/findings.ts';
import type { Judge, Told } from '../scan/judgement.ts';
import type { IntegrityArguments } from './arguments.ts';
import { toJson } from './describe.ts';
import { integrityExitCodes } from './exit-codes.ts';
import { textReport } from './text-report.ts';

/** Counts what was found, shows it, and says it in the exit code. */
export class Report {
  readonly #args: IntegrityArguments;
  readonly #judge: Judge;
  readonly #print: (text: string) => void;
  readonly #names = new AccountNames();
  readonly #shown: Told[] = [];
  readonly #counts = { created: 0, deleted: 0, modified: 0, renamed: 0 };
  #shownCount = 0;
  #bits = 0;

  constructor(args: IntegrityArguments, judge: Judge, print: (text: string) => void) {
    this.#args = args;
    this.#judge = judge;
    this.#print = print;
  }

  take(finding: Finding): void {
    const told = this.#judge(finding);
    if (!told) return;
    this.#counts[finding.kind] += 1;
    this.#bits |= bitsOf(told);
    if (this.#shownCount >= this.#args.reportLimit) return;
    this.#shownCount += 1;
    if (this.#args.json) this.#print(`${toJson(told, this.#names)}\n`);
    else this.#shown.push(told);
  }

  /** @param between what was compared. @returns exit code */
  end(between: string, summary: object, remarks: readonly string[]): number {
    const { created: added, deleted: removed, modified: changed, renamed } = this.#counts;
    const total = added + removed + changed + renamed;
    const notShown = total - this.#shownCount;
    if (this.#args.json) {
      const counts = { added, removed, changed, renamed, notShown };
      this.#print(`${JSON.stringify({ summary: { ...counts, ...summary } })}\n`);
      return this.#bits;
    }
    this.#print(total === 0 ? `No differences between ${between}.\n` : `Differences between ${between}\n`);
    if (total > 0) this.#print(`\n  added ${added} · removed ${removed} · changed ${changed} · renamed ${renamed}\n`);
    for (const text of textReport(this.#shown, this.#names)) this.#print(text);
    if (notShown > 0) this.#print(`\n${notShown} more are not shown (--report-limit)\n`);
    if (remarks.length > 0) this.#print(`\n${remarks.join('\n')}\n`);
    return this.#bits;
  }
}

/** A rename is something new and something gone, as for AIDE; a change where more than the name is another. */
function bitsOf({ finding, changed }: Told): number {
  const { added, removed, changed: modified } = integrityExitCodes;
  if (finding.kind === 'created') return added;
  if (finding.kind === 'deleted') return removed;
  if (finding.kind === 'modified') return modified;
  return added | removed | (changed.some((attribute) => attribute !== 'renamed') ? modified : 0);
}
