import { spawnSync } from 'node:child_process';
import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import type { Module } from '@sakimori/contract/module';
import { type Mounts, readMounts } from '../../file-system/mounts.ts';
import { readerOf, readQueueCounters } from '../../packet-queue/counters.ts';
import type { Finding } from './finding.ts';

/** Queues of packets that our engines read: web reputation, then those of intrusion prevention. */
const ourQueues = [4120, ...Array.from({ length: 8 }, (_, index) => 41_190 + index)];

/**
 * Whether a restart of the host is due, or something holds what the agent needs so that only a restart frees it (S15). The host is never restarted from here.
 * @param root where the host's files are: `/`, or another place in tests
 */
export async function judgeReboot(root = '/'): Promise<Finding[]> {
  const findings: Finding[] = [];
  const add = (code: string, facts: Finding['facts']) =>
    void findings.push({ check: 'reboot', level: 'warn', code, facts, needsReboot: true });
  const flag = ['run/reboot-required', 'var/run/reboot-required'].find((path) => existsSync(join(root, path)));
  if (flag) add('reboot_pending', { by: `/${flag}`, packages: packagesOf(join(root, `${flag}.pkgs`)) });
  else if (root === '/' && existsSync('/usr/bin/needs-restarting')) {
    // 1: a restart is needed; another code says nothing of it.
    if (spawnSync('/usr/bin/needs-restarting', ['-r'], { timeout: 30_000 }).status === 1)
      add('reboot_pending', { by: 'needs-restarting -r', packages: '' });
  }
  for (const queue of ourQueues) {
    if (!readQueueCounters().has(queue)) continue;
    const reader = await readerOf(queue);
    if (reader && isOurs(reader.pid)) continue;
    add('queue_busy', { queue, program: reader?.name ?? '?', pid: reader?.pid ?? 0 });
    break;
  }
  return findings.length > 0 ? findings : [{ check: 'reboot', level: 'pass', code: 'reboot_none', facts: {} }];
}

const packagesOf = (path: string): string => readOr(path).split('\n').filter(Boolean).slice(0, 8).join(', ');

const isOurs = (pid: number): boolean =>
  /sakimori/.test(readOr(`/proc/${pid}/cmdline`)) || /sakimori/.test(readOr(`/proc/${pid}/cgroup`));

/** Where other makers' protection lies. Two at once slow a host down and may undo each other's work. */
const products: readonly (readonly [name: string, places: readonly string[]])[] = [
  ['Trend Micro Deep Security Agent', ['opt/ds_agent']],
  ['CrowdStrike Falcon', ['opt/CrowdStrike']],
  ['Microsoft Defender for Endpoint', ['opt/microsoft/mdatp']],
  ['Sophos Protection for Linux', ['opt/sophos-spl', 'opt/sophos-av']],
  ['Trellix / McAfee Endpoint Security', ['opt/McAfee', 'opt/Trellix']],
  ['SentinelOne', ['opt/sentinelone']],
  ['ESET', ['opt/eset']],
  ['Kaspersky Endpoint Security', ['opt/kaspersky']],
  ['WithSecure / F-Secure', ['opt/f-secure']],
  ['Symantec Endpoint Protection', ['opt/Symantec']],
  ['Carbon Black', ['opt/carbonblack', 'var/opt/carbonblack']],
  ['Wazuh / OSSEC', ['var/ossec']],
  ['Falco', ['usr/bin/falco']],
  ['Tripwire', ['usr/sbin/tripwire']],
];

export function judgeProducts(root = '/'): Finding[] {
  const found = products.filter(([, places]) => places.some((place) => existsSync(join(root, place))));
  if (found.length === 0) return [{ check: 'products', level: 'pass', code: 'products_none', facts: {} }];
  const list = found.map(([name]) => name).join(', ');
  return [{ check: 'products', level: 'warn', code: 'products_found', facts: { list } }];
}

/** Network, FUSE and object-storage mounts (S22): neither integrity monitoring nor scans enter them. */
export function judgeMounts(mounts: Mounts = readMounts()): Finding[] {
  const { remote } = mounts;
  if (remote.length === 0) return [{ check: 'mounts', level: 'pass', code: 'mounts_none', facts: {} }];
  const list = remote
    .slice(0, 20)
    .map((point) => `${point} (${mounts.at(point)?.type ?? ''}, ${mounts.at(point)?.source ?? ''})`);
  const facts = { count: remote.length, list: list.join(', ').slice(0, 1500) };
  return [{ check: 'mounts', level: 'warn', code: 'mounts_found', facts }];
}

/** Where packages put programs and settings: what the shipped integrity rules watch lies below. */
const watchedFolders = [
  '/etc',
  '/usr/bin',
  '/usr/sbin',
  '/usr/local',
  '/usr/lib',
  '/boot',
  '/opt',
  '/root',
  '/srv',
  '/var/www',
];
const [filesWarn, filesMax, countMsMax] = [300_000, 2_000_000, 5000];
/** Rough, at the usual share of one core: the estimate of a policy measures it. */
const filesPerSecond = 2500;

/** How many files integrity monitoring would have to look at (S24), an upper bound; counting stops at two million or after five seconds, and enters no mount that is left out. */
export function judgeFiles(folders: readonly string[] = watchedFolders, mounts: Mounts = readMounts()): Finding[] {
  const endMs = performance.now() + countMsMax;
  const waiting = [...folders];
  let files = 0;
  let isWhole = true;
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (mounts.skipping(folder) !== undefined) continue;
    for (const entry of entriesOf(folder)) {
      files += 1;
      if (entry.isDirectory()) waiting.push(`${folder}/${entry.name}`);
    }
    if (files < filesMax && performance.now() < endMs) continue;
    isWhole = waiting.length === 0;
    break;
  }
  const facts = { files, seconds: Math.ceil(files / filesPerSecond), most: filesWarn };
  const isMany = files > filesWarn || !isWhole;
  return [{ check: 'files', level: isMany ? 'warn' : 'pass', code: isMany ? 'files_many' : 'files_counted', facts }];
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

const needsQueue: readonly Module[] = ['intrusion', 'webreputation'];

/** What the modules take hold of in the kernel, where they are wanted. */
export function judgeKernelParts(wanted: readonly Module[], fanotifyReason: string | undefined): Finding[] {
  const findings: Finding[] = [
    fanotifyReason === undefined
      ? { check: 'fanotify', level: 'pass', code: 'fanotify_there', facts: {} }
      : { check: 'fanotify', level: 'warn', code: 'fanotify_missing', facts: { detail: fanotifyReason } },
  ];
  if (wanted.includes('firewall') || wanted.some((module) => needsQueue.includes(module))) {
    const has = ['/usr/sbin/nft', '/sbin/nft', '/usr/bin/nft'].some(existsSync);
    findings.push({ check: 'nft', level: has ? 'pass' : 'warn', code: has ? 'nft_there' : 'nft_missing', facts: {} });
  }
  if (wanted.some((module) => needsQueue.includes(module))) {
    const has = hasNfqueue();
    findings.push({
      check: 'nfqueue',
      level: has ? 'pass' : 'warn',
      code: has ? 'nfqueue_there' : 'nfqueue_missing',
      facts: {},
    });
  }
  return findings;
}

function hasNfqueue(): boolean {
  if (existsSync('/proc/net/netfilter/nfnetlink_queue')) return true;
  const folder = `/lib/modules/${release()}`;
  return /nfnetlink_queue/.test(readOr(join(folder, 'modules.dep')) + readOr(join(folder, 'modules.builtin')));
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
