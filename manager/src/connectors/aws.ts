import type { Clock } from '../platform/index.ts';
import { type AwsRole, assumeRole, callerAccount, instanceRoleKeys } from './aws-credentials.ts';
import { describeInstances, describeRegions, regionPattern } from './aws-instances.ts';
import { AwsLine, awsServiceName } from './aws-line.ts';
import { describeWorkspaces } from './aws-workspaces.ts';
import { ConnectorFault } from './fault.ts';
import { defaultLimits, type Limits } from './limits.ts';
import type { IncompleteScope, ListedMachine, Listing } from './machine.ts';
import { inParallel } from './pages.ts';
import type { AwsKeys } from './sigv4.ts';
import { Transport } from './transport.ts';
import { itemsAt } from './xml.ts';

export type AwsOptions = {
  /** Keys of the connector, or the role of the machine that the manager runs on. */
  readonly keys: AwsKeys | 'instance-role';
  /** A role of the customer's account that is taken on with those keys. */
  readonly role?: AwsRole | undefined;
  /** Where the account's regions are asked for; `us-east-1` where it is not said. */
  readonly seedRegion?: string | undefined;
  readonly workspacesEnabled?: boolean;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Asked instead of AWS and of the machine's metadata service, for all services: a local server, or a gateway. */
  readonly endpoint?: string | undefined;
  readonly limits?: Partial<Limits>;
};

export type AwsListing = Listing & {
  readonly accountId: string;
  /** Undefined where the account has none or it cannot be read. */
  readonly accountAlias: string | undefined;
  /** One of the API's `AWSRegion` for each region that was read. */
  readonly regions: readonly {
    readonly region: string;
    readonly computersSynced: number;
    readonly workspacesSynced: number;
  }[];
};

/** IMDS lives at one address on every machine of EC2. */
const metadataEndpoint = 'http://169.254.169.254';

/**
 * Lists the instances (and WorkSpaces) of an account in all its regions. A region that cannot be read is told in `incomplete`; when none
 * can be read, that is a fault.
 * @throws ConnectorFault
 */
export function listEc2(options: AwsOptions): Promise<AwsListing> {
  return withLine(options, async (line, seed, transport, limits) => {
    const accountId = await callerAccount(line, seed);
    const accountAlias = await readAlias(line, seed);
    const regions = await describeRegions(line, seed);
    const parts = await readRegions(line, transport, limits, regions, accountId, options.workspacesEnabled ?? false);
    const machines = parts.flatMap((part) => part.machines);
    if (machines.length > limits.machinesMax) throw new ConnectorFault('too-large', { service: 'AWS' });
    return {
      accountId,
      accountAlias,
      top: { key: accountId, type: 'aws-account' },
      machines,
      incomplete: parts.flatMap((part) => part.incomplete),
      regions: parts.filter(({ isRead }) => isRead).map(({ region, machines: own }) => countRegion(region, own)),
    };
  });
}

/** Asks which account the credentials belong to, and nothing more: for a connector that is being made. @throws ConnectorFault */
export function identifyAwsAccount(options: AwsOptions): Promise<string> {
  return withLine(options, callerAccount);
}

async function withLine<Result>(
  options: AwsOptions,
  work: (line: AwsLine, seed: string, transport: Transport, limits: Limits) => Promise<Result>,
): Promise<Result> {
  const limits = { ...defaultLimits, ...options.limits };
  const seed = options.seedRegion || 'us-east-1';
  if (!regionPattern.test(seed)) throw new ConnectorFault('malformed', { service: 'AWS' });
  const transport = new Transport({ limits, signal: options.signal });
  try {
    const own =
      options.keys === 'instance-role'
        ? await instanceRoleKeys(transport, limits, options.endpoint ?? metadataEndpoint)
        : options.keys;
    const line = new AwsLine({ transport, limits, endpoint: options.endpoint, now: () => options.clock.now() }, own);
    const asRole = options.role ? line.with(await assumeRole(line, seed, options.role)) : line;
    return await work(asRole, seed, transport, limits);
  } finally {
    transport.close();
  }
}

async function readAlias(line: AwsLine, seed: string): Promise<string | undefined> {
  try {
    const root = await line.query('iam', seed, '2010-05-08', 'ListAccountAliases');
    return itemsAt(root, 'ListAccountAliasesResult', 'AccountAliases')[0]?.text.trim() || undefined;
  } catch (error) {
    // Nothing hangs on it, and many a policy leaves this right out. A listing that is over ends at its next request.
    if (error instanceof ConnectorFault) return undefined;
    throw error;
  }
}

type RegionPart = {
  readonly region: string;
  readonly machines: readonly ListedMachine[];
  readonly incomplete: readonly IncompleteScope[];
  readonly isRead: boolean;
};

async function readRegions(
  line: AwsLine,
  transport: Transport,
  limits: Limits,
  regions: readonly string[],
  accountId: string,
  withWorkspaces: boolean,
): Promise<RegionPart[]> {
  const attempt = async (
    scope: string,
    read: () => Promise<ListedMachine[]>,
  ): Promise<ListedMachine[] | IncompleteScope> => {
    try {
      return await read();
    } catch (error) {
      // What ends the whole listing is no matter of one region.
      if (transport.over.aborted || !(error instanceof ConnectorFault)) throw error;
      return { scope, fault: error };
    }
  };
  const parts = await inParallel(4, regions, async (region): Promise<RegionPart> => {
    const found = [await attempt(`${region}/ec2`, () => describeInstances(line, limits, region, accountId))];
    if (withWorkspaces)
      found.push(await attempt(`${region}/workspaces`, () => describeWorkspaces(line, limits, region, accountId)));
    return {
      region,
      machines: found.flatMap((part) => (Array.isArray(part) ? part : [])),
      incomplete: found.filter((part): part is IncompleteScope => !Array.isArray(part)),
      isRead: found.some((part) => Array.isArray(part)),
    };
  });
  if (parts.every(({ isRead }) => !isRead))
    throw parts[0]?.incomplete[0]?.fault ?? new ConnectorFault('malformed', { service: awsServiceName('ec2', 'all') });
  return parts;
}

function countRegion(region: string, machines: readonly ListedMachine[]): AwsListing['regions'][number] {
  const workspacesSynced = machines.filter(({ scope }) => scope.endsWith('/workspaces')).length;
  return { region, computersSynced: machines.length - workspacesSynced, workspacesSynced };
}
