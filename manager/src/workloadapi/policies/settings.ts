import {
  type ApiObject,
  builtInSettings,
  isSetting,
  readModel,
  readSetting,
  type SettingsScope,
} from '@sakimori/contract/workload-security/index';
import {
  type ConfigurationEdit,
  type ConfigurationView,
  defaultSetting,
  defaultSettingsKind,
  type Layer,
  singletonId,
  systemSetting,
  systemSettingsKind,
} from '../../configuration/index.ts';
import { checkSettings } from '../../policies/index.ts';
import { badRequest, notFound } from '../http/api-fault.ts';
import type { Call, Handler } from '../http/call.ts';
import { checkSize } from '../resources/sizes.ts';
import { demandOn, findTarget, targetAgain, writeLayer } from './target.ts';

/** Settings of the whole account: the default policy settings and the system settings. */
type Singleton = {
  readonly scope: SettingsScope;
  readonly kind: string;
  readonly inForce: (view: ConfigurationView, name: string) => string;
};
const defaults: Singleton = { scope: 'default', kind: defaultSettingsKind, inForce: defaultSetting };
const system: Singleton = { scope: 'system', kind: systemSettingsKind, inForce: systemSetting };

const editRight = 'platformRights.settingRights.canEditSettings';
const viewRight = 'platformRights.settingRights.canViewSettings';

export const settingHandlers: readonly [string, Handler][] = [
  ...(['Policy', 'Computer'] as const).flatMap((kind): [string, Handler][] => [
    [`describe${kind}Setting`, (call) => describe(call)],
    [`modify${kind}Setting`, (call) => modify(call)],
    [`reset${kind}Setting`, (call) => reset(call)],
  ]),
  ['describeDefaultSetting', (call) => describeOne(call, defaults)],
  ['modifyDefaultSetting', (call) => modifyOne(call, defaults)],
  ['resetDefaultSetting', (call) => resetOne(call, defaults)],
  ['listDefaultSettings', (call) => listAll(call, defaults)],
  ['modifyDefaultSettings', (call) => modifyAll(call, defaults, 'DefaultPolicySettings')],
  ['describeSystemSetting', (call) => describeOne(call, system)],
  ['modifySystemSetting', (call) => modifyOne(call, system)],
  ['resetSystemSetting', (call) => resetOne(call, system)],
  ['listSystemSettings', (call) => listAll(call, system)],
  ['modifySystemSettings', (call) => modifyAll(call, system, 'SystemSettings')],
];

/** @throws ApiFault 404 for a name that is no setting */
function nameOf(call: Call, scope: SettingsScope): string {
  const name = call.params['name'] ?? '';
  if (!isSetting(scope, name)) throw notFound('setting', name.slice(0, 100));
  return name;
}

function valueIn(call: Call, name: string): string {
  if (call.body === undefined) throw badRequest('A SettingValue is needed as the body.');
  return readSetting(name, call.body, 'value');
}

function describe(call: Call): Promise<ApiObject> {
  const name = nameOf(call, 'policy');
  const { overrides } = call;
  return call.read(async (view, tx) => {
    const target = await findTarget(call, view, tx);
    demandOn(call, target, 'view');
    if (!overrides) return { value: target.scope.setting(name) };
    const own = target.layer.settings?.[name];
    return own ? { value: own.value } : {};
  });
}

async function modify(call: Call): Promise<ApiObject> {
  const name = nameOf(call, 'policy');
  const value = valueIn(call, name);
  return call.change(async (edit) => {
    const target = await findTarget(call, edit, edit.tx);
    demandOn(call, target, 'edit');
    checkSettings({ [name]: { value } }, target.layer.settings);
    await writeLayer(edit, target, { ...target.layer, settings: { ...target.layer.settings, [name]: { value } } });
    return { value };
  });
}

async function reset(call: Call): Promise<ApiObject> {
  const name = nameOf(call, 'policy');
  return call.change(async (edit) => {
    const target = await findTarget(call, edit, edit.tx);
    demandOn(call, target, 'edit');
    const { [name]: _, ...rest } = target.layer.settings ?? {};
    const { settings: __, ...layer } = target.layer;
    await writeLayer(edit, target, (Object.keys(rest).length > 0 ? { ...layer, settings: rest } : layer) as Layer);
    return { value: (await targetAgain(call, edit)).scope.setting(name) };
  });
}

function describeOne(call: Call, { scope, inForce }: Singleton): Promise<ApiObject> {
  call.demandRight(viewRight, 'view', 'settings');
  const name = nameOf(call, scope);
  return call.read(async (view) => ({ value: inForce(view, name) }));
}

function listAll(call: Call, singleton: Singleton): Promise<ApiObject> {
  call.demandRight(viewRight, 'view', 'settings');
  return call.read(async (view) => allOf(view, singleton));
}

const allOf = (view: ConfigurationView, { scope, inForce }: Singleton): ApiObject =>
  Object.fromEntries(Object.keys(builtInSettings[scope]).map((name) => [name, { value: inForce(view, name) }]));

async function modifyOne(call: Call, singleton: Singleton): Promise<ApiObject> {
  call.demandRight(editRight, 'edit', 'settings');
  const name = nameOf(call, singleton.scope);
  const value = valueIn(call, name);
  return call.change(async (edit) => {
    put(edit, singleton, { [name]: { value } });
    return { value };
  });
}

async function modifyAll(call: Call, singleton: Singleton, model: string): Promise<ApiObject> {
  call.demandRight(editRight, 'edit', 'settings');
  const given = call.body === undefined ? {} : readModel(model, call.body);
  return call.change(async (edit) => {
    put(edit, singleton, given as Record<string, { value: string }>);
    return allOf(edit, singleton);
  });
}

async function resetOne(call: Call, singleton: Singleton): Promise<ApiObject> {
  call.demandRight(editRight, 'edit', 'settings');
  const name = nameOf(call, singleton.scope);
  return call.change(async (edit) => {
    const { [name]: _, ...rest } = settingsOf(edit, singleton);
    edit.put(singleton.kind, singletonId, { ...edit.get(singleton.kind, singletonId), settings: rest });
    return { value: singleton.inForce(edit, name) };
  });
}

const settingsOf = (view: ConfigurationView, { kind }: Singleton): Record<string, { value: string }> =>
  (view.get(kind, singletonId)?.['settings'] as Record<string, { value: string }> | undefined) ?? {};

function put(edit: ConfigurationEdit, singleton: Singleton, given: Record<string, { value: string }>): void {
  const before = settingsOf(edit, singleton);
  checkSettings(given, before);
  const settings = { ...before, ...given };
  // What is ours and the API has no word for stays.
  edit.put(singleton.kind, singletonId, {
    ...edit.get(singleton.kind, singletonId),
    ...checkSize('Settings', { settings }),
  });
}
