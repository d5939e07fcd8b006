import { type AwsLine, awsServiceName } from './aws-line.ts';
import { ConnectorFault } from './fault.ts';
import type { Limits } from './limits.ts';
import { type Ec2Summary, type GroupStep, type ListedMachine, type PowerState, present } from './machine.ts';
import { readPages } from './pages.ts';
import { elementAt, itemsAt, textAt, type XmlElement } from './xml.ts';

const ec2Version = '2016-11-15';
/** The most that EC2 gives is 1000; half of it keeps a reply of well-tagged instances small. */
const pageSize = '500';

/** `ap-northeast-1`, `us-gov-west-1`: nothing else may become part of a host's name. */
export const regionPattern = /^[a-z]{2}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/;

/** The regions that the account may use. @throws ConnectorFault */
export async function describeRegions(line: AwsLine, region: string): Promise<string[]> {
  const root = await line.query('ec2', region, ec2Version, 'DescribeRegions');
  const names = itemsAt(root, 'regionInfo').map((item) => textAt(item, 'regionName') ?? '');
  if (names.length === 0 || !names.every((name) => regionPattern.test(name)))
    throw new ConnectorFault('malformed', { service: awsServiceName('ec2', region) });
  return [...new Set(names)].sort();
}

/** The instances of a region; those that are terminated are gone and not listed. @throws ConnectorFault */
export async function describeInstances(
  line: AwsLine,
  limits: Limits,
  region: string,
  accountId: string,
): Promise<ListedMachine[]> {
  const service = awsServiceName('ec2', region);
  const instances = await readPages(service, limits, async (token) => {
    const root = await line.query('ec2', region, ec2Version, 'DescribeInstances', {
      MaxResults: pageSize,
      NextToken: token,
    });
    if (root.name !== 'DescribeInstancesResponse' || !elementAt(root, 'reservationSet'))
      throw new ConnectorFault('malformed', { service });
    const items = itemsAt(root, 'reservationSet').flatMap((reservation) => itemsAt(reservation, 'instancesSet'));
    return { items, next: textAt(root, 'nextToken') };
  });
  return instances
    .filter((instance) => textAt(instance, 'instanceState', 'name') !== 'terminated')
    .map((instance) => toMachine(instance, region, accountId));
}

function toMachine(instance: XmlElement, region: string, accountId: string): ListedMachine {
  const at = (...path: string[]): string | undefined => textAt(instance, ...path);
  const instanceID = at('instanceId');
  if (!instanceID || !/^i-[0-9a-f]{8,32}$/.test(instanceID))
    throw new ConnectorFault('malformed', { service: awsServiceName('ec2', region) });
  const metadata = itemsAt(instance, 'tagSet').flatMap((tag) => {
    const name = textAt(tag, 'key');
    return name ? [{ name, value: textAt(tag, 'value') ?? '' }] : [];
  });
  const [privateIPAddress, publicIPAddress] = [at('privateIpAddress'), at('ipAddress')];
  const summary = present<Ec2Summary>({
    cloudProvider: 'AWS',
    accountID: accountId,
    operatingSystem: at('platformDetails') ?? at('platform'),
    privateIPAddress,
    publicIPAddress,
    availabilityZone: at('placement', 'availabilityZone'),
    instanceID,
    securityGroups: securityGroups(instance),
    type: at('instanceType'),
    virtualizationType: at('virtualizationType'),
    state: powerState(at('instanceState', 'name')),
    metadata,
    DNSName: at('dnsName') ?? at('privateDnsName'),
    amiID: at('imageId'),
  });
  return {
    key: instanceID,
    scope: `${region}/ec2`,
    hostName: summary.DNSName ?? privateIPAddress ?? instanceID,
    displayName: metadata.find(({ name }) => name === 'Name')?.value || instanceID,
    groups: groupsOf(region, at('vpcId'), at('subnetId')),
    addresses: [privateIPAddress, publicIPAddress].filter((address) => address !== undefined),
    summary: { ec2VirtualMachineSummary: summary },
  };
}

/** Of the instance and of all its network interfaces, each once. */
function securityGroups(instance: XmlElement): Ec2Summary['securityGroups'] {
  const owners = [instance, ...itemsAt(instance, 'networkInterfaceSet')];
  const found = owners.flatMap((owner) =>
    itemsAt(owner, 'groupSet').map((group) => ({
      name: textAt(group, 'groupName') ?? '',
      ID: textAt(group, 'groupId') ?? '',
    })),
  );
  return [...new Map(found.filter(({ ID }) => ID).map((group) => [group.ID, group])).values()];
}

/** A region, and in it VPC and subnet; an instance that is being made may have none yet. */
function groupsOf(region: string, vpc: string | undefined, subnet: string | undefined): GroupStep[] {
  const steps: GroupStep[] = [{ key: region, type: 'aws-region', name: region }];
  if (vpc) steps.push({ key: vpc, type: 'aws-vpc', name: vpc });
  if (vpc && subnet) steps.push({ key: subnet, type: 'aws-subnet', name: subnet });
  return steps;
}

const powerState = (state: string | undefined): PowerState => (state === 'running' ? 'POWER ON' : 'POWER OFF');
