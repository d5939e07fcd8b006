import { readFileSync } from 'node:fs';
import { availableParallelism, hostname, machine, release, totalmem, type } from 'node:os';
import type { HostFacts } from '@sakimori/contract/host';
import { nameOfSystem, parseOsRelease } from './os-release.ts';
import { installedAgent } from './upgrade/installed.ts';
import { agentVersion } from './version.ts';

/** What the agent tells about its machine. What cannot be read is `unknown`, never guessed. */
export function gatherFacts(): HostFacts {
  const root = isRoot();
  const installed = installedAgent();
  return {
    name: hostname().slice(0, 255) || 'unknown',
    os: osName(readOr('/etc/os-release', '')).slice(0, 200),
    kernel: `${type()} ${release()}`.slice(0, 200),
    architecture: machine().slice(0, 40),
    agentVersion,
    ...(installed ? { agentBuild: installed.build } : {}),
    bootId: readBootId(),
    root,
    memoryBytes: totalmem(),
    cores: availableParallelism(),
    limits: root ? [] : [...limitsWithoutRoot],
  };
}

export const isRoot = (): boolean => process.geteuid?.() === 0;

/** Phrase keys below `host.privilege.`. */
const limitsWithoutRoot = ['integrity_unreadable', 'logs_unreadable', 'self_protection', 'engines'] as const;

/** Changes with every start of the machine. */
export const readBootId = (): string => readOr('/proc/sys/kernel/random/boot_id', 'unknown').trim().slice(0, 64);

/** The name of the system by the text of os-release(5). */
export const osName = (text: string): string => nameOfSystem(parseOsRelease(text));

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
