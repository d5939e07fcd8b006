import { type ConfigurationEdit, deleteComputers, disconnect, selectConnected } from '../../configuration/index.ts';
import type { Connector } from './connector.ts';
import { groupsOf, removeGroups } from './groups.ts';
import { deleteSyncs } from './store.ts';

/** Takes away what a connector brought: its groups, and its computers without an agent. Those with one stay, as computers of no connector. */
export async function removeConnector(edit: ConfigurationEdit, connector: Connector): Promise<void> {
  const computers = await selectConnected(edit.tx, edit.accountId, connector);
  const gone = computers.filter(({ host_id }) => host_id === null).map(({ id }) => id);
  await deleteComputers(edit.tx, edit.accountId, gone);
  await disconnect(edit.tx, edit.accountId, connector);
  await removeGroups(
    edit,
    [...groupsOf(edit, connector).values()].map((group) => group['ID'] as number),
  );
  await deleteSyncs(edit.tx, connector);
  for (const { id, host_id } of computers) edit.noteComputer(id, host_id === null ? 'deleted' : 'modified');
  edit.remove(connector.kind, connector.id);
}
