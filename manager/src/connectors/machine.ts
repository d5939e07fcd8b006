/**
 * What the connectors make of a machine of a cloud, in the words of the Workload Security API: names and types of the summaries are those
 * of its models, and so are the types of groups.
 */
export type VirtualMachineMetadata = { readonly name: string; readonly value: string };
export type VirtualMachineSecurityGroup = { readonly name: string; readonly ID: string };
export type VirtualMachineGcpLabel = { readonly key: string; readonly value: string };

export type Ec2Summary = {
  readonly cloudProvider: 'AWS';
  readonly accountID: string;
  readonly operatingSystem?: string;
  readonly privateIPAddress?: string;
  readonly publicIPAddress?: string;
  readonly availabilityZone?: string;
  readonly instanceID: string;
  readonly securityGroups: readonly VirtualMachineSecurityGroup[];
  readonly type?: string;
  readonly virtualizationType?: string;
  readonly state: PowerState;
  readonly metadata: readonly VirtualMachineMetadata[];
  readonly DNSName?: string;
  readonly amiID?: string;
};
export type WorkspaceSummary = {
  readonly cloudProvider: 'AWS';
  readonly accountID: string;
  readonly workspaceDirectory: string;
  readonly userName?: string;
  readonly workspaceID: string;
  readonly bundleID?: string;
  readonly workspaceHardware?: string;
  readonly state: string;
  readonly metadata: readonly VirtualMachineMetadata[];
  readonly IPAddress?: string;
};
export type GcpSummary = {
  readonly cloudProvider: 'GCP';
  readonly state: PowerState;
  readonly operatingSystem?: string;
  readonly instanceID: string;
  readonly privateIPAddress?: string;
  readonly publicIPAddress?: string;
  readonly zone: string;
  readonly vCPUs?: number;
  /** Megabytes. */
  readonly memory?: number;
  readonly labels: readonly VirtualMachineGcpLabel[];
  readonly networkTags: readonly string[];
};
export type VmwareSummary = {
  readonly operatingSystem?: string;
  /** Such as `4096 MB`. */
  readonly memory?: string;
  readonly vmwareTools?: string;
  readonly biosUUID?: string;
  readonly state: PowerState;
  readonly notes: readonly string[];
  /** Number of processors, as text. */
  readonly CPU?: string;
  readonly IPAddress?: string;
  readonly DNSName?: string;
  /** The machine's UUID that vCenter gave it. */
  readonly vCenterUUID?: string;
  readonly NSXSecurityGroups: readonly string[];
};

/** As the API words power; whatever is on its way up or down counts as off. */
export type PowerState = 'POWER ON' | 'POWER OFF' | 'SUSPENDED';

/** Exactly one of the summaries, under the name of its property of a computer. */
export type MachineSummary =
  | { readonly ec2VirtualMachineSummary: Ec2Summary }
  | { readonly workspaceVirtualMachineSummary: WorkspaceSummary }
  | { readonly gcpVirtualMachineSummary: GcpSummary }
  | { readonly vmwareVMVirtualMachineSummary: VmwareSummary };

/** A group on the way from a connector's top to a machine. */
export type GroupStep = {
  /** Names the group below its parent, and never changes: a region, a VPC, a project. */
  readonly key: string;
  readonly type:
    | 'aws-account'
    | 'aws-region'
    | 'aws-vpc'
    | 'aws-subnet'
    | 'aws-workspaces'
    | 'aws-directory'
    | 'gcp-connector'
    | 'gcp-project'
    | 'vcenters-top'
    | 'vmware-datacenter'
    | 'vcenter-cluster-group'
    | 'vcenter-folder-network';
  readonly name: string;
};

export type ListedMachine = {
  /** Names the machine within its connector, and never changes. */
  readonly key: string;
  /** The part of the listing it comes from, such as `ap-northeast-1/ec2` or `project/zone`. */
  readonly scope: string;
  readonly hostName: string;
  readonly displayName: string;
  /** From just below the connector's top down to the innermost. */
  readonly groups: readonly GroupStep[];
  /** Private first. */
  readonly addresses: readonly string[];
  /** Of machines of vCenter. */
  readonly biosUUID?: string;
  readonly summary: MachineSummary;
};

/** What every client gives. */
export type Listing = {
  /** The group of the connector itself; its name is the plan's to say. */
  readonly top: Omit<GroupStep, 'name'>;
  readonly machines: readonly ListedMachine[];
  /** Parts that could not be read, or not wholly. What is known of them from before stands. */
  readonly incomplete: readonly IncompleteScope[];
  /** The only parts that this listing speaks for; undefined where it speaks for everything that is not incomplete. */
  readonly covers?: readonly string[];
};
export type IncompleteScope = { readonly scope: string; readonly fault: Error };

/** The same object without the properties that are undefined. */
export function present<Shape extends object>(
  value: {
    readonly [Name in keyof Shape]: Shape[Name] | undefined;
  },
): Shape {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Shape;
}
