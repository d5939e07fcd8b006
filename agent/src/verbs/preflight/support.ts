import { parseOsRelease } from '../../os-release.ts';
import type { Finding } from './finding.ts';
import table from './support-table.json' with { type: 'json' };

/** What tells one system from another, as the system says it itself. */
export type SystemFacts = { readonly osRelease: string; readonly kernel: string; readonly architecture: string };

/** Whether the system, its kernel and its architecture stand in our table of what is supported (S14). */
export function judgeSystem({ osRelease, kernel, architecture }: SystemFacts): Finding[] {
  return [judgeOs(parseOsRelease(osRelease)), judgeKernel(kernel), judgeArchitecture(architecture)];
}

function judgeOs(values: ReadonlyMap<string, string>): Finding {
  const id = (values.get('ID') ?? 'unknown').slice(0, 60);
  const version = (values.get('VERSION_ID') ?? 'unknown').slice(0, 60);
  const os = (values.get('PRETTY_NAME') ?? `${id} ${version}`).slice(0, 120);
  const rows = table.systems.filter((row) => row.id === id);
  const row = rows.find(({ versions }) => covers(versions, version));
  const facts = { os, table: table.version };
  if (row) {
    const more = { ...facts, row: row.row, url: row.source };
    return row.supported
      ? { check: 'os', level: 'pass', code: 'os_supported', facts: more }
      : { check: 'os', level: 'fail', code: 'os_unsupported', facts: { ...more, glibc: table.requirements.glibcMin } };
  }
  const url = rows.at(-1)?.source ?? table.requirements.source;
  return { check: 'os', level: 'fail', code: 'os_unlisted', facts: { ...facts, id, version, url } };
}

/** `12` covers 12 and 12.4, `20.04` only itself, `8-10` the main versions from 8 to 10. */
function covers(versions: string, version: string): boolean {
  if (versions.includes('.')) return versions === version;
  const main = Number.parseInt(version, 10);
  const [first, last = first] = versions.split('-').map(Number);
  return main >= first! && main <= last!;
}

function judgeKernel(kernel: string): Finding {
  const { kernelMin: needed, source: url } = table.requirements;
  const facts = { kernel: kernel.slice(0, 120), needed, url };
  return isOlder(kernel, needed)
    ? { check: 'kernel', level: 'fail', code: 'kernel_old', facts }
    : { check: 'kernel', level: 'pass', code: 'kernel_supported', facts };
}

function judgeArchitecture(architecture: string): Finding {
  const { architectures, source: url } = table.requirements;
  const facts = { architecture: architecture.slice(0, 40), list: architectures.join(', '), url };
  return architectures.includes(architecture)
    ? { check: 'architecture', level: 'pass', code: 'architecture_supported', facts }
    : { check: 'architecture', level: 'fail', code: 'architecture_unsupported', facts };
}

function isOlder(version: string, needed: string): boolean {
  const [major = 0, minor = 0] = version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);
  return major < neededMajor || (major === neededMajor && minor < neededMinor);
}
