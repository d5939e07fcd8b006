import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { newSecret, type Platform } from '../../platform/index.ts';

/** Kinds of the configuration that stand for an account at a cloud. */
export const connectorKinds = ['AWSConnector', 'GCPConnector', 'VCenterConnector'] as const;
export type ConnectorKind = (typeof connectorKinds)[number];
export const isConnectorKind = (kind: string): kind is ConnectorKind =>
  (connectorKinds as readonly string[]).includes(kind);

export type Connector = { readonly accountId: string; readonly kind: ConnectorKind; readonly id: number };
type Sealing = { readonly _seal?: string; readonly _secret?: string };

const purposeOf = (accountId: string, seal: string) => `cloud connector ${accountId} ${seal}`;

/**
 * A connector's secret as it is kept: sealed for this account and this connector, so that it opens at no other place.
 * @param before the connector as it stands, where it does
 */
export function sealSecret(
  platform: Pick<Platform, 'vault'>,
  accountId: string,
  before: ApiObject | undefined,
  secret: string,
): ApiObject {
  const seal = (before as Sealing | undefined)?._seal ?? newSecret();
  return { _seal: seal, _secret: secret === '' ? '' : platform.vault.seal(purposeOf(accountId, seal), secret) };
}

/** @throws Error where it was sealed with another master secret, or for another connector */
export function openSecret(platform: Pick<Platform, 'vault'>, accountId: string, connector: ApiObject): string {
  const { _seal = '', _secret = '' } = connector as Sealing;
  return _secret === '' ? '' : platform.vault.open(purposeOf(accountId, _seal), _secret);
}

/** What an account's role at AWS must ask for, so that nobody else can have us take on that role. */
export const externalIdOf = (platform: Pick<Platform, 'vault'>, accountId: string): string =>
  platform.vault.derive(`aws external id ${accountId}`, 16).toString('hex').toUpperCase();

/** Which connector a group of computers belongs to. */
export const connectorMark = ({ kind, id }: { readonly kind: string; readonly id: number }): string => `${kind}:${id}`;

export function readMark(mark: unknown): { kind: ConnectorKind; id: number } | undefined {
  const [kind = '', id] = String(mark ?? '').split(':');
  return isConnectorKind(kind) ? { kind, id: Number(id) } : undefined;
}
