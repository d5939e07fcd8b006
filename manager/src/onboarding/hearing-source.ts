import {
  type Actor,
  type Contradiction,
  contactPurposes,
  type HearingAnswers,
  type Order,
  type OrderRecipient,
  pathText,
} from '@sakimori/contract';
import type { Desk } from '../customers/index.ts';
import { bindSheet, type LatestSheet, latestSheet, sheetFaultsAgainstOrder } from '../hearing/index.ts';
import type { Tx } from '../platform/index.ts';

/** What a hearing sheet says of things that an order says too. */
export type Heard = {
  /** What it is called as evidence. */
  readonly title: string;
  readonly id: string;
  /** Nothing is missing, and somebody said that it is so. */
  readonly confirmed: boolean;
  readonly contradictions: readonly Contradiction[];
  /** Who is told, where the sheet says it; it goes before the order. */
  readonly recipients?: readonly OrderRecipient[];
};

/** Where hearing sheets come from. */
export type HearingSource = {
  /** @param accountId of the account that is, or will be, issued for the order */
  readonly of: (tx: Tx, order: Order, accountId: string) => Promise<Heard | undefined>;
  /** Gives the sheet to the account that was issued. */
  readonly attach: (tx: Tx, actor: Actor, order: Order, accountId: string) => Promise<void>;
};

/** The sheets of the hearing room: the account's own, or before there is one that of the customer. */
export const hearingSheets = (desk: Pick<Desk, 'platform'>): HearingSource => {
  const sheetFor = async (tx: Tx, order: Order, accountId: string): Promise<LatestSheet | undefined> =>
    (await latestSheet(tx, { accountId })) ?? (await latestSheet(tx, { customerName: order.customerName }));
  return {
    of: async (tx, order, accountId) => {
      const sheet = await sheetFor(tx, order, accountId);
      return sheet?.version ? toHeard(sheet, sheet.version, order) : undefined;
    },
    attach: async (tx, actor, order, accountId) => {
      const sheet = await sheetFor(tx, order, accountId);
      if (sheet && sheet.accountId === undefined) await bindSheet(tx, desk, actor, sheet.hearingId, accountId);
    },
  };
};

const codes: Readonly<Record<string, Contradiction['code']>> = {
  ...{ orderCustomer: 'customerName', orderPlan: 'plan', serverPlan: 'plan' },
  ...{ orderNodes: 'servers', orderServers: 'servers', orderStart: 'startsOn' },
};

function toHeard(sheet: LatestSheet, version: NonNullable<LatestSheet['version']>, order: Order): Heard {
  const { answers, places } = version;
  const { customerName, plan, startsOn, servers } = order;
  const faults = sheetFaultsAgainstOrder(answers, { customerName, plan, startsOn, nodes: servers.length });
  const contradictions = faults.flatMap(({ code, path, facts }): Contradiction[] => {
    const place = path && places[pathText(path)];
    const known = codes[code];
    if (!known) return [];
    const said = { ordered: String(facts?.['order'] ?? ''), heard: String(facts?.['sheet'] ?? '') };
    return [{ code: known, ...said, ...(place ? { place } : {}) }];
  });
  const recipients = recipientsIn(answers);
  return {
    ...{ title: `v${version.number}${version.file ? ` ${version.file.name}` : ''}`, id: sheet.hearingId },
    ...{ confirmed: version.state === 'confirmed' },
    contradictions: [...contradictions, ...otherNames(answers, order)].slice(0, 20),
    ...(recipients.length > 0 ? { recipients } : {}),
  };
}

/** The same number of servers under other names is a contradiction too: a host enrols by its name. */
function otherNames(answers: HearingAnswers, order: Order): Contradiction[] {
  const heard = (answers.tables['servers'] ?? []).flatMap(({ cells }) => cells['name'] ?? []);
  const ordered = order.servers.map(({ name }) => name);
  const known = new Set(ordered.map((name) => name.toLowerCase()));
  const same = heard.length === ordered.length && heard.every((name) => known.has(name.toLowerCase()));
  if (heard.length === 0 || same) return [];
  return [{ code: 'servers', ordered: ordered.join(', ').slice(0, 1000), heard: heard.join(', ').slice(0, 1000) }];
}

const recipientsIn = (answers: HearingAnswers): OrderRecipient[] =>
  (answers.tables['contacts'] ?? []).flatMap(({ cells: { name, mail, language, ...cells } }) =>
    name === undefined || mail === undefined
      ? []
      : [
          {
            ...{ name, mail, language: language === 'en' ? ('en' as const) : ('ja' as const) },
            purposes: contactPurposes.filter((purpose) => cells[purpose] === 'yes'),
          },
        ],
  );
