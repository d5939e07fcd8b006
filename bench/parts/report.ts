import { describeMachine } from './measure.ts';

export type Aim = { readonly what: string; readonly aim: string; readonly measured: string; readonly met: boolean };
export type Result = {
  readonly bench: string;
  readonly figures: Readonly<Record<string, string | number>>;
  readonly aims: readonly Aim[];
  /** What a reader must know to judge the figures. */
  readonly notes?: readonly string[];
};

/** With `--json` one line for programs, else a table for people. Exit status 1 where an aim was missed. */
export function tell(result: Result): void {
  const { bench, figures, aims, notes = [] } = result;
  process.exitCode = aims.every(({ met }) => met) ? 0 : 1;
  const machine = describeMachine();
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ bench, at: new Date().toISOString(), machine, figures, aims, notes }));
    return;
  }
  const width = Math.max(...Object.keys(figures).map((name) => name.length));
  console.log(`\n${bench} · ${machine}\n`);
  for (const [name, value] of Object.entries(figures))
    console.log(`  ${name.padEnd(width)}  ${typeof value === 'number' ? value.toLocaleString('en') : value}`);
  for (const { what, aim, measured, met } of aims)
    console.log(`\n  ${met ? 'met   ' : 'MISSED'}  ${what}: ${measured} (aim ${aim})`);
  for (const note of notes) console.log(`\n  ${note}`);
}

/** What happens meanwhile, for people only. */
export function progress(text: string): void {
  if (!process.argv.includes('--json')) console.error(`· ${text}`);
}
