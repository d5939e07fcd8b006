import type { Module } from './module.ts';

/** What a host has, as far as it is known. */
export type SizedHost = {
  readonly memoryBytes: number;
  readonly cores: number;
  /** Free where the agent keeps its data. */
  readonly diskFreeBytes?: number | undefined;
};

/** What is asked of it. */
export type SizedWork = { readonly modules: readonly Module[]; readonly isLight: boolean };

/** Something to consider before a module is switched on: phrase keys below `sizing.`, which say what to do as well. */
export type SizingWarning = {
  readonly code: 'antimalware_memory' | 'memory' | 'light_profile' | 'disk';
  readonly facts: Readonly<Record<string, number>>;
};

/**
 * Memory that a module takes on the host with everything it runs (S23), MB. Integrity monitoring and log inspection are the agent itself,
 * measured (`bench/footprint.ts`); ClamAV with its signatures and Suricata with some ten thousand rules by their makers' figures.
 */
export const moduleMegabytes: Readonly<Record<Module, number>> = {
  integrity: 60,
  loginspection: 60,
  firewall: 10,
  intrusion: 350,
  webreputation: 250,
  antimalware: 1400,
};

const megabyte = 1024 * 1024;
/** ClamAV's own word: below this it should not run beside anything else. */
const antimalwareMegabytesMin = 2048;
const lightBelowMegabytes = 2048;
const diskMegabytesMin = 1024;
/** Of the memory at most this share is for us: the host has other work. */
const shareMax = 0.5;
/** A host of "2 GiB" has a little less: firmware and kernel take their part first. */
const tolerance = 0.93;

/** Is the host up to this work? Nothing is refused: each warning comes with a way out. */
export function sizeUp(host: SizedHost, { modules, isLight }: SizedWork): SizingWarning[] {
  const memory = Math.round(host.memoryBytes / megabyte);
  const needed = modules.reduce((sum, module) => sum + moduleMegabytes[module], 0);
  const isBelow = (megabytes: number) => memory < megabytes * tolerance;
  const warnings: SizingWarning[] = [];
  if (modules.includes('antimalware') && isBelow(antimalwareMegabytesMin))
    warnings.push({ code: 'antimalware_memory', facts: { memory, needed: antimalwareMegabytesMin } });
  else if (needed > memory * shareMax) warnings.push({ code: 'memory', facts: { memory, needed } });
  if (modules.includes('integrity') && !isLight && (host.cores <= 1 || isBelow(lightBelowMegabytes)))
    warnings.push({ code: 'light_profile', facts: { memory, cores: host.cores } });
  if (host.diskFreeBytes !== undefined && host.diskFreeBytes < diskMegabytesMin * megabyte)
    warnings.push({
      code: 'disk',
      facts: { free: Math.round(host.diskFreeBytes / megabyte), needed: diskMegabytesMin },
    });
  return warnings;
}
