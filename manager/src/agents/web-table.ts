import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '@sakimori/contract';
import { WebTableRequest } from '@sakimori/contract/web-table-protocol';
import { providerTenant } from '../audit/index.ts';
import type { WebTables } from '../webfeeds/index.ts';
import type { AgentIdentity } from './identity.ts';

/**
 * Bytes of a table from one on, so that a fetch that broke off is gone on with. `own` is of the account in the certificate, whatever is asked for. Nothing is compressed: hashes
 * are as good as random.
 * @throws Refusal malformed, not_found
 */
export async function sendWebTable(
  tables: WebTables,
  request: IncomingMessage,
  response: ServerResponse,
  identity: AgentIdentity,
): Promise<void> {
  const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '');
  const asked = WebTableRequest.safeParse(Object.fromEntries(query));
  if (!asked.success) throw new Refusal('malformed', { detail: 'name, version and from' });
  const { name, version, from } = asked.data;
  const bytes = await tables.bytes(name === 'own' ? identity.accountId : providerTenant, version);
  const rest = bytes.subarray(Math.min(from, bytes.length));
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': rest.length }).end(rest);
}
