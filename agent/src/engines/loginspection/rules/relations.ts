import { slot } from '../event.ts';
import type { XmlElement } from '../xml.ts';
import type { Relation } from './rule.ts';

type Value = Relation['value'];

const same = (value: Value): Relation => ({ kind: 'same', value });
const different = (value: Value): Relation => ({ kind: 'different', value });

const srcip: Value = (event) => event.textAt(slot.srcip);
const user: Value = (event) => event.textAt(slot.dstuser);
const host: Value = (event) => event.textAt(slot.hostname);
const field = (name: 'id' | 'url' | 'srcport' | 'dstport'): Value => {
  const at = slot[name];
  return (event) => event.textAt(at);
};
/** Nothing looks addresses up here: no event has a country, so that none counts with another. */
const country: Value = () => undefined;

/** `<same_*>` and `<different_*>`, OSSEC's names and the shorter ones that people write. */
const relations: Readonly<Record<string, Relation>> = {
  same_source_ip: same(srcip),
  same_srcip: same(srcip),
  same_user: same(user),
  same_id: same(field('id')),
  same_location: same(host),
  same_src_port: same(field('srcport')),
  same_srcport: same(field('srcport')),
  same_dst_port: same(field('dstport')),
  same_dstport: same(field('dstport')),
  different_url: different(field('url')),
  different_srcip: different(srcip),
  different_source_ip: different(srcip),
  different_user: different(user),
  different_id: different(field('id')),
  different_srcgeoip: different(country),
};

/** `<not_same_*>` takes a relation back. */
const withdrawals: Readonly<Record<string, readonly string[]>> = {
  not_same_source_ip: ['same_source_ip', 'same_srcip'],
  not_same_user: ['same_user'],
  not_same_id: ['same_id'],
  not_same_agent: ['same_location'],
};

export const relationNames: readonly string[] = [...Object.keys(relations), ...Object.keys(withdrawals)];

/** What a rule of ours asks of two events. */
export function readRelations(rule: XmlElement): Relation[] {
  const withdrawn = rule.children.flatMap((child) => withdrawals[child.name] ?? []);
  return rule.children
    .map((child) => child.name)
    .filter((name) => relations[name] && !withdrawn.includes(name))
    .map((name) => relations[name]!);
}

/** What OSSEC 4.x reads and never heeds; and what it heeds when it looks through all events for `if_matched_regex`. */
const unheeded = ['different_srcip', 'not_same_agent'];
const heededByRegex = ['same_user', 'same_id', 'same_source_ip', 'same_srcip', 'different_url', 'different_srcgeoip'];

/** What a rule asks of two events as OSSEC 4.x heeds it: one after the other, so that what is withdrawn may be asked for again behind it. */
export function readOssecRelations(rule: XmlElement, isRegex: boolean): Relation[] {
  const asked = new Set<string>();
  for (const { name } of rule.children) {
    if (unheeded.includes(name) || (isRegex && relations[name] && !heededByRegex.includes(name))) continue;
    if (relations[name]) asked.add(name);
    for (const withdrawn of withdrawals[name] ?? []) asked.delete(withdrawn);
  }
  return [...asked].map((name) => relations[name]!);
}
