import { readBoolean } from '@sakimori/contract/workload-security/index';
import {
  awsFields,
  type ConnectorKind,
  gcpFields,
  sealSecret,
  submitSync,
  vCenterFields,
} from '../../automation/index.ts';
import type { ConfigurationEdit } from '../../configuration/index.ts';
import { checkAwsConnector, checkGcpConnector, checkVCenter } from '../../connectors/index.ts';
import type { Call } from '../http/call.ts';
import type { Resource } from '../resources/resource.ts';
import { checkCount, orFaults, withoutEmpty } from './checked.ts';

/** Asks for a synchronization: after every creation and change, except where `sync=false` says not to. */
const synchronize =
  (kind: ConnectorKind) =>
  async (id: number, { edit, call }: { edit: ConfigurationEdit; call: Call }): Promise<void> => {
    const sync = call.query['sync'];
    if (sync !== undefined && !readBoolean(Array.isArray(sync) ? sync.at(-1) : sync, 'sync')) return;
    await submitSync(edit.tx, call.platform, { accountId: edit.accountId, kind, id }, call.caller.actor.name);
  };

/** Accounts at AWS. Customers never use the role of the manager's own machine by itself: it would list the provider's account. */
export const awsConnector: Resource = {
  kind: 'AWSConnector',
  present: (connector) => ({ workspacesEnabled: false, syncedRegions: [], ...withoutEmpty(connector) }),
  complete: (next, { edit, call, before, given }) => {
    if (!before) checkCount(edit, 'AWSConnector');
    const { platform, accountId } = call;
    const stored = before && awsFields(platform, accountId, before);
    const { secretKey, ...fields } = orFaults(checkAwsConnector(given, { mayUseInstanceRole: false }, stored));
    const { secretKey: _, ...rest } = next;
    return { ...rest, ...fields, ...sealSecret(platform, accountId, before, secretKey) };
  },
  stored: synchronize('AWSConnector'),
};

export const gcpConnector: Resource = {
  kind: 'GCPConnector',
  complete: (next, { edit, call, before, given }) => {
    if (!before) checkCount(edit, 'GCPConnector');
    const { platform, accountId } = call;
    const stored = before && gcpFields(platform, accountId, before);
    const rules = { anyTokenUri: platform.config.SAKIMORI_GCP_ENDPOINT !== undefined };
    const { serviceAccount, ...fields } = orFaults(checkGcpConnector(given, rules, stored));
    const { serviceAccount: _, ...rest } = next;
    return { ...rest, ...fields, ...sealSecret(platform, accountId, before, serviceAccount) };
  },
  stored: synchronize('GCPConnector'),
};

/** vCenters, whose number the API calls `id` and whose fields it wraps. */
export const vCenterConnector: Resource = {
  kind: 'VCenterConnector',
  present: (connector) => ({ ...connector, id: connector['ID'] }),
  complete: (_next, { edit, call, before, given }) => {
    if (!before) checkCount(edit, 'VCenterConnector');
    const { platform, accountId } = call;
    const stored = before && vCenterFields(platform, accountId, before);
    const change = (given['vCenter'] ?? {}) as Readonly<Record<string, unknown>>;
    const { password, ...vCenter } = orFaults(checkVCenter(change, stored));
    return { vCenter, ...sealSecret(platform, accountId, before, password) };
  },
  stored: synchronize('VCenterConnector'),
};
