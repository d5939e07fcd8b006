import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, type TestResult } from './test-file.ts';

/** `pass`: tests prove the row's whole acceptance check. `fail`: one of its tests fails. `none`: not proved (yet), `note` says why. */
export type RowState = {
  readonly state: 'pass' | 'fail' | 'none';
  readonly tests: readonly string[];
  readonly note: string;
};

/** What a test's name says before its colon: `S45:`, `S6, S7:`, or `S89, in part:` where it proves some of the acceptance check. */
const naming = /^(S\d+[a-f]?(?:, S\d+[a-f]?)*)(, in part)?:/;

type Rows = Readonly<Record<string, readonly [ja: string, en: string]>>;
/** Rows that tests name without covering their acceptance check: what is still missing. */
type OpenRows = Readonly<Record<string, string>>;

/** The state of every row of the requirements, from the results of a whole run. @throws Error where a test names an unknown row */
export function judgeRows(rows: Rows, open: OpenRows, results: readonly TestResult[]): Record<string, RowState> {
  const named = groupByRow(results);
  const unknown = [...named.keys(), ...Object.keys(open)].filter((row) => !(row in rows));
  if (unknown.length > 0) throw new Error(`There is no row ${unknown.join(', ')} in docs/conformance-rows.json.`);
  const judged: Record<string, RowState> = {};
  for (const row of Object.keys(rows)) judged[row] = judgeRow(named.get(row) ?? [], open[row]);
  for (const row of Object.keys(rows)) {
    const parts = Object.keys(rows).filter((name) => new RegExp(`^${row}[a-f]$`).test(name));
    if (parts.length > 0) judged[row] = judgeWhole(judged, row, parts);
  }
  return judged;
}

/** @property names from the file's outermost group down to the one that says the row */
type Naming = { readonly result: TestResult; readonly names: readonly string[]; readonly inPart: boolean };

function groupByRow(results: readonly TestResult[]): Map<string, Naming[]> {
  const named = new Map<string, Naming[]>();
  for (const result of results) {
    for (const [depth, name] of result.names.entries()) {
      const match = naming.exec(name);
      if (!match) continue;
      const one: Naming = { result, names: result.names.slice(0, depth + 1), inPart: match[2] !== undefined };
      for (const row of match[1]!.split(', ')) named.set(row, [...(named.get(row) ?? []), one]);
    }
  }
  return named;
}

function judgeRow(named: readonly Naming[], open: string | undefined): RowState {
  const tests = labelsOf(named);
  if (named.length === 0) return { state: 'none', tests, note: open ?? 'No test yet.' };
  if (named.some(({ result }) => result.state === 'failed')) return { state: 'fail', tests, note: '' };
  const leftOut = named.find(({ result }) => result.state === 'left out');
  if (leftOut) return { state: 'none', tests, note: `Left out here: ${leftOut.result.reason}` };
  if (open !== undefined) return { state: 'none', tests, note: open };
  if (named.every(({ inPart }) => inPart)) return { state: 'none', tests, note: 'Proved in part.' };
  return { state: 'pass', tests, note: '' };
}

/** Tests by the name that says the row; those within such a group are counted, not listed. */
function labelsOf(named: readonly Naming[]): string[] {
  const groups = new Map<string, Set<string>>();
  for (const { result, names } of named) {
    const label = `${result.file} › ${names.join(' › ')}`;
    const within = groups.get(label) ?? new Set();
    if (result.names.length > names.length) within.add(result.names.slice(names.length).join(' › '));
    groups.set(label, within);
  }
  return [...groups].map(([label, { size }]) => (size > 1 ? `${label} (${size} tests)` : label)).sort();
}

/** A row with listed items passes when each item does. */
function judgeWhole(judged: Record<string, RowState>, row: string, parts: readonly string[]): RowState {
  const own = judged[row]!;
  const states = parts.map((part) => judged[part]!.state);
  if (own.state === 'fail' || states.includes('fail')) return { ...own, state: 'fail', note: '' };
  const without = parts.filter((part) => judged[part]!.state === 'none');
  if (without.length === 0) return { ...own, state: 'pass', note: '' };
  return { ...own, state: 'none', note: `Not proved: ${without.join(', ')}.` };
}

/** Writes `docs/conformance.json` and the page made from it. Equal results give equal bytes. */
export function writeConformance(results: readonly TestResult[]): Record<string, RowState> {
  const read = <T>(name: string) => JSON.parse(readFileSync(join(root, 'docs', name), 'utf8')) as T;
  const rows = read<Rows>('conformance-rows.json');
  const judged = judgeRows(rows, read<OpenRows>('conformance-open.json'), results);
  writeFileSync(join(root, 'docs/conformance.json'), `${JSON.stringify(judged, null, 2)}\n`);
  writeFileSync(join(root, 'docs/conformance.md'), renderPage(rows, judged));
  return judged;
}

const marks = { pass: '✅', fail: '❌', none: '·' } as const;

function renderPage(rows: Rows, judged: Record<string, RowState>): string {
  const count = (state: RowState['state']) => Object.values(judged).filter((row) => row.state === state).length;
  const lines = Object.entries(judged).map(([row, { state, tests, note }]) => {
    const [ja, en] = rows[row]!;
    const proof = [...tests.map(codeSpan), ...(note ? [`*${cell(note)}*`] : [])].join('<br>');
    return `| ${row} | ${ja} | ${en} | ${marks[state]} | ${proof} |`;
  });
  return `# Conformance

Written by \`npm test\` from the tests whose names begin with a row of the requirements; do not edit.
✅ proved (${count('pass')}) · ❌ a test fails (${count('fail')}) · \`·\` not proved (${count('none')})

| Row | 要件 | Requirement | | Tests |
|---|---|---|---|---|
${lines.join('\n')}
`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const codeSpan = (text: string): string => `\`${cell(text).replaceAll('`', '’')}\``;
