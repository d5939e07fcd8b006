import {
  type EntityKind,
  type EntityMatch,
  entityAttributes,
  entityEvents,
  standardEntityAttributes,
} from '@sakimori/contract';
import { IntegrityRuleFault, type UnsupportedPart } from './integrity-fault.ts';
import type { RuleElement } from './integrity-xml.ts';

/** What an entity set of a rule watches besides files: the part of a contract rule that its XML says. */
export type WatchedEntities = {
  readonly entity: EntityKind;
  readonly include: readonly EntityMatch[];
  readonly exclude: readonly EntityMatch[];
  readonly realTime?: false;
  readonly attributes: readonly string[];
};
export type ReadEntities = {
  readonly entities: readonly WatchedEntities[];
  readonly unsupported: readonly UnsupportedPart[];
};

/** Names of the public language, upper case, and what they are with us; none: what exists on Windows alone. */
type Names = Readonly<Record<string, readonly string[]>>;
type Set = { readonly entity: EntityKind; readonly names: Names };

const accountNames: Names = {
  ...{ DISABLED: ['lockedOut', 'accountExpires'], LOCKEDOUT: ['lockedOut'], USER: ['uid'], DEFAULTGROUP: ['group'] },
  ...{ PASSWORDHASEXPIRED: ['passwordExpires'], PASSWORDNEVEREXPIRES: ['passwordExpires'] },
};
const sets: Readonly<Record<string, Set>> = {
  UserSet: { entity: 'user', names: accountNames },
  GroupSet: { entity: 'group', names: { GROUP: ['gid'] } },
  ServiceSet: {
    entity: 'service',
    names: {
      ...{ BINARYPATHNAME: ['program', 'definition'], DISPLAYNAME: ['definition'], DESCRIPTION: ['definition'] },
      ...{ LOGONAS: ['user'], FIRSTFAILURE: ['definition'], SECONDFAILURE: ['definition'] },
      ...{ SUBSEQUENTFAILURES: ['definition'], RESETFAILCOUNTAFTER: ['definition'], DEPENDSON: ['definition'] },
    },
  },
  ProcessSet: {
    entity: 'process',
    names: { COMMANDLINE: ['arguments'], GROUP: ['groups'], PATH: ['name'], PROCESS: ['name'], USER: ['users'] },
  },
  PortSet: {
    entity: 'port',
    names: { CREATED: entityEvents, PATH: ['program'], PROCESS: ['program'], PROCESSID: ['program'] },
  },
  InstalledSoftwareSet: { entity: 'software', names: { NAME: entityEvents, INSTALLEDDATE: ['version'] } },
  // Our own: the public language has no words for them.
  CronSet: { entity: 'cron', names: {} },
  KernelModuleSet: { entity: 'kernel_module', names: {} },
  SshKeySet: { entity: 'ssh_key', names: {} },
};
/** The element that watches this kind. */
export const setOfEntity = (entity: EntityKind): string =>
  Object.entries(sets).find(([, set]) => set.entity === entity)![0];

const ofWindows = ['RegistryKeySet', 'RegistryValueSet', 'WQLSet', 'QuerySet'];

/** Conditions of the public language beside the key, and the attribute that they ask for. */
const conditions: Readonly<Partial<Record<EntityKind, Readonly<Record<string, string>>>>> = {
  process: { PROCESS: 'name', USER: 'users', GROUP: 'groups' },
  port: { PATH: 'program', USER: 'user' },
  service: { PATH: 'program', STATE: 'state', STARTTYPE: 'startType' },
};

/**
 * Reads an entity set that is about something else than files.
 * @throws IntegrityRuleFault with line and column
 */
export function readEntities(element: RuleElement): ReadEntities {
  const { name, place, children } = element;
  if (ofWindows.includes(name)) {
    const reason = `A ${name} is about what exists on Windows alone. It is kept and watches nothing here.`;
    return { entities: [], unsupported: [{ code: 'windows', what: name, reason, place }] };
  }
  const set = Object.hasOwn(sets, name) ? sets[name] : undefined;
  if (!set) throw new IntegrityRuleFault(`There is no entity set ${JSON.stringify(name.slice(0, 100))}.`, place);
  const unsupported: UnsupportedPart[] = [];
  for (const option of Object.keys(element.attributes).filter((one) => one !== 'onChange'))
    unsupported.push({ code: 'option', what: option, reason: `${name} has no option ${option} here.`, place });
  for (const part of children.filter((child) => !['include', 'exclude', 'attributes'].includes(child.name)))
    unsupported.push({
      ...{ code: 'option', what: part.name, place: part.place },
      reason: `An element ${part.name} says nothing here.`,
    });
  const include = matchesOf(set.entity, children, 'include', unsupported);
  const exclude = matchesOf(set.entity, children, 'exclude', unsupported);
  const attributes = attributesOf(set, children, unsupported);
  return {
    entities: [
      {
        entity: set.entity,
        include: include.length > 0 ? include : [{}],
        exclude,
        ...(isInRealTime(element) ? {} : { realTime: false }),
        attributes,
      },
    ],
    unsupported,
  };
}

function isInRealTime({ name, place, attributes }: RuleElement): boolean {
  const text = attributes['onChange']?.trim().toLowerCase() ?? 'false';
  if (text !== 'true' && text !== 'false')
    throw new IntegrityRuleFault(`onChange of ${name} must be true or false.`, place);
  return text === 'true';
}

function matchesOf(
  entity: EntityKind,
  children: readonly RuleElement[],
  name: 'include' | 'exclude',
  unsupported: UnsupportedPart[],
): EntityMatch[] {
  return children
    .filter((child) => child.name === name)
    .flatMap((child) => {
      const { key, ...features } = withSubElements(child);
      const where: Record<string, string> = {};
      const unknown: string[] = [];
      let pattern = key?.trim() || undefined;
      if (entity === 'process' && pattern) pattern = processKey(pattern, where);
      for (const [feature, value] of Object.entries(features)) {
        // The program's path is the key of a process.
        const isPath = entity === 'process' && feature.toUpperCase() === 'PATH' && pattern === undefined;
        const attribute = attributeOf(entity, feature);
        if (isPath) pattern = value;
        else if (attribute) where[attribute] = value;
        else unknown.push(feature);
      }
      unsupported.push(...unknown.map((what) => unknownCondition(what, name, child)));
      // Excluding more than was asked for would leave unwatched what somebody wants watched.
      if (name === 'exclude' && unknown.length > 0) return [];
      const hasWhere = Object.keys(where).length > 0;
      return [{ ...(pattern === undefined ? {} : { key: pattern }), ...(hasWhere ? { where } : {}) }];
    });
}

/** What a condition asks for stands as an attribute, or as an element of its own with the value in `value`. */
const withSubElements = ({ attributes, children }: RuleElement): Record<string, string> => ({
  ...attributes,
  ...Object.fromEntries(children.map((child) => [child.name, child.attributes['value'] ?? ''])),
});

/** `httpd/1234` in the public language: the short name and the number of the process. A number says nothing about what runs, so the name counts. */
function processKey(key: string, where: Record<string, string>): string | undefined {
  if (key.startsWith('/') || key.startsWith('[')) return key;
  const [name = ''] = key.split('/', 1);
  if (name !== '' && name !== '*' && name !== '**') where['name'] = name;
  return undefined;
}

function attributeOf(entity: EntityKind, feature: string): string | undefined {
  const own = (entityAttributes[entity] as readonly string[]).find(
    (one) => one.toUpperCase() === feature.toUpperCase(),
  );
  return conditions[entity]?.[feature.toUpperCase()] ?? own;
}

function unknownCondition(what: string, name: 'include' | 'exclude', { place }: RuleElement): UnsupportedPart {
  const why = /^commandline$/i.test(what)
    ? 'Command lines may hold secrets, and the agent keeps a digest of them alone'
    : `The agent cannot ask for ${what}`;
  const effect = name === 'include' ? 'what else is named is watched whether it holds or not' : 'nothing is excluded';
  return { code: 'condition', what, reason: `${why}; ${effect}.`, place };
}

function attributesOf(set: Set, children: readonly RuleElement[], unsupported: UnsupportedPart[]): string[] {
  const named = children.filter(({ name }) => name === 'attributes').flatMap((list) => list.children);
  if (named.length === 0) return standardEntityAttributes(set.entity);
  // That one comes or goes is always told, but by a rule that names one of the two alone.
  const events = entityEvents.filter((event) => named.some(({ name }) => name === event));
  const watched = new Set<string>(events.length > 0 ? events : entityEvents);
  for (const { name, place } of named) {
    const key = name.toUpperCase();
    const own = (entityAttributes[set.entity] as readonly string[]).find((one) => one.toUpperCase() === key);
    const known =
      key === 'STANDARD' ? standardEntityAttributes(set.entity) : (set.names[key] ?? (own ? [own] : undefined));
    if (known) for (const attribute of known) watched.add(attribute);
    else if (!(events as readonly string[]).includes(name))
      unsupported.push({
        ...{ code: 'attribute', what: name, place },
        reason: `${name} exists on Windows only, or says nothing about a ${set.entity.replace('_', ' ')} here.`,
      });
  }
  return [...entityEvents, ...entityAttributes[set.entity]].filter((attribute) => watched.has(attribute));
}
