import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { ConfigurationEdit, ConfigurationView } from '../../configuration/index.ts';
import type { Platform } from '../../platform/index.ts';
import { type ConnectorKind, connectorMark, readMark } from '../clouds/connector.ts';
import { submitSync } from '../clouds/syncs.ts';
import { failed, type Outcome, ran } from './outcome.ts';

/** Which connectors each type of task synchronizes. */
export const synchronizable: Readonly<Record<string, readonly ConnectorKind[]>> = {
  'synchronize-cloud-account': ['AWSConnector', 'GCPConnector'],
  'synchronize-vcenter': ['VCenterConnector'],
};

/** The connector that a group of computers belongs to. */
export function connectorOfGroup(
  view: ConfigurationView,
  groupId: number | undefined,
): { kind: ConnectorKind; id: number } | undefined {
  const mark = readMark(view.get('ComputerGroup', groupId ?? 0)?.['_connector']);
  return mark && view.get(mark.kind, mark.id) ? mark : undefined;
}

export async function synchronizeGroup(
  edit: ConfigurationEdit,
  platform: Platform,
  task: ApiObject,
  groupId: number | undefined,
): Promise<Outcome> {
  const connector = connectorOfGroup(edit, groupId);
  if (!connector || !synchronizable[String(task['type'])]?.includes(connector.kind))
    return failed(`The ComputerGroup ${groupId ?? 0} is none of a connector of this kind.`);
  const by = `Scheduled task “${String(task['name'])}”`;
  const action = await submitSync(edit.tx, platform, { accountId: edit.accountId, ...connector }, by);
  return ran({ connector: connectorMark(connector), action });
}
