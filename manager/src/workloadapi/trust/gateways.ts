import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { Authority } from '../../hosts/index.ts';
import type { Handler } from '../http/call.ts';
import type { Resource } from '../resources/resource.ts';
import { standardHandlers } from '../resources/standard.ts';

/** A data center gateway as a record; its certificate and key are told once, in the answer that makes it, and kept nowhere. */
const dataCenterGateway: Resource = {
  kind: 'DataCenterGateway',
  complete: (next, { edit, before }) => ({
    ...next,
    created: before?.['created'] ?? edit.at.getTime(),
    lastModified: edit.at.getTime(),
  }),
};

export function gatewayHandlers(authority: Authority): [string, Handler][] {
  return standardHandlers('DataCenterGateways', dataCenterGateway).map(([id, handler]): [string, Handler] => {
    if (id !== 'createDataCenterGateway') return [id, handler];
    return [
      id,
      async (call) => {
        const made = (await handler(call)) as ApiObject;
        const { pem, key } = await authority.issueServer([`gateway-${String(made['ID'])}.${call.accountId}.invalid`]);
        const { ID, ...rest } = made;
        return { ...rest, certificate: pem, privateKey: key, rootCA: authority.pem, ID };
      },
    ];
  });
}
