import { createHash } from 'node:crypto';
import { SigmaFault, SigmaLeftOut, type SigmaPlace } from './fault.ts';
import type { SigmaDetectionRule } from './model.ts';
import { entryOf, textOf, textsOf, type YamlMap } from './yaml.ts';

type Head = Omit<SigmaDetectionRule, 'source' | 'detection'>;

/** OSSEC's level of each of Sigma's; the severity of a detection follows from it. `informational` is below what a policy records of itself. */
const levels: Readonly<Record<string, number>> = { informational: 2, low: 5, medium: 8, high: 12, critical: 14 };
const levelDefault = 'medium';
const statuses = ['stable', 'test', 'testing', 'experimental', 'deprecated', 'unsupported'];

/** What stands over every rule. @throws SigmaFault, SigmaLeftOut for one that its author has withdrawn */
export function readHead(map: YamlMap): Head {
  const title = textOf(map, 'title');
  if (!title) throw new SigmaFault(map.place, '`title` is missing');
  if (title.length > 256) throw new SigmaFault(placeOf(map, 'title'), 'a title has at most 256 characters');
  const taxonomy = textOf(map, 'taxonomy');
  const status = textOf(map, 'status')?.toLowerCase();
  if (status !== undefined && !statuses.includes(status))
    throw new SigmaFault(placeOf(map, 'status'), `\`${status}\` is no status: ${statuses.join(', ')}`);
  const level = textOf(map, 'level')?.toLowerCase() ?? levelDefault;
  if (levels[level] === undefined)
    throw new SigmaFault(placeOf(map, 'level'), `\`${level}\` is no level: ${Object.keys(levels).join(', ')}`);
  if (status === 'deprecated' || status === 'unsupported')
    throw new SigmaLeftOut(placeOf(map, 'status'), `its status is \`${status}\``);
  if (taxonomy !== undefined && taxonomy !== 'sigma')
    throw new SigmaLeftOut(placeOf(map, 'taxonomy'), `its fields are named by the taxonomy \`${taxonomy}\``);
  const titleJa = textOf(map, 'title_ja');
  const description = textOf(map, 'description');
  const falsePositives = textsOf(map, 'falsepositives').map(({ text }) => text.slice(0, 1000));
  const attack = attackOf(map);
  return {
    id: readId(map),
    title,
    ...(titleJa ? { titleJa: titleJa.slice(0, 300) } : {}),
    ...(description ? { description: description.slice(0, 4000) } : {}),
    ...(falsePositives.length > 0 ? { falsePositives: falsePositives.slice(0, 50) } : {}),
    level: levels[level]!,
    ...(attack.length > 0 ? { attack } : {}),
    told: true,
  };
}

export const placeOf = (map: YamlMap, key: string): SigmaPlace => entryOf(map, key)?.value.place ?? map.place;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The id is optional. A rule without one gets the same at every reading of the same title and detection. */
function readId(map: YamlMap): string {
  const id = textOf(map, 'id')?.toLowerCase();
  if (id === undefined) return idOf(JSON.stringify(map.entries.map(({ key, value }) => [key, withoutPlaces(value)])));
  if (!uuid.test(id)) throw new SigmaFault(placeOf(map, 'id'), '`id` must be a UUID');
  return id;
}

const withoutPlaces = (value: unknown): string =>
  JSON.stringify(value, (key, inner: unknown) => (key === 'place' || key === 'keyPlace' ? undefined : inner));

/** A UUID of version 8 made of a text (RFC 9562, section 5.8). */
function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function attackOf(map: YamlMap): string[] {
  const tags = textsOf(map, 'tags').map(({ text }) => /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(text)?.[1]?.toUpperCase());
  return [...new Set(tags.filter((tag) => tag !== undefined))].slice(0, 20);
}

/** How a correlation or filter may name a rule. */
export const namesOf = (map: YamlMap, { id }: { readonly id: string }): string[] => {
  const name = textOf(map, 'name');
  return name ? [id, name] : [id];
};
