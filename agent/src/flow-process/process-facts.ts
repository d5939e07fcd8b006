import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { maskLines, show } from '../secret-mask.ts';
import type { FlowProcess } from './flow.ts';

const key = randomBytes(16);
const commandLineMax = 1000;

/** What can be read of a process, now. @returns undefined where it is gone */
export function readProcess(pid: number): FlowProcess | undefined {
  const status = readText(`/proc/${pid}/status`);
  if (!status) return undefined;
  const field = (name: string) => new RegExp(`^${name}:\\s+(\\d+|.*)`, 'm').exec(status)?.[1];
  // Of a thread that is not the first one, its process.
  const process = Number(field('Tgid')) || pid;
  const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
  const parentPid = Number(field('PPid'));
  const commandLine = readText(`/proc/${pid}/cmdline`)
    .replace(/\0+$/, '')
    .replaceAll('\0', ' ')
    .slice(0, commandLineMax);
  const path = linkOf(pid);
  const name = field('Name');
  return {
    pid: process,
    ...(name ? { name } : {}),
    ...(path ? { path } : {}),
    ...(commandLine ? { commandLine: maskLines(commandLine, key).map(show).join(' ') } : {}),
    ...(Number.isInteger(uid) ? { user: { name: userName(uid), uid } } : {}),
    ...(parentPid > 0 ? { parent: parentOf(parentPid) } : {}),
  };
}

function parentOf(pid: number): NonNullable<FlowProcess['parent']> {
  const [path, name] = [linkOf(pid), readText(`/proc/${pid}/comm`).trim()];
  return { pid, ...(name ? { name } : {}), ...(path ? { path } : {}) };
}

const names = { atMs: Number.NEGATIVE_INFINITY, of: new Map<number, string>() };
const namesMs = 60_000;

/** By the local list; an account of a directory is called by its number. */
function userName(uid: number): string {
  const nowMs = performance.now();
  if (nowMs - names.atMs > namesMs) {
    names.atMs = nowMs;
    names.of = new Map(
      readText('/etc/passwd')
        .split('\n')
        .map((line) => line.split(':'))
        .map((parts) => [Number(parts[2]), parts[0] ?? '']),
    );
  }
  return names.of.get(uid) ?? String(uid);
}

function linkOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '');
  } catch {
    return undefined;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
