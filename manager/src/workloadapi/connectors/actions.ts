import { type ApiObject, readModel, writeModel } from '@sakimori/contract/workload-security/index';
import { type Connector, type ConnectorKind, type SyncRow, selectSync, submitSync } from '../../automation/index.ts';
import { badRequest, notFound } from '../http/api-fault.ts';
import type { Call, Handler } from '../http/call.ts';
import { findObject } from '../resources/resource.ts';

/** The two operations on a connector's actions, of which there is one kind: synchronize. */
export function actionHandlers(
  kind: ConnectorKind,
  parameter: string,
  operations: { readonly create: string; readonly describe: string },
  model: string,
): [string, Handler][] {
  const connectorOf = (call: Call): Connector => ({ accountId: call.accountId, kind, id: call.id(parameter) });
  const create: Handler = (call) => {
    call.demand(kind, 'edit');
    const connector = connectorOf(call);
    return call.change(async (edit) => {
      findObject(edit, kind, connector.id);
      const { type } = readModel(model, call.body ?? {});
      if (type !== 'synchronize') throw badRequest('type must be synchronize.');
      const id = await submitSync(edit.tx, call.platform, connector, call.caller.actor.name);
      return show(model, (await selectSync(edit.tx, connector, id))!);
    });
  };
  const describe: Handler = (call) => {
    call.demand(kind, 'view');
    const connector = connectorOf(call);
    return call.read(async (view, tx) => {
      findObject(view, kind, connector.id);
      const id = call.id('actionID');
      const row = await selectSync(tx, connector, id);
      if (!row) throw notFound('Action', id);
      return show(model, row);
    });
  };
  return [
    [operations.create, create],
    [operations.describe, describe],
  ];
}

const show = (model: string, row: SyncRow): ApiObject =>
  writeModel(model, {
    type: 'synchronize',
    status: row.state.toUpperCase(),
    submittedTime: row.submitted_at.getTime(),
    ID: row.id,
  });
