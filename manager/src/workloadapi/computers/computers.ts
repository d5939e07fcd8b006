import { type ApiObject, readModel } from '@sakimori/contract/workload-security/index';
import {
  type ComputerRow,
  type ConfigurationEdit,
  type ConfigurationView,
  countComputers,
  deleteComputers as deleteRows,
  insertComputer,
  type Layer,
  moduleNames,
  selectComputer,
  takeId,
  updateComputer,
} from '../../configuration/index.ts';
import { retireHosts } from '../../hosts/index.ts';
import { newId, sql, type Tx } from '../../platform/index.ts';
import { ApiFault, badRequest, notFound } from '../http/api-fault.ts';
import type { Call, Handler } from '../http/call.ts';
import type { JsonPieces } from '../http/json-pieces.ts';
import { changeLayer } from '../policies/layer.ts';
import { checkPolicyReference } from '../policies/target.ts';
import { isVisibleComputer, mayEditComputer } from '../policies/visibility.ts';
import { checkReference } from '../resources/resource.ts';
import { checkSize } from '../resources/sizes.ts';
import { readBody } from '../resources/standard.ts';
import { readSearch } from '../search/criteria.ts';
import { matches } from '../search/match.ts';
import { ComputerComposer, expandedParts, needsSaid } from './present-computer.ts';
import { splitCriteria } from './search.ts';
import { type ComputerState, limitStatements, selectStates } from './store.ts';
import { filterComputers, writeComputers } from './write-computers.ts';

export const computerHandlers: readonly [string, Handler][] = [
  ['listComputers', list],
  ['searchComputers', search],
  ['describeComputer', describe],
  ['createComputer', create],
  ['modifyComputer', modify],
  ['deleteComputer', async (call) => remove(call, [call.id('computerID')], true)],
  ['deleteComputers', removeMany],
];

const hostNameMax = 254;
const textMax = 10_000;
const deletedMax = 1000;
const computersMax = 100_000;

const optionsOf = (call: Call) => ({ wanted: expandedParts(call.expand), overrides: call.overrides });

async function list(call: Call): Promise<JsonPieces> {
  const options = optionsOf(call);
  const { view, states } = await call.read(async (view, tx) => ({
    view,
    states: await selectStates(tx, call.accountId, { said: needsSaid(options.wanted) }),
  }));
  return writeComputers(
    new ComputerComposer(view, options),
    states.filter((state) => isVisibleComputer(call.caller.role, state)),
  );
}

async function search(call: Call): Promise<JsonPieces> {
  const search = readSearch('Computer', call.body);
  const options = optionsOf(call);
  const { filter, rest } = splitCriteria(search.criteria);
  // Only what is tested is composed for the test.
  const tested = expandedParts(rest.map((criterion) => (criterion.test === 'id' ? 'none' : criterion.path[0]!)));
  const isExact = rest.length === 0 && call.caller.role['allComputers'] !== false;
  const { view, states } = await call.read(async (view, tx) => {
    await limitStatements(tx);
    const states = await selectStates(tx, call.accountId, {
      ...{ filter, said: needsSaid(options.wanted) || needsSaid(tested) },
      limit: isExact ? search.maxItems : undefined,
    });
    return { view, states };
  });
  const tester = new ComputerComposer(view, { wanted: tested, overrides: false });
  const passes = (state: ComputerState): boolean => {
    if (!isVisibleComputer(call.caller.role, state)) return false;
    if (rest.length === 0) return true;
    const computer = tester.compose(state);
    return rest.every((criterion) => matches(computer, criterion));
  };
  return writeComputers(new ComputerComposer(view, options), await filterComputers(states, passes, search.maxItems));
}

function describe(call: Call): Promise<ApiObject> {
  return call.read((view, tx) => presentOne(call, view, tx, call.id('computerID')));
}

async function presentOne(call: Call, view: ConfigurationView, tx: Tx, id: number): Promise<ApiObject> {
  const options = optionsOf(call);
  const [state] = await selectStates(tx, call.accountId, { filter: sql`and c.id = ${id}`, said: true });
  if (!state || !isVisibleComputer(call.caller.role, state)) throw notFound('Computer', id);
  return new ComputerComposer(view, options).compose(state);
}

async function create(call: Call): Promise<ApiObject> {
  call.demand('Computer', 'create');
  const given = readBody('Computer', call);
  optionsOf(call);
  return call.change(async (edit) => {
    if ((await countComputers(edit.tx, edit.accountId)) >= computersMax)
      throw badRequest(`An account has at most ${computersMax} computers.`);
    const row: ComputerRow = {
      ...{
        id: await takeId(edit.tx, edit.accountId, 'Computer', 1),
        guid: newId(call.platform.clock),
        host_id: null,
        host_name: '',
      },
      ...{
        display_name: '',
        description: '',
        group_id: null,
        policy_id: null,
        relay_list_id: null,
        asset_importance_id: null,
      },
      ...{
        overrides: null,
        summary: null,
        connector_kind: null,
        connector_id: null,
        connector_key: null,
        created_at: edit.at,
      },
    };
    await insertComputer(edit.tx, edit.accountId, changeRow(call, row, given, edit));
    edit.noteComputer(row.id, 'created');
    return presentOne(call, edit, edit.tx, row.id);
  });
}

async function modify(call: Call): Promise<ApiObject> {
  call.demand('Computer', 'edit');
  const given = call.body === undefined ? {} : readModel('Computer', call.body);
  optionsOf(call);
  return call.change(async (edit) => {
    const row = await findEditable(call, edit, call.id('computerID'));
    await updateComputer(edit.tx, edit.accountId, changeRow(call, row, given, edit));
    edit.noteComputer(row.id, 'modified');
    return presentOne(call, edit, edit.tx, row.id);
  });
}

async function findEditable(call: Call, edit: ConfigurationEdit, id: number): Promise<ComputerRow> {
  const row = await selectComputer(edit.tx, edit.accountId, id);
  if (!row || !isVisibleComputer(call.caller.role, row)) throw notFound('Computer', id);
  if (!mayEditComputer(call.caller.role, row)) throw new ApiFault(403, `Not authorized to edit Computer ${id}.`);
  return row;
}

function changeRow(call: Call, row: ComputerRow, given: ApiObject, view: ConfigurationView): ComputerRow {
  const hostName = given['hostName'] ?? row.host_name;
  if (typeof hostName !== 'string' || hostName.trim() === '') throw badRequest('Computer: hostName is required.');
  if (hostName.length > hostNameMax) throw badRequest(`hostName is longer than ${hostNameMax} characters.`);
  checkPolicyReference(call, view, given['policyID'], 'policyID');
  checkReference(view, given['groupID'], 'ComputerGroup', 'groupID');
  const settings = (given['computerSettings'] as ApiObject | null) ?? undefined;
  const touchesLayer = settings !== undefined || moduleNames.some((name) => given[name]);
  const layer = touchesLayer ? changeLayer(row.overrides ?? {}, given, settings, view) : row.overrides;
  return {
    ...row,
    host_name: hostName,
    display_name: text(given, 'displayName', row.display_name),
    description: text(given, 'description', row.description),
    group_id: reference(given, 'groupID', row.group_id),
    policy_id: reference(given, 'policyID', row.policy_id),
    relay_list_id: reference(given, 'relayListID', row.relay_list_id),
    asset_importance_id: reference(given, 'assetImportanceID', row.asset_importance_id),
    overrides: layer && Object.keys(layer).length > 0 ? checkSize('Computer', layer as Layer) : null,
  };
}

function text(given: ApiObject, name: string, before: string): string {
  if (!(name in given)) return before;
  const value = String(given[name] ?? '');
  if (value.length > textMax) throw badRequest(`${name} is longer than ${textMax} characters.`);
  return value;
}

/** 0 and null unassign; absent leaves as it is. */
function reference(given: ApiObject, name: string, before: number | null): number | null {
  if (!(name in given)) return before;
  const value = given[name] as number | null;
  if (value !== null && (value < 0 || value > 2_147_483_647)) throw badRequest(`${name} is no ID.`);
  return value || null;
}

async function removeMany(call: Call): Promise<undefined> {
  const given = call.body === undefined ? {} : readModel('ComputersToBeDeletedIDList', call.body);
  const ids = (given['ids'] as number[] | null | undefined) ?? [];
  if (ids.length === 0) throw badRequest('ids must name the computers to delete.');
  if (ids.length > deletedMax) throw badRequest(`At most ${deletedMax} computers are deleted at once.`);
  return remove(call, ids, false);
}

/** Deletes computers and ends the service of their agents. Many at once: those that are not there are let be. */
async function remove(call: Call, ids: readonly number[], mustExist: boolean): Promise<undefined> {
  call.demand('Computer', 'delete');
  await call.change(async (edit) => {
    const allowed: number[] = [];
    for (const id of ids.filter((candidate) => candidate >= 1 && candidate <= 2_147_483_647)) {
      const row = await selectComputer(edit.tx, edit.accountId, id);
      if (!row || !isVisibleComputer(call.caller.role, row)) {
        if (mustExist) throw notFound('Computer', id);
      } else if (!mayEditComputer(call.caller.role, row))
        throw new ApiFault(403, `Not authorized to delete Computer ${id}.`);
      else allowed.push(id);
    }
    const gone = await deleteRows(edit.tx, edit.accountId, allowed);
    const hostIds = gone.map(({ host_id }) => host_id).filter((id) => id !== null);
    await retireHosts(edit.tx, call.platform, {
      accountId: edit.accountId,
      actor: call.caller.actor,
      hostIds,
      reason: `Workload Security API: ${call.operation.id}`,
    });
    for (const { id } of gone) edit.noteComputer(id, 'deleted');
  });
  return undefined;
}
