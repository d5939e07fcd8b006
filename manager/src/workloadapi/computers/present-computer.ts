import { type ApiObject, propertiesOf, writeModel } from '@sakimori/contract/workload-security/index';
import {
  type ConfigurationView,
  type Layer,
  type ModuleName,
  moduleNames,
  type Scope,
  scopeOf,
} from '../../configuration/index.ts';
import type { PieceWriter } from '../http/json-pieces.ts';
import { wireModule } from '../policies/present-policy.ts';
import { moduleStatus } from './module-status.ts';
import type { ComputerState } from './store.ts';
import { computerStatus, securityUpdates, tasksOf } from './what-agents-say.ts';

/** Parts of a computer that `expand` asks for. */
const summaries = [
  ...['azureARMVirtualMachineSummary', 'azureVMVirtualMachineSummary', 'ec2VirtualMachineSummary'],
  ...['noConnectorVirtualMachineSummary', 'vmwareVMVirtualMachineSummary', 'vcloudVMVirtualMachineSummary'],
  ...['workspaceVirtualMachineSummary', 'gcpVirtualMachineSummary'],
];
const parts: readonly string[] = [
  ...['computerStatus', 'tasks', 'securityUpdates', 'computerSettings', 'interfaces', 'ESXSummary'],
  ...moduleNames,
  ...summaries,
];
const bundles: Readonly<Record<string, readonly string[]>> = {
  all: parts,
  none: [],
  allSecurityModules: moduleNames,
  allVirtualMachineSummaries: summaries,
};

/** The parts that an `expand` names; without one, all. What we do not know is let be. */
export function expandedParts(expand: readonly string[] | undefined): ReadonlySet<string> {
  return new Set((expand ?? ['all']).flatMap((name) => bundles[name] ?? (parts.includes(name) ? [name] : [])));
}

/** Does composing these parts need what the agent says of its modules? */
export const needsSaid = (wanted: ReadonlySet<string>): boolean =>
  ['computerStatus', 'tasks', ...moduleNames].some((part) => wanted.has(part));

export type ComposeOptions = { readonly wanted: ReadonlySet<string>; readonly overrides: boolean };

/** Composes computers of one account; what those of one policy have in common is worked out once. */
export class ComputerComposer {
  readonly #view: ConfigurationView;
  readonly #options: ComposeOptions;
  readonly #scopes = new Map<number, Shared>();
  readonly #segments: Segments;

  constructor(view: ConfigurationView, options: ComposeOptions) {
    this.#view = view;
    this.#options = options;
    this.#segments = segmentsOf(options.wanted);
  }

  /** As an object, for one computer or for tests of a search. */
  compose(state: ComputerState): ApiObject {
    const shared = this.#sharedOf(state);
    const wanted = this.#options.wanted;
    return writeModel('Computer', {
      ...basicsOf(state),
      ...this.#own(state, shared),
      ...(wanted.has('computerSettings') ? { computerSettings: this.#settings(shared) } : {}),
      ...Object.fromEntries(
        moduleNames.filter((name) => wanted.has(name)).map((name) => [name, this.#module(state, shared, name)]),
      ),
    });
  }

  /** The same as JSON, for long listings. */
  write(state: ComputerState, writer: PieceWriter): void {
    const shared = this.#sharedOf(state);
    const own = writeModel('Computer', { ...basicsOf(state), ...this.#own(state, shared) });
    const [first, others] = this.#segments;
    let text = JSON.stringify(others.length === 0 ? own : pick(own, first)).slice(0, -1);
    for (const segment of others) {
      if (segment === 'computerSettings') {
        writer.add(`${text},"computerSettings":`);
        writer.addShared(shared.writtenSettings(() => this.#settings(shared)));
        text = '';
      } else if (typeof segment === 'string') text += `,"${segment}":${this.#writtenModule(state, shared, segment)}`;
      else {
        const json = JSON.stringify(pick(own, segment));
        if (json !== '{}') text += `,${json.slice(1, -1)}`;
      }
    }
    writer.add(`${text}}`);
  }

  #sharedOf(state: ComputerState): Shared {
    if (state.overrides) return new Shared(scopeOf(this.#view, state.policy_id ?? undefined, state.overrides));
    const key = state.policy_id ?? 0;
    const shared = this.#scopes.get(key) ?? new Shared(scopeOf(this.#view, state.policy_id ?? undefined, noLayer));
    this.#scopes.set(key, shared);
    return shared;
  }

  #own(state: ComputerState, { scope }: Shared): ApiObject {
    const { wanted } = this.#options;
    return {
      ...(wanted.has('computerStatus') ? { computerStatus: computerStatus(state) } : {}),
      ...(wanted.has('tasks') ? { tasks: tasksOf(state) } : {}),
      ...(wanted.has('securityUpdates') ? { securityUpdates: securityUpdates(state) } : {}),
      ...(wanted.has('interfaces') ? { interfaces: interfacesOf(state, scope) } : {}),
      ...Object.fromEntries(Object.entries(state.summary ?? {}).filter(([name]) => wanted.has(name))),
    };
  }

  #settings(shared: Shared): ApiObject {
    return this.#options.overrides ? { ...shared.scope.own.settings } : shared.scope.settings();
  }

  #module(state: ComputerState, shared: Shared, name: ModuleName): ApiObject {
    if (this.#options.overrides) return wireModule(shared.scope.ownModule(name), shared.scope, name);
    const { effective, wire } = shared.module(name);
    return { ...wire, moduleStatus: moduleStatus(state, name, effective) };
  }

  /** `moduleStatus` is all that differs from one computer of a policy to the next. */
  #writtenModule(state: ComputerState, shared: Shared, name: ModuleName): string {
    if (this.#options.overrides) return JSON.stringify(writeModel(modelOf(name), this.#module(state, shared, name)));
    const { effective, text } = shared.module(name);
    return `${text},"moduleStatus":${JSON.stringify(moduleStatus(state, name, effective))}}`;
  }
}

/** The properties of a computer in their order: those that are its own together, and each that is shared or a module by itself. */
type Segments = readonly [
  first: readonly string[],
  others: readonly (readonly string[] | 'computerSettings' | ModuleName)[],
];

function segmentsOf(wanted: ReadonlySet<string>): Segments {
  const first: string[] = [];
  const others: (string[] | 'computerSettings' | ModuleName)[] = [];
  let own = first;
  for (const name of Object.keys(propertiesOf('Computer'))) {
    if (!isShared(name)) own.push(name);
    else if (wanted.has(name)) {
      own = [];
      others.push(name, own);
    }
  }
  return [first, others];
}

const isShared = (name: string): name is 'computerSettings' | ModuleName =>
  name === 'computerSettings' || (moduleNames as readonly string[]).includes(name);

function pick(object: ApiObject, names: readonly string[]): ApiObject {
  const picked: ApiObject = {};
  for (const name of names) if (name in object) picked[name] = object[name];
  return picked;
}

const modelOf = (name: ModuleName): string => propertiesOf('Computer')[name]!.type;
const noLayer: Layer = Object.freeze({});

/** What is in force for the computers of one policy. */
class Shared {
  readonly scope: Scope;
  readonly #modules = new Map<ModuleName, { effective: ApiObject; wire: ApiObject; text: string }>();
  #settings: Buffer | undefined;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  module(name: ModuleName): { effective: ApiObject; wire: ApiObject; text: string } {
    let entry = this.#modules.get(name);
    if (!entry) {
      const effective = this.scope.module(name);
      const wire = withNoConfiguration(name, wireModule(effective, this.scope, name));
      entry = { effective, wire, text: JSON.stringify(writeModel(modelOf(name), wire)).slice(0, -1) };
      this.#modules.set(name, entry);
    }
    return entry;
  }

  writtenSettings(compose: () => ApiObject): Buffer {
    this.#settings ??= Buffer.from(JSON.stringify(compose()));
    return this.#settings;
  }
}

/** A computer without a policy answers 0 where a configuration would be named. */
function withNoConfiguration(name: ModuleName, wire: ApiObject): ApiObject {
  if (name === 'applicationControl') return { maintenanceModeStatus: 'off', ...wire };
  if (name !== 'antiMalware') return wire;
  const none = { realTimeScanConfigurationID: 0, realTimeScanScheduleID: 0, manualScanConfigurationID: 0 };
  return { ...none, scheduledScanConfigurationID: 0, ...wire };
}

function basicsOf(state: ComputerState): ApiObject {
  return {
    hostName: state.host_name,
    displayName: state.display_name,
    description: state.description,
    lastIPUsed: addressOf(state) ?? '',
    platform: state.os ?? 'Unknown',
    groupID: state.group_id ?? 0,
    policyID: state.policy_id ?? undefined,
    assetImportanceID: state.asset_importance_id ?? undefined,
    relayListID: state.relay_list_id ?? 0,
    agentFingerPrint: state.serial ? fingerprint(state.serial) : undefined,
    lastAgentCommunication: state.last_seen_at?.getTime(),
    lastSendPolicyRequest: state.requested_at?.getTime() ?? (state.policy_id ? state.created_at?.getTime() : undefined),
    lastSendPolicySuccess: state.applied ? state.requested_at?.getTime() : undefined,
    agentVersion: state.agent_version ?? '0.0.0.0',
    biosUUID: undefined,
    hostGUID: state.guid.toUpperCase(),
    ID: state.id,
  };
}

/** As certificates are told apart by people: pairs of digits. */
const fingerprint = (serial: string): string => serial.toUpperCase().replace(/(..)(?=.)/g, '$1:');

/** The first address that other machines could reach. */
function addressOf(state: ComputerState): string | undefined {
  for (const { addresses } of state.interfaces ?? [])
    for (const address of addresses) if (!/^(127\.|::1|fe80:|169\.254\.)/i.test(address)) return address.split('/')[0];
  return undefined;
}

function interfacesOf(state: ComputerState, scope: Scope): ApiObject {
  const types = scope.view.list('InterfaceType').filter((type) => type['_policyID'] === state.policy_id);
  return {
    interfaces: (state.interfaces ?? []).map(({ name, mac, addresses, dhcp }, index) => ({
      interfaceTypeID: types.find((type) => matchesAny(type['matches'] as string[] | undefined, name))?.['ID'] ?? 0,
      name,
      displayName: name,
      detected: true,
      ID: index + 1,
      MAC: mac,
      DHCP: dhcp ?? false,
      IPs: addresses,
    })),
  };
}

const matchesAny = (patterns: readonly string[] | undefined, name: string): boolean =>
  (patterns ?? []).some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name,
  );
