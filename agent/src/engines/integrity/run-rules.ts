import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IntegrityPolicy } from '@sakimori/contract/policy';
import type { Severity } from '@sakimori/contract/severity';
import { createRecordingHost } from '../recording-host.ts';
import { createIntegrityEngine } from './index.ts';
import { expected, type IntegrityCase, prepare, type Step, take } from './rule-cases.ts';

/**
 * For the test of the shipped rules: works on **the whole file system that it finds** and so must have one of its own. Prepares what the cases
 * need, lets every engine build its baseline, takes the steps of all cases, and writes what each engine told to `<folder>/told.json`.
 *
 *   node run-rules.ts <folder with input.json>
 */
const folder = process.argv[2]!;
type Rules = IntegrityPolicy['rules'];
export type RunInput = {
  /** Name → the rules that one engine gets. */
  readonly engines: Readonly<Record<string, Rules>>;
  readonly cases: readonly IntegrityCase[];
};
/** Name → what that engine told. */
export type Told = Record<string, ToldDetection[]>;
export type ToldDetection = {
  readonly rule: string;
  readonly severity: Severity;
  readonly kind: string;
  readonly path: string;
  readonly previousPath?: string;
  readonly changed: readonly string[];
};
const { engines, cases } = JSON.parse(readFileSync(join(folder, 'input.json'), 'utf8')) as RunInput;

prepare(cases);
const runs = Object.entries(engines).map(([name, rules]) => {
  const data = join(folder, 'data', name);
  mkdirSync(data, { recursive: true });
  const host = createRecordingHost('integrity', data);
  const policy = (scanEverySeconds: number): IntegrityPolicy => ({
    ...{ state: 'on', realTime: true, scanEverySeconds, hashBytesMax: 1_000_000, rules },
  });
  return { name, host, engine: createIntegrityEngine([folder])(host), policy, rules };
});
type Run = (typeof runs)[number];

for (const { engine, policy } of runs) await engine.apply(policy(86_400));
for (const run of runs) await settled(run);
const early = runs.filter(({ host }) => host.detections.length > 0);
if (early.length > 0) throw new Error(`told before anything was done: ${early.map(({ name }) => name).join(', ')}`);

for (const { positive, negative } of cases) for (const step of [...positive, ...negative]) take(step);
// A rule without real time speaks at the next scan; another policy has one at once.
for (const run of runs.filter(({ rules }) => rules.some(({ realTime }) => realTime === false))) {
  await sleep(300);
  await run.engine.apply(run.policy(43_200));
  await settled(run);
}
const deadlineMs = performance.now() + 20_000;
while (performance.now() < deadlineMs && !cases.every(isTold)) await sleep(50);
// Long enough for what should not come.
await sleep(1500);
const told: Told = Object.fromEntries(runs.map((run) => [run.name, toldBy(run)]));
writeFileSync(join(folder, 'told.json'), JSON.stringify(told));
for (const { engine } of runs) await engine.stop();

async function settled({ name, engine }: Run): Promise<void> {
  for (let tries = 0; engine.status().figures['building'] === 1; tries += 1) {
    if (tries > 6000) throw new Error(`the baseline of ${name} does not end`);
    await sleep(10);
  }
}

/** An engine of one library rule has the rule's ID as its name. */
function isTold({ rule, positive }: IntegrityCase): boolean {
  const run = runs.find(({ name }) => name === String(rule));
  return positive.every((step) => run?.host.detections.some((one) => concerns(step, one.file?.path, one.kind)));
}

function concerns(step: Step, path: string | undefined, kind: string): boolean {
  return (path === step.path || path === step.to) && expected[step.op].kinds.includes(kind);
}

function toldBy({ host }: Run): ToldDetection[] {
  return host.detections.map(({ rule, severity, kind, file }) => ({
    ...{ rule: rule.id, severity, kind, path: file?.path ?? '', changed: file?.changed ?? [] },
    ...(file?.previousPath ? { previousPath: file.previousPath } : {}),
  }));
}
