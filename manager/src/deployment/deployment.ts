import { type Actor, type EnrolmentToken, type NumberedName, Refusal } from '@sakimori/contract';
import { type ConfigurationView, readConfiguration } from '../configuration/index.ts';
import { type AgentsAddress, type Authority, type DeploymentPurpose, issueDeploymentToken } from '../hosts/index.ts';
import type { Platform, Tx } from '../platform/index.ts';
import { defaultPolicyNumber } from '../policies/index.ts';
import { writeScript } from './script.ts';
import type { Software } from './software.ts';

export type DeploymentParts = {
  readonly platform: Platform;
  readonly authority: Authority;
  readonly software: Software;
  readonly agents: AgentsAddress;
  /** `https://host:port` of the Workload Security API, once it is open. */
  readonly apiAddress: () => string;
};

export type DeploymentWish = {
  readonly accountId: string;
  readonly actor: Pick<Actor, 'kind' | 'id' | 'name'>;
  /** Left out: the script only installs. */
  readonly activation?:
    | {
        /** Numbers of the account's configuration. */
        readonly policy?: number | undefined;
        readonly group?: number | undefined;
        readonly validHours: number;
        readonly hostsMax: number;
      }
    | undefined;
  readonly checksCertificate: boolean;
  readonly checksDigest: boolean;
};

export type DeploymentScript = { readonly script: string; readonly token?: EnrolmentToken };

/** Hours that a script lets hosts in where nothing else is said: 30 days. */
export const deploymentHours = 720;

/**
 * Writes a script for hosts of an account, and issues the token in it.
 * @param within opens a transaction that sees the account
 * @throws Refusal not_found for a policy or group that is not there, limit_reached; SoftwareUnavailable
 */
export async function makeDeploymentScript(
  parts: DeploymentParts,
  wish: DeploymentWish,
  within: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
): Promise<DeploymentScript> {
  const { platform, authority, software } = parts;
  // Before the token: one for a script that nobody could run would only lie about.
  const release = await software.current();
  const issued = wish.activation && (await within((tx) => issue(tx, platform, wish, wish.activation!)));
  const script = writeScript({
    ...{ manager: parts.apiAddress(), agents: parts.agents(), authority, release },
    ...{ checksCertificate: wish.checksCertificate, checksDigest: wish.checksDigest },
    remarks: [`Made at ${platform.clock.now().toISOString()}.`, ...(issued ? remarksOn(issued) : [])],
    activation: issued && { accountId: wish.accountId, secret: issued.secret },
  });
  if (!issued) return { script };
  const { secret: _, ...token } = issued;
  return { script, token };
}

async function issue(
  tx: Tx,
  platform: Platform,
  { accountId, actor }: DeploymentWish,
  { policy, group, validHours, hostsMax }: NonNullable<DeploymentWish['activation']>,
): Promise<EnrolmentToken & { secret: string }> {
  const view = await readConfiguration(tx, accountId);
  const purpose: DeploymentPurpose = {
    ...(policy === undefined ? {} : { policy: named(view, 'Policy', policy) }),
    ...(group === undefined ? {} : { group: named(view, 'ComputerGroup', group) }),
  };
  return issueDeploymentToken(tx, platform, { accountId, actor, validHours, hostsMax, purpose });
}

/** What a script may say of its hosts. */
export async function readChoices(
  tx: Tx,
  accountId: string,
): Promise<{ policies: NumberedName[]; groups: NumberedName[]; defaultPolicy?: number }> {
  const view = await readConfiguration(tx, accountId);
  const all = (kind: string) =>
    view.list(kind).map((object) => ({ number: object['ID'] as number, name: String(object['name']).slice(0, 300) }));
  const standard = defaultPolicyNumber(view);
  return {
    ...{ policies: all('Policy'), groups: all('ComputerGroup') },
    ...(standard === 0 ? {} : { defaultPolicy: standard }),
  };
}

const words: Readonly<Record<string, string>> = { Policy: 'policy', ComputerGroup: 'group' };

function named(view: ConfigurationView, kind: string, number: number): NumberedName {
  const object = view.get(kind, number);
  if (!object) throw new Refusal('not_found', { what: words[kind]! });
  return { number, name: String(object['name']).slice(0, 300) };
}

function remarksOn({ usesMax, expiresAt, policy, group }: EnrolmentToken): string[] {
  return [
    `Its token lets in up to ${usesMax} hosts until ${expiresAt} and can be revoked before. Keep it from people who should not enrol hosts.`,
    ...(policy ? [`The hosts begin with the policy ${policy.number}, ${policy.name}.`] : []),
    ...(group ? [`They are put into the group ${group.number}, ${group.name}.`] : []),
  ];
}
