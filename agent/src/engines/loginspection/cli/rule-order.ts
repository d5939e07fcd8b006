import { compileOsMatch, type Pattern, Subject } from '../patterns/index.ts';
import { readXml, type XmlElement, type XmlFile } from '../xml.ts';

/** What a file of rules or decoders has, and what must have been loaded before it. */
interface Contents {
  readonly file: XmlFile;
  /** Ids of rules, names of decoders. */
  readonly ids: ReadonlySet<string>;
  readonly groups: readonly Subject[];
  readonly neededIds: ReadonlySet<string>;
  readonly neededGroups: readonly Pattern[];
}

/**
 * Rules and decoders refer to those before them, and by name files do not stand so. Puts each file behind those it refers to, otherwise by name; of
 * files that refer to each other's groups the first that finds something goes first. @throws RuleFileFault where a file is no XML
 */
export function byReference(files: readonly XmlFile[]): XmlFile[] {
  const open = files.map(read);
  const done: Contents[] = [];
  while (open.length > 0) {
    const free = open.filter((one) => !open.some((other) => other !== one && definesIdFor(other, one)));
    const next =
      free.find((one) => !open.some((other) => other !== one && definesGroupFor(other, one))) ??
      free.find(({ neededGroups }) =>
        neededGroups.every((group) => done.some(({ groups }) => groups.some((text) => group.test(text)))),
      ) ??
      free[0] ??
      open[0]!;
    open.splice(open.indexOf(next), 1);
    done.push(next);
  }
  return done.map(({ file }) => file);
}

const definesIdFor = (other: Contents, one: Contents) =>
  [...one.neededIds].some((id) => !one.ids.has(id) && other.ids.has(id));

const definesGroupFor = (other: Contents, one: Contents) =>
  one.neededGroups.some((group) => other.groups.some((text) => group.test(text)));

function read(file: XmlFile): Contents {
  const ids = new Set<string>();
  const neededIds = new Set<string>();
  const groups = new Set<string>();
  const neededGroups = new Set<string>();
  for (const element of readXml(file).elements) {
    if (element.name === 'decoder') {
      ids.add(element.attributes['name'] ?? '');
      const parent = textOf(element, 'parent').trim();
      if (parent !== '') neededIds.add(parent);
      continue;
    }
    for (const rule of element.children) {
      const text = (name: string) => textOf(rule, name);
      const id = rule.attributes['id'] ?? '';
      (rule.attributes['overwrite'] === 'yes' ? neededIds : ids).add(id);
      groups.add((element.attributes['name'] ?? '') + text('group'));
      for (const needed of `${text('if_sid')} ${text('if_matched_sid')}`.split(/[\s,]+/))
        if (needed !== '') neededIds.add(needed);
      for (const needed of [text('if_group').trim(), text('if_matched_group').trim()])
        if (needed !== '') neededGroups.add(needed);
    }
  }
  return {
    file,
    ids,
    groups: [...groups].map((text) => new Subject(text)),
    neededIds,
    neededGroups: [...neededGroups].flatMap(compiled),
  };
}

const textOf = (rule: XmlElement, name: string) =>
  rule.children
    .filter((child) => child.name === name)
    .map((child) => child.text)
    .join('');

/** What is wrong with a pattern is told when the file is loaded. */
function compiled(source: string): Pattern[] {
  try {
    return [compileOsMatch(source)];
  } catch {
    return [];
  }
}
