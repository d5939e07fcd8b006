import { z } from 'zod';
import { type AwsLine, awsServiceName } from './aws-line.ts';
import { ConnectorFault } from './fault.ts';
import type { Limits } from './limits.ts';
import { type ListedMachine, present, type VirtualMachineMetadata, type WorkspaceSummary } from './machine.ts';
import { inParallel, readPages } from './pages.ts';

/** The most that WorkSpaces gives at once. */
const pageSize = 25;
const word = z.string().max(2048);
const optionalWord = word.optional().catch(undefined);

const workspace = z.object({
  WorkspaceId: z.string().regex(/^ws-[0-9a-z]{8,63}$/),
  DirectoryId: z.string().min(1).max(65),
  State: word,
  UserName: optionalWord,
  IpAddress: optionalWord,
  BundleId: optionalWord,
  ComputerName: optionalWord,
  WorkspaceProperties: z.object({ ComputeTypeName: optionalWord }).optional().catch(undefined),
});
type Workspace = z.infer<typeof workspace>;
const workspacesPage = z.object({ Workspaces: z.array(workspace).max(1000), NextToken: optionalWord });
const tagsReply = z.object({
  TagList: z
    .array(z.object({ Key: word, Value: word.default('') }))
    .max(200)
    .default([]),
});

/**
 * The WorkSpaces of a region with their tags. Where tags may not be read, there are none. A region that does not offer WorkSpaces has
 * no host of that name; it has none of them.
 * @throws ConnectorFault
 */
export async function describeWorkspaces(
  line: AwsLine,
  limits: Limits,
  region: string,
  accountId: string,
): Promise<ListedMachine[]> {
  const service = awsServiceName('workspaces', region);
  const ask = async <Shape>(shape: z.ZodType<Shape>, action: string, body: object): Promise<Shape> => {
    const parsed = shape.safeParse(await line.json('workspaces', region, `WorkspacesService.${action}`, body));
    if (!parsed.success) throw new ConnectorFault('malformed', { service });
    return parsed.data;
  };
  const read = () =>
    readPages(service, limits, async (token) => {
      const body = { Limit: pageSize, ...(token ? { NextToken: token } : {}) };
      const page = await ask(workspacesPage, 'DescribeWorkspaces', body);
      return { items: page.Workspaces, next: page.NextToken };
    });
  const found = await read().catch((error: unknown) => {
    if (error instanceof ConnectorFault && error.code === 'ENOTFOUND') return [];
    throw error;
  });
  let mayReadTags = true;
  const tagsOf = async (id: string): Promise<VirtualMachineMetadata[]> => {
    if (!mayReadTags) return [];
    try {
      const { TagList } = await ask(tagsReply, 'DescribeTags', { ResourceId: id });
      return TagList.map(({ Key, Value }) => ({ name: Key, value: Value }));
    } catch (error) {
      if (!(error instanceof ConnectorFault) || error.kind !== 'forbidden') throw error;
      mayReadTags = false;
      return [];
    }
  };
  const living = found.filter(({ State }) => State !== 'TERMINATED');
  return inParallel(4, living, async (one) => toMachine(one, region, accountId, await tagsOf(one.WorkspaceId)));
}

function toMachine(
  one: Workspace,
  region: string,
  accountId: string,
  metadata: VirtualMachineMetadata[],
): ListedMachine {
  const summary = present<WorkspaceSummary>({
    cloudProvider: 'AWS',
    accountID: accountId,
    workspaceDirectory: one.DirectoryId,
    userName: one.UserName,
    workspaceID: one.WorkspaceId,
    bundleID: one.BundleId,
    workspaceHardware: one.WorkspaceProperties?.ComputeTypeName,
    state: one.State,
    metadata,
    IPAddress: one.IpAddress,
  });
  const hostName = one.ComputerName || one.IpAddress || one.WorkspaceId;
  return {
    key: one.WorkspaceId,
    scope: `${region}/workspaces`,
    hostName,
    displayName: one.UserName ? `${hostName} (${one.UserName})` : hostName,
    groups: [
      { key: region, type: 'aws-region', name: region },
      { key: 'workspaces', type: 'aws-workspaces', name: 'WorkSpaces' },
      { key: one.DirectoryId, type: 'aws-directory', name: one.DirectoryId },
    ],
    addresses: one.IpAddress ? [one.IpAddress] : [],
    summary: { workspaceVirtualMachineSummary: summary },
  };
}
