import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type LogInspectionPolicy, Refusal } from '@sakimori/contract';
import { type ProgramEnd, runBounded } from './bounded-program.ts';
import { inFolder } from './work-folder.ts';

/**
 * The agent's own log inspection, as it is typed on a host (`sakimori-agent logtest`, `logscan`): what is found here is what an agent would find. It
 * runs in a process that may read its sources and its folder, and nothing else: no network, no writing, no other program (Node's permission model).
 */
const repository = resolve(import.meta.dirname, '../../..');
const program = join(repository, 'agent/src/main.ts');
const readable = ['agent', 'contract', 'node_modules', 'rules', 'package.json'].map((name) => join(repository, name));
const secondsMax = 60;
const heapMib = 512;
/** Lines of syslog name no zone; those of customers in Japan are of Japan. */
const zone = 'Asia/Tokyo';

/** Decoders and rules in the order in which an agent loads them. */
export type InspectedRules = Pick<LogInspectionPolicy, 'decoderFiles' | 'ruleFiles'> & {
  readonly sigma: string | undefined;
};

/** What the agent says of a line; see `agent/src/engines/loginspection/cli/describe.ts`. */
export type InspectedLine = {
  readonly id?: string | number;
  readonly lineNumber?: number;
  readonly line: string;
  readonly rule: string | number | null;
  readonly description: string | null;
  readonly alert: boolean;
  readonly sigma?: readonly { readonly id: string | number; readonly description: string }[];
};

export type ReplayedLine = {
  readonly id: number;
  readonly log: string;
  readonly at: string;
  readonly from: string;
  readonly format: 'syslog' | 'plain';
  readonly fresh: boolean;
};

/** Runs a whole log through the rules. @returns how many lines it had */
export function scanLog(
  rules: InspectedRules,
  { text, format }: { readonly text: string; readonly format: 'syslog' | 'plain' },
  onAlert: (line: InspectedLine) => void,
): Promise<number> {
  return inFolder(async (folder) => {
    const log = join(folder, 'uploaded.log');
    await writeFile(log, text);
    const args = ['logscan', log, '--json', '--times', '--format', format, ...(await writeRules(folder, rules))];
    let lines = 0;
    await inspect(folder, args, undefined, (answer) => {
      if ('summary' in answer) lines = Number((answer['summary'] as { lines?: number }).lines ?? 0);
      else onAlert(answer as unknown as InspectedLine);
    });
    return lines;
  });
}

/** Runs lines through the rules as if they came now, each at its own time. */
export function replayLines(
  rules: InspectedRules,
  lines: readonly ReplayedLine[],
  onLine: (line: InspectedLine) => void,
): Promise<void> {
  return inFolder(async (folder) => {
    const args = ['logtest', '--cases', ...(await writeRules(folder, rules))];
    const cases = lines.values().map((line) => JSON.stringify(line));
    await inspect(folder, args, cases, (answer) => onLine(answer as unknown as InspectedLine));
  });
}

async function writeRules(folder: string, { decoderFiles, ruleFiles, sigma }: InspectedRules): Promise<string[]> {
  const write = async (kind: string, files: InspectedRules['ruleFiles']) => {
    const paths = files.map((_, index) => join(folder, `${kind}-${index}.xml`));
    for (const [index, { xml }] of files.entries()) await writeFile(paths[index]!, xml);
    return paths;
  };
  const decoders = await write('decoders', decoderFiles);
  const rules = await write('rules', ruleFiles);
  if (sigma !== undefined) {
    rules.push(join(folder, 'sigma.yml'));
    await writeFile(rules.at(-1)!, sigma);
  }
  return [
    ...(decoders.length > 0 ? ['--decoders', ...decoders] : []),
    ...(rules.length > 0 ? ['--rules', ...rules] : []),
  ];
}

/** @throws Refusal `rule_faulty` for rules that the agent does not take, `trial_too_long` */
async function inspect(
  folder: string,
  args: readonly string[],
  input: Iterable<string> | undefined,
  onAnswer: (answer: Readonly<Record<string, unknown>>) => void,
): Promise<void> {
  const end = await runBounded({
    ...{ program: process.execPath, folder, seconds: secondsMax, fileKib: 1024 },
    args: [
      ...['--permission', ...[...readable, folder].map((path) => `--allow-fs-read=${path}`)],
      ...[
        `--max-old-space-size=${heapMib}`,
        '--max-semi-space-size=4',
        '--v8-pool-size=1',
        '--no-concurrent-sparkplug',
      ],
      ...[program, ...args],
    ],
    env: { TZ: zone },
    ...(input ? { input } : {}),
    onLine: (line) => onAnswer(JSON.parse(line) as Record<string, unknown>),
  });
  checkEnd(end, folder);
}

const refusedFile = 65;

function checkEnd({ code, isCut, complaint }: ProgramEnd, folder: string): void {
  if (code === 0) return;
  const said = complaint.replaceAll(`${folder}/`, '').trim();
  if (code === refusedFile) throw new Refusal('rule_faulty', { count: 1, detail: said.slice(0, 500) });
  if (isCut || /heap|out of memory/i.test(said)) throw new Refusal('trial_too_long', { seconds: secondsMax });
  throw new Error(`log inspection ended with ${code}: ${said.slice(0, 2000)}`);
}
