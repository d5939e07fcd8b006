import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiObject, propertiesOf } from '@sakimori/contract/workload-security/index';
import { sha256 } from '../platform/index.ts';
import { shippedReportTemplates, shippedVersionControls } from './shipped-lists.ts';
import { shippedRoles } from './shipped-roles.ts';

/**
 * The objects that every account begins with, made from the data in `rules/`. They are part of the program: an account's rows overlay them, and a
 * newer version of the program brings newer content to every account at once. Properties that begin with `_` are ours and never leave.
 */
export type Shipped = {
  readonly objects: ReadonlyMap<string, ReadonlyMap<number, ApiObject>>;
  /** Changes when the content does. */
  readonly digest: string;
};

const rulesFolder = join(import.meta.dirname, '../../../rules');
let loaded: Shipped | undefined;

/** Read once. @throws Error where the shipped content is damaged */
export function shipped(): Shipped {
  loaded ??= load();
  return loaded;
}

type Raw = Record<string, unknown>;

function load(): Shipped {
  const reader = new Reader();
  const types = reader.read('ApplicationType', 'intrusion/application-types.json', 'applicationTypes');
  const typeIds = new Map(types.map((type) => [type['name'] as string, type['ID'] as number]));
  for (const path of globSync('intrusion/*.json', { cwd: rulesFolder }).sort())
    reader.read('IntrusionPreventionRule', path, 'rules', ({ applicationType, CVSSScore, ...rest }) => ({
      ...rest,
      ...(CVSSScore === undefined ? {} : { CVSSScore: String(CVSSScore) }),
      applicationTypeID: typeIds.get(String(applicationType)),
    }));
  for (const path of globSync('integrity/*.json', { cwd: rulesFolder }).sort())
    reader.read('IntegrityMonitoringRule', path, 'rules');
  reader.read('LogInspectionRule', 'loginspection/library.json', 'rules');
  readFirewall(reader);
  for (const [model, property] of antiMalwareLists) reader.read(model, 'antimalware/objects.json', property);
  reader.put('Role', shippedRoles());
  reader.put('ReportTemplate', shippedReportTemplates());
  reader.put('AgentVersionControlProfile', [{ ID: 1, name: 'Default' }]);
  reader.put('AgentVersionControl', shippedVersionControls());
  reader.read('Policy', 'policies/library.json', 'policies', (policy) => withAssigned(policy, reader));
  const objects = JSON.stringify([...reader.objects].map(([k, v]) => [k, [...v]]));
  return { objects: reader.objects, digest: sha256(objects + logInspectionTexts()) };
}

/** Objects of log inspection name their files; what is in those goes to agents too. */
const logInspectionTexts = (): string =>
  globSync('loginspection/{*.xml,names.ja.json}', { cwd: rulesFolder })
    .sort()
    .map((path) => readFileSync(join(rulesFolder, path), 'utf8'))
    .join('\n');

const antiMalwareLists = [
  ['DirectoryList', 'directoryLists'],
  ['FileList', 'fileLists'],
  ['FileExtensionList', 'fileExtensionLists'],
  ['AntiMalwareConfiguration', 'antiMalwareConfigurations'],
] as const;

function readFirewall(reader: Reader): void {
  const ids = {
    ip: idsByName(reader.read('IpList', 'firewall/lists.json', 'ipLists')),
    mac: idsByName(reader.read('MacList', 'firewall/lists.json', 'macLists')),
    port: idsByName(reader.read('PortList', 'firewall/lists.json', 'portLists')),
    context: idsByName(reader.read('Context', 'firewall/contexts.json', 'contexts')),
    schedule: idsByName(reader.read('Schedule', 'firewall/schedules.json', 'schedules')),
  };
  reader.read('StatefulConfiguration', 'firewall/stateful.json', 'statefulConfigurations');
  const properties = {
    ...{ sourceIPList: ids.ip, destinationIPList: ids.ip, sourceMACList: ids.mac, destinationMACList: ids.mac },
    ...{ sourcePortList: ids.port, destinationPortList: ids.port, context: ids.context, schedule: ids.schedule },
  };
  reader.read('FirewallRule', 'firewall/rules.json', 'rules', (rule) => {
    const resolved: Raw = { ...rule };
    for (const [property, known] of Object.entries(properties)) {
      if (!(property in rule)) continue;
      resolved[`${property}ID`] = known.get(String(rule[property]));
      delete resolved[property];
    }
    return resolved;
  });
}

const idsByName = (objects: readonly ApiObject[]) =>
  new Map(objects.map((object) => [object['name'] as string, object['ID'] as number]));

/** A shipped policy names what it assigns by the rules' names; the API knows ids. */
function withAssigned(policy: Raw, reader: Reader): Raw {
  const named: readonly [module: string, model: string][] = [
    ['firewall', 'FirewallRule'],
    ['intrusionPrevention', 'IntrusionPreventionRule'],
    ['integrityMonitoring', 'IntegrityMonitoringRule'],
    ['logInspection', 'LogInspectionRule'],
  ];
  const result: Raw = { ...policy };
  for (const [module, model] of named) {
    const { rules, ...rest } = (policy[module] ?? {}) as { rules?: readonly (string | number)[] };
    if (!rules) continue;
    result[module] = { ...rest, ruleIDs: rules.map((rule) => reader.idOf(model, rule)) };
  }
  const configurations = policy['antiMalware'] as Raw | undefined;
  if (configurations)
    result['antiMalware'] = Object.fromEntries(
      Object.entries(configurations).map(([name, value]) =>
        name.endsWith('ConfigurationID')
          ? [name, reader.idOf('AntiMalwareConfiguration', value as string)]
          : [name, value],
      ),
    );
  return result;
}

class Reader {
  readonly objects = new Map<string, Map<number, ApiObject>>();

  read(model: string, path: string, property: string, shape: (raw: Raw) => Raw = (raw) => raw): ApiObject[] {
    const content = JSON.parse(readFileSync(join(rulesFolder, path), 'utf8')) as Record<string, Raw[] | undefined>;
    return this.put(
      model,
      (content[property] ?? []).map((raw) => toObject(model, shape(raw))),
    );
  }

  put(model: string, objects: ApiObject[]): ApiObject[] {
    const known = this.objects.get(model) ?? new Map<number, ApiObject>();
    this.objects.set(model, known);
    for (const object of objects) {
      const id = object['ID'] as number;
      if (known.has(id)) throw new Error(`The shipped ${model} ${id} is there twice.`);
      known.set(id, Object.freeze(object));
    }
    return objects;
  }

  /** By id, name or key. */
  idOf(model: string, rule: string | number): number {
    for (const [id, object] of this.objects.get(model) ?? [])
      if (id === rule || object['name'] === rule || object['_key'] === rule) return id;
    throw new Error(`There is no shipped ${model} ${rule}.`);
  }
}

/** In `rules/` every rule has a number of its own; in the API the ids of each kind begin at 1, as clients' examples have them. */
const idsBegin: Readonly<Record<string, number>> = {
  IntrusionPreventionRule: 1000,
  LogInspectionRule: 3000,
  FirewallRule: 4000,
  IntegrityMonitoringRule: 5000,
};

/** Texts in two languages become the API's English one with ours beside it; days become instants; what is not the API's gets an underscore. */
function toObject(model: string, raw: Raw): ApiObject {
  const properties = propertiesOf(model);
  const begin = idsBegin[model] ?? 0;
  const object: ApiObject = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined) continue;
    if (name === 'ID' || name === 'dependsOn') {
      const ids = [value].flat().map((id) => Number(id) - begin);
      if (name === 'ID') object['ID'] = ids[0];
      else object['dependsOnRuleIDs'] = ids;
      continue;
    }
    const words = value as { en?: string; ja?: string } | null;
    if ((name === 'name' || name === 'description') && typeof words === 'object') {
      object[name] = words?.en;
      object[`_${name}Ja`] = words?.ja;
    } else if (properties[name]?.epochMs && typeof value === 'string') object[name] = Date.parse(value);
    else if (name === 'xml') object['customXML'] = Buffer.from(String(value)).toString('base64');
    else object[name in properties || name === 'settings' ? name : `_${name}`] = value;
  }
  return object;
}
