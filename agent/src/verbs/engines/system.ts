import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../../write-file.ts';

/** What a command said. */
export type Said = { readonly code: number; readonly out: string; readonly err: string };

const textMax = 4 * 1024 * 1024;

/** Runs a program of the system in the C locale. @returns code 127 where there is none */
export function runCommand(words: readonly string[], input?: string): Promise<Said> {
  const [program, ...args] = words;
  return new Promise((done) => {
    const child = spawn(program!, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: '/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin',
        ...{ LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive', HOME: '/root' },
      },
    });
    const texts = { out: '', err: '' };
    for (const [stream, name] of [[child.stdout, 'out'] as const, [child.stderr, 'err'] as const]) {
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => {
        texts[name] = (texts[name] + chunk).slice(-textMax);
      });
    }
    child.once('error', (error) => done({ code: 127, out: '', err: error.message }));
    child.once('close', (code) => done({ code: code ?? 1, ...texts }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

const policyPath = '/usr/sbin/policy-rc.d';

/** While it works, packages start no services (invoke-rc.d asks this file). One that is there already stays as it is. */
export async function withoutStartingServices<T>(work: () => Promise<T>): Promise<T> {
  const isOurs = existsSync(dirname(policyPath)) && !existsSync(policyPath);
  if (isOurs) writeFileSync(policyPath, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const remove = () => rmSync(policyPath, { force: true });
  if (isOurs) process.once('exit', remove);
  try {
    return await work();
  } finally {
    if (isOurs) {
      remove();
      process.off('exit', remove);
    }
  }
}

/** All installed packages, name → version. */
export async function installedPackages(tool: 'apt' | 'dnf'): Promise<ReadonlyMap<string, string>> {
  const words =
    tool === 'apt'
      ? // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own fields
        ['dpkg-query', '-W', '-f', '${db:Status-Abbrev}\\t${Package}\\t${Version}\\n']
      : ['rpm', '-qa', '--qf', 'ii \\t%{NAME}\\t%{VERSION}-%{RELEASE}\\n'];
  const { out } = await runCommand(words);
  const rows = out.split('\n').map((line) => line.split('\t'));
  return new Map(rows.flatMap(([state, name, version]) => (state?.startsWith('ii') ? [[name!, version!]] : [])));
}

/** What `engines install` has installed on this host, so that `engines remove --packages` takes away that and nothing else. */
const Installed = z.object({
  tool: z.enum(['apt', 'dnf']),
  /** Those that were asked for. */
  packages: z.array(z.string()),
  /** Those that came with them. */
  dependencies: z.array(z.string()),
});
export type Installed = z.infer<typeof Installed>;

const recordOf = (folder: string) => join(folder, 'engines', 'installed.json');

export function readInstalled(folder: string): Installed | undefined {
  try {
    return Installed.parse(JSON.parse(readFileSync(recordOf(folder), 'utf8')));
  } catch {
    return undefined;
  }
}

export function writeInstalled(folder: string, installed: Installed): void {
  mkdirSync(join(folder, 'engines'), { recursive: true, mode: 0o700 });
  writeFileAtomically(recordOf(folder), `${JSON.stringify(installed)}\n`);
}

export const forgetInstalled = (folder: string): void => rmSync(recordOf(folder), { force: true });
export const hasSystemd = (): boolean => existsSync('/run/systemd/system');
