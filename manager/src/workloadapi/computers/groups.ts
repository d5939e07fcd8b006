import { countComputersWith } from '../../configuration/index.ts';
import { badRequest } from '../http/api-fault.ts';
import type { Resource } from '../resources/resource.ts';

/** Folders for computers; those that a cloud connector made are changed by it alone. */
export const computerGroup: Resource = {
  kind: 'ComputerGroup',
  present: (group) => ({ type: 'folder', description: '', ...group }),
  complete: (next, { edit, before }) => {
    const id = before?.['ID'];
    const isMoved = next['name'] !== before?.['name'] || next['parentGroupID'] !== before?.['parentGroupID'];
    if (before?.['_connector'] && isMoved)
      throw badRequest(`ComputerGroup ${String(id)} is a cloud connector’s: its name and place follow the cloud.`);
    const twin = edit
      .list('ComputerGroup')
      .find(
        (other) =>
          other['ID'] !== id && other['name'] === next['name'] && other['parentGroupID'] === next['parentGroupID'],
      );
    if (twin) throw badRequest(`ComputerGroup: an object with the name “${String(next['name'])}” already exists here.`);
    const seen = new Set<unknown>([id]);
    for (
      let parent = next['parentGroupID'];
      parent;
      parent = edit.get('ComputerGroup', parent as number)?.['parentGroupID']
    ) {
      if (seen.has(parent)) throw badRequest('parentGroupID: a group cannot stand below itself.');
      seen.add(parent);
    }
    return next;
  },
  checkDelete: async (id, edit) => {
    if (edit.get('ComputerGroup', id)?.['_connector'])
      throw badRequest(`ComputerGroup ${id} is a cloud connector’s: it goes with the connector.`);
    const count = await countComputersWith(edit.tx, edit.accountId, 'group_id', id);
    if (count > 0) throw badRequest(`ComputerGroup ${id} holds ${count} computer(s); move them first.`);
  },
};
