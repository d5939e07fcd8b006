import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileNames, suricataYaml } from '@sakimori/contract/suricata-yaml';

export const suricataPackage = 'suricata';
const folders = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/bin', '/sbin'];

/** @returns the program by its path; undefined where it is not installed */
export const findSuricata = (places: readonly string[] = folders): string | undefined =>
  places.map((folder) => join(folder, 'suricata')).find((path) => existsSync(path));

const versionMsMax = 10_000;
const checkMsMax = 180_000;
const outputMax = 1_000_000;

/** `7.0.10`; undefined where it does not say. */
export async function versionOf(program: string): Promise<string | undefined> {
  const { output } = await run(program, ['-V'], versionMsMax);
  return /version (\d+(?:\.\d+)+)/.exec(output)?.[1];
}

export type FailedRule = { readonly sid: number | undefined; readonly why: string };

/**
 * Lets Suricata itself read rules, in a process of its own that then ends (`suricata -T`). Which of them it does not take, and why; none: it takes
 * all. In the folder `check` of `folder`, which is emptied afterwards.
 * @throws Error where it fails for another reason than a rule
 */
export async function checkRules(program: string, folder: string, rules: string): Promise<FailedRule[]> {
  const place = join(folder, 'check');
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true, mode: 0o700 });
  try {
    await writeFile(join(place, fileNames.rules), rules);
    const setting = { folder: place, mode: 'inline', homeNet: [], interfaces: [] } as const;
    await writeFile(join(place, fileNames.configuration), suricataYaml(setting));
    const { code, output } = await run(
      program,
      ['-T', '-c', join(place, fileNames.configuration), '-l', place],
      checkMsMax,
    );
    if (code === 0) return [];
    const failed = readFailures(output);
    if (failed.length > 0) return failed;
    throw new Error(`Suricata does not start: ${complaintOf(output) || `exit code ${code}`}`);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** From what Suricata writes: a line or more that say why, then one that shows the rule. */
export function readFailures(output: string): FailedRule[] {
  const failed: FailedRule[] = [];
  let why: string[] = [];
  for (const line of output.split('\n')) {
    const [, level, text = ''] = /^([EW]): (.*)$/.exec(line.trim()) ?? [];
    if (level !== 'E') continue;
    const shown = /^detect: error parsing signature "(.*)" from file .* at line \d+$/.exec(text);
    if (!shown) why.push(text.replace(/^[\w-]+: /, ''));
    else {
      failed.push({
        sid: Number(/\bsid:\s*(\d+)/.exec(shown[1]!)?.[1]) || undefined,
        why: (why.join('; ') || 'not taken').slice(0, 300),
      });
      why = [];
    }
  }
  return failed;
}

const complaintOf = (output: string): string =>
  output
    .split('\n')
    .filter((line) => line.startsWith('E: '))
    .map((line) => line.slice(3))
    .join('; ')
    .slice(0, 500);

function run(
  program: string,
  args: readonly string[],
  msMax: number,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { PATH: folders.join(':'), LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: msMax,
      killSignal: 'SIGKILL',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        if (output.length < outputMax) output += text;
      });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
