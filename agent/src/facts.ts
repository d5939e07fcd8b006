import { readFileSync } from 'node:fs';
import { hostname, machine, release, type } from 'node:os';
import type { HostFacts } from '@sakimori/contract/host';
import { agentVersion } from './version.ts';

/** What the agent tells about its machine. What cannot be read is `unknown`, never guessed. */
export function gatherFacts(): HostFacts {
  const root = isRoot();
  return {
    name: hostname().slice(0, 255) || 'unknown',
    os: osName(readOr('/etc/os-release', '')).slice(0, 200),
    kernel: `${type()} ${release()}`.slice(0, 200),
    architecture: machine().slice(0, 40),
    agentVersion,
    bootId: readBootId(),
    root,
    limits: root ? [] : [...limitsWithoutRoot],
  };
}

export const isRoot = (): boolean => process.geteuid?.() === 0;

/** Phrase keys below `host.privilege.`. */
const limitsWithoutRoot = ['integrity_unreadable', 'logs_unreadable', 'self_protection', 'engines'] as const;

/** Changes with every start of the machine. */
export const readBootId = (): string => readOr('/proc/sys/kernel/random/boot_id', 'unknown').trim().slice(0, 64);

/** The name of the system by os-release(5): `PRETTY_NAME`, else `NAME` and `VERSION_ID`. */
export function osName(text: string): string {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Z_]+)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(.*))$/.exec(line.trim());
    if (match) values.set(match[1]!, (match[2] ?? match[3] ?? match[4] ?? '').replaceAll(/\\(.)/g, '$1'));
  }
  const plain = [values.get('NAME'), values.get('VERSION_ID')].filter(Boolean).join(' ');
  return values.get('PRETTY_NAME') || plain || 'unknown';
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
