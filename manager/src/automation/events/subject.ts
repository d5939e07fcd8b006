import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { ConfigurationView } from '../../configuration/index.ts';

/** What conditions can ask of a computer: each field has the texts of which one must match. */
export type Subject = {
  readonly hostname: readonly string[];
  readonly platform: readonly string[];
  readonly lastUsedIP: readonly string[];
  readonly tag: readonly { readonly key: string; readonly value: string }[];
  readonly cloudProvider: readonly string[];
  readonly cloudVendor: readonly string[];
  readonly securityGroup: readonly string[];
  readonly imageId: readonly string[];
  readonly folder: readonly string[];
  readonly gcpNetworkTag: readonly string[];
};

/** Fields that only the listing of a cloud knows. */
export const cloudFields: ReadonlySet<string> = new Set([
  ...['tag', 'cloudProvider', 'cloudVendor', 'securityGroup', 'imageId', 'gcpNetworkTag'],
]);

type Told = {
  readonly hostName: string;
  readonly platform?: string | undefined;
  readonly address?: string | undefined;
  readonly groupId?: number | null | undefined;
  readonly summary?: ApiObject | null | undefined;
};

/** Common names of the vendors beside those of summaries. */
const vendors: Readonly<Record<string, readonly string[]>> = { AWS: ['AWS', 'Amazon'], GCP: ['GCP', 'Google'] };

type Named = { readonly name?: string; readonly ID?: string; readonly value?: string; readonly key?: string };

export function subjectOf(view: ConfigurationView, told: Told): Subject {
  const [summary = {}] = Object.values(told.summary ?? {}) as ApiObject[];
  const list = (name: string) => (summary[name] as readonly Named[] | undefined) ?? [];
  const text = (name: string) => (typeof summary[name] === 'string' ? [summary[name]] : []);
  const provider = text('cloudProvider');
  return {
    hostname: [told.hostName],
    platform: told.platform ? [told.platform] : text('operatingSystem'),
    lastUsedIP: told.address ? [told.address] : [...text('privateIPAddress'), ...text('IPAddress')],
    tag: [...list('metadata'), ...list('labels')].map(({ name, key, value }) => ({
      key: name ?? key ?? '',
      value: value ?? '',
    })),
    cloudProvider: provider,
    cloudVendor: provider.flatMap((name) => vendors[name] ?? [name]),
    securityGroup: list('securityGroups').flatMap(({ name = '', ID = '' }) => [name, ID]),
    imageId: text('amiID'),
    folder: foldersOf(view, told.groupId ?? undefined),
    gcpNetworkTag: (summary['networkTags'] as readonly string[] | undefined) ?? [],
  };
}

/** The names of a computer's group and of all above it. */
function foldersOf(view: ConfigurationView, groupId: number | undefined): string[] {
  const seen = new Set<number>();
  const names: string[] = [];
  for (let id = groupId; id !== undefined && !seen.has(id); ) {
    seen.add(id);
    const group = view.get('ComputerGroup', id);
    if (group) names.push(String(group['name']));
    id = group?.['parentGroupID'] as number | undefined;
  }
  return names;
}
