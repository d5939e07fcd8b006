import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentRelease } from './software.ts';

/** Everything that differs from one script to the next. */
export type ScriptParts = {
  /** `https://host:port` of the Workload Security API, which hands out the packages. */
  readonly manager: string;
  /** `host:port` of the agents' door. */
  readonly agents: string;
  readonly authority: { readonly pem: string; readonly fingerprint: string };
  readonly release: AgentRelease;
  readonly checksCertificate: boolean;
  readonly checksDigest: boolean;
  /** Sentences for whoever reads the script. */
  readonly remarks: readonly string[];
  readonly activation: { readonly accountId: string; readonly secret: string } | undefined;
};

const body = readFileSync(join(import.meta.dirname, 'install.sh'), 'utf8');

/**
 * The script as a host runs it. Its last line ends with `"tenantID:<36 characters>" "token:<36 characters>"` and a line feed where it activates:
 * clients of the API cut it by length.
 */
export function writeScript(parts: ScriptParts): string {
  const { manager, agents, authority, release, activation } = parts;
  const digests = Object.entries(release.files).map(
    ([name, { sha256 }]) => `${release.architecture} ${name} ${sha256}`,
  );
  const variables: [string, string][] = [
    ['manager', manager],
    ['agents', agents],
    ['build', release.build],
    ['version', release.version],
    ['digests', digests.join('\n')],
    ['check_certificate', parts.checksCertificate ? 'yes' : 'no'],
    ['check_digest', parts.checksDigest ? 'yes' : 'no'],
    ['ca_fingerprint', authority.fingerprint],
    ['ca_certificate', authority.pem.trim()],
  ];
  return [
    '#!/bin/sh',
    '# Installs the Sakimori agent on this host. To be run as root; running it again does no harm.',
    ...parts.remarks.map((remark) => `# ${inOneLine(remark)}`),
    '# It ends with 0, or with a sentence and 10 not root, 11 no agent for this system, 12 a program is missing, 13 manager not reached,',
    '# 14 not our manager, 15 no temporary folder, 16 package tampered with, 17 not installed, 18 agent does not run here,',
    '# 19 token refused, 20 activation failed, 21 host of another account, 22 another run is under way, 23 agent not started, 24 preflight failed.',
    ...variables.map(([name, value]) => `${name}=${quoteForShell(value)}`),
    '',
    `${body.trimEnd()}\n`,
    activation ? `deploy "tenantID:${activation.accountId}" "token:${activation.secret}"` : 'deploy',
    '',
  ].join('\n');
}

export const quoteForShell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Names of policies come from people: nothing of them may end the comment. */
const inOneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 400);
