import { join } from 'node:path';
import type { IntegrityPolicy } from '@sakimori/contract/policy';
import type { EngineHost } from '../engine.ts';
import type { Baseline } from './baseline.ts';
import { DpkgSource } from './packages/dpkg-source.ts';
import { PackageRuns } from './packages/package-runs.ts';
import { RuleSet } from './rules.ts';
import { TextKeeper } from './text-diff/text-keeper.ts';

/** What stands beside the watch of files where policy and host ask for it. */
type Parts = {
  readonly host: EngineHost;
  readonly baseline: Baseline;
  readonly policy: IntegrityPolicy;
  readonly rules: RuleSet;
  readonly ownFolders: readonly string[];
  /** Below which the package database lies: `/` but in tests. */
  readonly hostRoot: string;
};

/** Where packages have their files. */
const packagedFolders = ['usr', 'etc', 'opt', 'var', 'lib', 'bin', 'sbin', 'boot', 'srv'];

/** The grouping of what package tools do: where this host has a database that we can read, and the policy watches what packages bring. */
export function packageRuns(
  { host, baseline, rules, hostRoot }: Parts,
  isScanning: () => boolean,
): PackageRuns | undefined {
  const leadsOn = (folder: string) => rules.leadsOn(folder) || rules.relate(folder) !== 'none';
  if (!packagedFolders.some((name) => leadsOn(join(hostRoot, name)))) return undefined;
  if (!DpkgSource.isHere(hostRoot)) return undefined;
  const source = new DpkgSource(hostRoot, host.clock);
  const isWatched = (path: string) => rules.relate(path) === 'inside';
  return new PackageRuns({ host, baseline, source, isScanning, isWatched, leadsOn });
}

/** The texts whose differences are shown: where a rule asks for it, and the host is not to be spared. */
export function textKeeper({ host, policy, ownFolders }: Parts): TextKeeper | undefined {
  const rules = policy.rules.filter(({ showDiff }) => showDiff);
  if (rules.length === 0 || policy.profile === 'light') return undefined;
  const shown = new RuleSet(rules, ownFolders);
  return new TextKeeper(host.dataFolder, (path) => shown.relate(path) === 'inside');
}
