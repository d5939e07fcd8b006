import { type ConnectorKind, externalIdOf, removeConnector } from '../../automation/index.ts';
import type { Call, Handler } from '../http/call.ts';
import { findObject, type Resource } from '../resources/resource.ts';
import { standardHandlers } from '../resources/standard.ts';
import { actionHandlers } from './actions.ts';
import { awsConnector, gcpConnector, vCenterConnector } from './resources.ts';

/** Connectors to clouds: the usual operations, and what a deletion takes with it. `automation` synchronizes. */
export const connectorHandlers: readonly [string, Handler][] = [
  ...group('AWSConnectors', awsConnector, 'awsConnectorID'),
  ...group('GCPConnectors', gcpConnector, 'gcpConnectorID'),
  ...group('VCenterConnectors', vCenterConnector, 'virtualID'),
  ...actionHandlers(
    'GCPConnector',
    'gcpConnectorID',
    { create: 'createGcpConnectorAction', describe: 'describeGcpConnectorAction' },
    'Action',
  ),
  ...actionHandlers(
    'VCenterConnector',
    'virtualID',
    { create: 'createVCenterConnectorAction', describe: 'describeVCenterConnectorAction' },
    'VCenterConnectorAction',
  ),
  ['listAwsConnectorSettings', async (call) => ({ externalId: externalIdOf(call.platform, call.accountId) })],
];

function group(name: string, resource: Resource, parameter: string): [string, Handler][] {
  return standardHandlers(name, resource).map(([id, handler]): [string, Handler] =>
    id.startsWith('delete') ? [id, (call) => remove(resource.kind as ConnectorKind, call, parameter)] : [id, handler],
  );
}

async function remove(kind: ConnectorKind, call: Call, parameter: string): Promise<undefined> {
  call.demand(kind, 'delete');
  await call.change(async (edit) => {
    const id = call.id(parameter);
    findObject(edit, kind, id);
    await removeConnector(edit, { accountId: edit.accountId, kind, id });
  });
  return undefined;
}
