import {
  type CellFault,
  cellFaultsMax,
  clauseFacts,
  type Edition,
  entitlement,
  type Language,
  Order,
  phrase,
} from '@sakimori/contract';
import type { z } from 'zod';
import { sha256 } from '../platform/index.ts';
import type { Places, RawOrder } from './order-file.ts';
import { usualPlaces } from './order-file.ts';

export type CheckedOrder = { readonly order?: Order; readonly faults: CellFault[] };

/** The same order gives the same sum, whether it came as a file or from the page. */
export const sumOfOrder = (order: Order): string => sha256(JSON.stringify(Order.parse(order)));

/** An order from the page: its faults stand at the cells that its fields have in the workbook. */
export function checkGivenOrder(given: unknown, edition: Edition, language: Language): CheckedOrder {
  const order =
    given !== null && typeof given === 'object' && !Array.isArray(given) ? (given as Record<string, unknown>) : {};
  return checkOrder({ order, faults: [], places: usualPlaces(language) }, edition, language);
}

/** Every fault of an order at once: of its form, and of what the specification asks for (S18, S19, S34). */
export function checkOrder(
  { order: raw, faults: read, places }: RawOrder,
  edition: Edition,
  language: Language,
): CheckedOrder {
  const faults = [...read];
  const parsed = Order.safeParse(raw);
  const known = new Set(faults.map(({ field }) => field));
  if (!parsed.success)
    for (const issue of parsed.error.issues) {
      const field = issue.path.join('.');
      if (known.has(field) || faults.some(({ code }) => code === 'sheetMissing')) continue;
      known.add(field);
      faults.push(placed(places, field, ...shapeFault(issue, raw)));
    }
  else faults.push(...ruleFaults(parsed.data, places, edition, language));
  return faults.length > 0 || !parsed.success
    ? { faults: faults.slice(0, cellFaultsMax) }
    : { order: parsed.data, faults };
}

function placed(places: Places, field: string, code: CellFault['code'], facts: CellFault['facts'] = {}): CellFault {
  const place = places.get(field) ?? places.get(field.split('.')[0]!) ?? places.get('number');
  return {
    sheet: place?.sheet.slice(0, 100) ?? '',
    ...(place ? { cell: place.cell, label: place.label } : {}),
    ...{ field, code, facts },
  };
}

function shapeFault(issue: z.core.$ZodIssue, raw: Record<string, unknown>): [CellFault['code'], CellFault['facts']] {
  const given = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], raw);
  if (given === undefined || given === null || given === '') return ['required', {}];
  const value = String(given).slice(0, 60);
  if (issue.code === 'too_big')
    return issue.origin === 'string'
      ? ['tooLong', { max: Number(issue.maximum) }]
      : ['outOfRange', { value, max: Number(issue.maximum) }];
  if (issue.code === 'invalid_format') return [issue.format === 'email' ? 'notMail' : 'malformed', { value }];
  if (issue.code === 'invalid_value') return ['notChoice', { value, choices: issue.values.join(', ').slice(0, 300) }];
  return ['malformed', { value }];
}

/** What the specification asks of an order. */
function ruleFaults(order: Order, places: Places, edition: Edition, language: Language): CellFault[] {
  const faults: CellFault[] = [];
  const add = (field: string, code: CellFault['code'], facts: CellFault['facts'] = {}) =>
    void faults.push(placed(places, field, code, facts));
  const { nodesMin, support, basicContract, clauses } = edition.prerequisites;
  const clause = (number: string) => clauseFacts(edition, number) as Record<string, string>;
  if (order.endsOn !== undefined && order.endsOn < order.startsOn) add('endsOn', 'dateOrder');
  if (order.servers.length < nodesMin)
    add('servers', 'tooFewServers', { value: order.servers.length, min: nodesMin, ...clause(clauses.nodes) });
  const covers = (from: string | undefined, until: string | undefined) =>
    (from !== undefined || until !== undefined) &&
    (from ?? '') <= order.startsOn &&
    (until ?? '9999') >= order.startsOn;
  order.servers.forEach((server, index) => {
    const at = `servers.${index}`;
    for (const kind of ['basic', 'support'] as const) {
      const [from, until] = [server[`${kind}From`], server[`${kind}Until`]];
      if (from !== undefined && until !== undefined && until < from) add(`${at}.${kind}Until`, 'dateOrder');
    }
    if (support.length > 0 && !(support as readonly string[]).includes(server.support))
      add(`${at}.support`, 'supportNeeded', {
        value: phrase(language, `support.${server.support}`),
        ...clause(clauses.support),
      });
    else if (support.length > 0 && !covers(server.supportFrom, server.supportUntil))
      add(`${at}.supportUntil`, 'validityNeeded', { value: order.startsOn, ...clause(clauses.support) });
    if (basicContract && !covers(server.basicFrom, server.basicUntil))
      add(`${at}.basicUntil`, 'validityNeeded', { value: order.startsOn, ...clause(clauses.support) });
  });
  twice(
    order.servers.map(({ name }) => name.toLowerCase()),
    (index, other) =>
      add(`servers.${index}.name`, 'duplicate', {
        value: order.servers[index]!.name,
        other: places.get(`servers.${other}.name`)?.cell ?? '',
      }),
  );
  twice(
    order.recipients.map(({ mail }) => mail.toLowerCase()),
    (index, other) =>
      add(`recipients.${index}.mail`, 'duplicate', {
        value: order.recipients[index]!.mail,
        other: places.get(`recipients.${other}.mail`)?.cell ?? '',
      }),
  );
  if (!order.recipients.some(({ purposes }) => purposes.includes('alerts')))
    add('recipients.0.mail', 'noAlertRecipient');
  order.options.forEach(({ feature }, index) => {
    const entitled = entitlement(edition, order.plan, feature);
    if (entitled.outcome === 'paid') return;
    const facts = {
      value: phrase(language, `feature.${feature}`),
      plan: phrase(language, `plan.${order.plan}`),
      ...clause(entitled.clause),
    };
    add(`options.${index}.feature`, entitled.outcome === 'refused' ? 'notInPlan' : 'inPlan', facts);
  });
  return faults;
}

function twice(words: readonly string[], found: (index: number, other: number) => void): void {
  const seen = new Map<string, number>();
  words.forEach((word, index) => {
    const other = seen.get(word);
    if (other === undefined) seen.set(word, index);
    else found(index, other);
  });
}
