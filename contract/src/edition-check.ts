import { plans } from './account.ts';
import { Edition, features } from './edition.ts';
import { tableClause } from './entitlement.ts';

/** What is wrong with an edition's file, and where: `table.3.cells.highend.mark`. */
export type EditionFault = { readonly path: string; readonly problem: string };
export type CheckedEdition =
  | { readonly edition: Edition; readonly faults: readonly [] }
  | { readonly edition?: undefined; readonly faults: readonly EditionFault[] };

/**
 * Reads the text of an edition's file. All its faults at once: first those of its shape, and where that is right, those of what it says.
 * A file with any fault gives no edition.
 */
export function checkEdition(text: string): CheckedEdition {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { faults: [{ path: '', problem: `not JSON: ${(error as Error).message}` }] };
  }
  const parsed = Edition.safeParse(value);
  if (!parsed.success)
    return {
      faults: parsed.error.issues.flatMap(({ path, message, ...issue }) =>
        // One fault for each unknown key, so that each has its path.
        issue.code === 'unrecognized_keys'
          ? issue.keys.map((key) => ({ path: [...path, key].join('.'), problem: 'no such field' }))
          : [{ path: path.join('.'), problem: message }],
      ),
    };
  const faults = [...referenceFaults(parsed.data), ...tableFaults(parsed.data), ...timeFaults(parsed.data)];
  return faults.length > 0 ? { faults } : { edition: parsed.data, faults: [] };
}

/** Every clause, reading and set of hours that is named is there, wherever it is named. */
function referenceFaults(edition: Edition): EditionFault[] {
  const readings = new Set(edition.readings.map(({ id }) => id));
  const faults: EditionFault[] = [];
  const lacks = (path: string, problem: string): void => void faults.push({ path, problem });
  const clause = (path: string, number: string) => {
    if (!Object.hasOwn(edition.clauses, number)) lacks(path, `there is no clause ${number}`);
  };
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      const at = path ? `${path}.${key}` : key;
      if (typeof inner !== 'string') walk(inner, at);
      else if (key === 'clause') clause(at, inner);
      else if (key === 'reading' && !readings.has(inner)) lacks(at, `there is no reading ${inner}`);
      else if (key === 'hours' && !Object.hasOwn(edition.hours, inner)) lacks(at, `there are no hours ${inner}`);
    }
  };
  walk(edition, '');
  for (const feature of features)
    for (const [plan, number] of Object.entries(edition.features[feature].clauses ?? {}))
      clause(`features.${feature}.clauses.${plan}`, number);
  for (const [name, number] of Object.entries(edition.prerequisites.clauses))
    clause(`prerequisites.clauses.${name}`, number);
  for (const [index, number] of edition.terms.clauses.entries()) clause(`terms.clauses.${index}`, number);
  clause('clauses', tableClause);
  const deadlines = [
    ['reports.weekly.deadline', edition.reports.weekly.deadline],
    ['reports.monthly.deadline', edition.reports.monthly.deadline],
    ['meetings.notice', edition.meetings.notice],
  ] as const;
  for (const [path, name] of deadlines)
    if (!Object.hasOwn(edition.deadlines, name)) lacks(path, `there is no deadline ${name}`);
  return faults;
}

/** The table and what is asked of it fit each other. */
function tableFaults(edition: Edition): EditionFault[] {
  const rows = new Set(edition.table.map(({ id }) => id));
  const used = new Set(features.map((feature) => edition.features[feature].row));
  const faults: EditionFault[] = [];
  const wrong = (path: string, problem: string): void => void faults.push({ path, problem });
  const ids = (path: string, list: readonly { readonly id: string }[]) =>
    list.forEach(({ id }, index) => {
      if (list.findIndex((other) => other.id === id) < index) wrong(`${path}.${index}.id`, `${id} stands here twice`);
    });
  ids('table', edition.table);
  ids('readings', edition.readings);
  ids('cautions', edition.cautions);
  ids('targets', edition.targets);
  ids('scope.outOfScope', edition.scope.outOfScope);
  for (const feature of features) {
    const { row, grants } = edition.features[feature];
    if ((row === undefined) === (grants === undefined))
      wrong(`features.${feature}`, 'it has either a row of the table or grants of its own');
    if (row !== undefined && !rows.has(row)) wrong(`features.${feature}.row`, `the table has no row ${row}`);
  }
  edition.table.forEach(({ id }, index) => {
    if (!used.has(id)) wrong(`table.${index}.id`, `no feature is of row ${id}`);
  });
  const markOf = (feature: (typeof features)[number], plan: (typeof plans)[number]) => {
    const { row, grants } = edition.features[feature];
    return edition.table.find(({ id }) => id === row)?.cells[plan].mark ?? grants?.[plan];
  };
  for (const plan of plans) {
    const isHandled = edition.response[plan].handling !== 'none';
    if (isHandled !== (markOf('alert.response', plan) !== 'none'))
      wrong(`response.${plan}.handling`, 'it contradicts the cell of the table');
    for (const kind of ['weekly', 'monthly'] as const)
      if (markOf(edition.reports[kind].feature, plan) !== 'none' && !edition.reports[kind].sender[plan])
        wrong(`reports.${kind}.sender.${plan}`, 'the plan has this report, so it needs a sender');
  }
  return faults;
}

function timeFaults(edition: Edition): EditionFault[] {
  const hours = Object.entries(edition.hours).flatMap(([name, { from, to }]) =>
    from < to ? [] : [{ path: `hours.${name}.to`, problem: `${to} is not after ${from}` }],
  );
  const days = Object.entries(edition.calendar.yearEnd ?? {}).flatMap(([name, day]) =>
    isDay(day) ? [] : [{ path: `calendar.yearEnd.${name}`, problem: `there is no day ${day}` }],
  );
  const { weekdays } = edition.calendar;
  const twice = new Set(weekdays).size < weekdays.length;
  return [...hours, ...days, ...(twice ? [{ path: 'calendar.weekdays', problem: 'a day stands here twice' }] : [])];
}

/** Whether a year has such a day; 2028 is a leap year. */
function isDay(monthDay: string): boolean {
  const date = new Date(`2028-${monthDay}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(5, 10) === monthDay;
}
