import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { ConfigurationView } from '../../configuration/index.ts';
import {
  type AwsConnectorFields,
  awsAccess,
  type GcpConnectorFields,
  type Listing,
  listEc2,
  listGcp,
  listVCenter,
  type VCenterFields,
  vCenterAccess,
} from '../../connectors/index.ts';
import type { Platform } from '../../platform/index.ts';
import { type Connector, externalIdOf, openSecret } from './connector.ts';

/** The fields of a stored connector, its secret opened. */
export function awsFields(platform: Platform, accountId: string, object: ApiObject): AwsConnectorFields {
  const text = (name: string) => (object[name] as string | undefined) ?? '';
  return {
    displayName: text('displayName'),
    accessKey: text('accessKey'),
    secretKey: openSecret(platform, accountId, object),
    seedRegion: text('seedRegion'),
    useInstanceRole: object['useInstanceRole'] === true,
    crossAccountRoleArn: text('crossAccountRoleArn'),
    workspacesEnabled: object['workspacesEnabled'] === true,
  };
}

export function gcpFields(platform: Platform, accountId: string, object: ApiObject): GcpConnectorFields {
  const { name, ownerProjectID, privateKeyID, clientEmail } = object as GcpConnectorFields;
  const serviceAccount = openSecret(platform, accountId, object);
  return { name, ownerProjectID, privateKeyID, clientEmail, serviceAccount };
}

export function vCenterFields(platform: Platform, accountId: string, object: ApiObject): VCenterFields {
  const info = object['vCenter'] as Omit<VCenterFields, 'password'>;
  return { ...info, password: openSecret(platform, accountId, object) };
}

/** A listing, what the connector shall show of it, and what its top group is called. */
export type Listed = { readonly listing: Listing; readonly shown: ApiObject; readonly topName: string };

/**
 * Asks a connector's cloud for its machines; this may take minutes.
 * @throws ConnectorFault in words of ours that hold no secret
 */
export async function listMachines(
  platform: Platform,
  view: ConfigurationView,
  connector: Connector,
  object: ApiObject,
  signal: AbortSignal,
): Promise<Listed> {
  const { clock, config } = platform;
  const { accountId } = connector;
  switch (connector.kind) {
    case 'AWSConnector': {
      const fields = awsFields(platform, accountId, object);
      const access = awsAccess(fields, externalIdOf(platform, accountId));
      const listing = await listEc2({ ...access, clock, signal, endpoint: config.SAKIMORI_AWS_ENDPOINT });
      return {
        listing,
        shown: {
          accountId: listing.accountId,
          accountAlias: listing.accountAlias,
          lastSyncTime: clock.now().getTime(),
          syncedRegions: listing.regions,
        },
        topName: fields.displayName || listing.accountAlias || listing.accountId,
      };
    }
    case 'GCPConnector': {
      const { name, serviceAccount } = gcpFields(platform, accountId, object);
      const listing = await listGcp({ serviceAccount, clock, signal, endpoint: config.SAKIMORI_GCP_ENDPOINT });
      return { listing, shown: {}, topName: name };
    }
    case 'VCenterConnector': {
      const fields = vCenterFields(platform, accountId, object);
      const listing = await listVCenter({
        ...vCenterAccess(fields),
        trustedCertificates: view.list('Certificate').map((certificate) => String(certificate['certificate'])),
        signal,
        endpoint: config.SAKIMORI_VCENTER_ENDPOINT,
      });
      return { listing, shown: {}, topName: fields.name || fields.host };
    }
  }
}
