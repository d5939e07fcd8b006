import type { ChangeLine } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { undone } from './merge.ts';
import { type Field, isGone, isSame, type Json, type Place, readFields, type Way, writeFields } from './places.ts';

/** Makes an object that fields of later steps name by {@link madeHere}. */
export type MakeStep = {
  readonly do: 'make';
  readonly key: string;
  readonly type: string;
  readonly name: string;
  readonly create: string;
  /** The operation that takes it away, and its parameter. */
  readonly remove: readonly [operation: string, parameter: string];
  readonly body: Json;
};
export type SetStep = { readonly do: 'set'; readonly place: Place; readonly fields: readonly Field[] };
export type Step = SetStep | MakeStep;
/** The ids of what was made, by key. */
export type Made = Readonly<Record<string, number>>;

export const madeHere = (key: string): Json => ({ $made: key });

function resolve(value: Json, made: Made): Json {
  if (value === null || typeof value !== 'object') return value;
  const key = (value as { $made?: string }).$made;
  if (key !== undefined) return made[key] ?? value;
  if (Array.isArray(value)) {
    const items = value.map((item) => resolve(item, made));
    return items.every((item) => typeof item === 'number') ? items.sort((a, b) => Number(a) - Number(b)) : items;
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolve(item, made)]));
}

/** What is wanted of a place beside what stands there; undefined where that is the same. */
export async function compare(
  way: Way,
  place: Place,
  wanted: Readonly<Record<string, Json>>,
): Promise<SetStep | undefined> {
  const before = await readFields(way, place, Object.keys(wanted));
  const fields = Object.entries(wanted)
    .map(([path, after]) => ({ path, before: before[path] ?? null, after }))
    .filter((field) => !isSame(field.before, field.after));
  return fields.length > 0 ? { do: 'set', place, fields } : undefined;
}

const setsOf = (steps: readonly Step[]): SetStep[] => steps.filter((step) => step.do === 'set');

/** Where something else stands now than is expected. */
async function strangeLines(way: Way, steps: readonly Step[], expected: (field: Field) => Json): Promise<ChangeLine[]> {
  const lines: ChangeLine[] = [];
  for (const { place, fields } of setsOf(steps)) {
    const now = await readFields(
      way,
      place,
      fields.map(({ path }) => path),
    ).catch((error) => {
      if (isGone(error)) return undefined;
      throw error;
    });
    for (const field of fields) {
      const stands = now?.[field.path] ?? null;
      if (now === undefined || !isSame(stands, expected(field)))
        lines.push(lineOf(place, field.path, expected(field), now === undefined ? undefined : stands));
    }
  }
  return lines;
}

/** What others have changed since it was looked at; before it is applied. */
export const changedSince = (way: Way, steps: readonly Step[]): Promise<ChangeLine[]> =>
  strangeLines(way, steps, ({ before }) => before);
/** What is written to take a change back, place by place, or what stands in the way of it. */
export type Undo = {
  readonly conflicts: readonly ChangeLine[];
  readonly writes: readonly { readonly place: Place; readonly values: ApiObject; readonly now: ApiObject }[];
};

/** Lays what was applied beside what stands there now; before it is taken back. The last step is undone first. */
export async function planUndo(way: Way, steps: readonly Step[], made: Made): Promise<Undo> {
  const conflicts: ChangeLine[] = [];
  const writes: { place: Place; values: ApiObject; now: ApiObject }[] = [];
  for (const { place, fields } of setsOf(steps).reverse()) {
    const now = await readFields(
      way,
      place,
      fields.map(({ path }) => path),
    ).catch((error) => {
      if (isGone(error)) return undefined;
      throw error;
    });
    const values: Record<string, Json> = {};
    for (const { path, before, after, inherited = {} } of fields) {
      const written = resolve(after, made);
      const part = now ? undone({ before, after: written, inherited }, now[path] ?? null) : 'conflict';
      if (part === 'conflict') conflicts.push(lineOf(place, path, written, now?.[path] ?? null));
      else values[path] = part.value;
    }
    if (now) writes.push({ place, values, now });
  }
  return { conflicts, writes };
}

/** Puts back what was before, and takes away what was made. @throws BackendFault */
export async function undoApplied(way: Way, steps: readonly Step[], made: Made): Promise<void> {
  const { writes } = await planUndo(way, steps, made);
  for (const { place, values, now } of writes) await writeFields(way, place, values, now);
  await removeMade(way, steps, made);
}

async function removeMade(way: Way, steps: readonly Step[], made: Made): Promise<void> {
  for (const step of [...steps].reverse()) {
    if (step.do !== 'make' || made[step.key] === undefined) continue;
    const [operation, parameter] = step.remove;
    await way.backend.perform(operation, way.by, { params: { [parameter]: made[step.key]! } }).catch((error) => {
      if (!isGone(error)) throw error;
    });
  }
}

/**
 * Carries out every step, or none: what was done before one that is refused is undone.
 * @returns what was made
 * @throws BackendFault
 */
export async function applySteps(way: Way, steps: readonly Step[]): Promise<Made> {
  const made: Record<string, number> = {};
  const done: Step[] = [];
  try {
    for (const step of steps) {
      if (step.do === 'make') {
        const answer = await way.backend.perform(step.create, way.by, { body: resolve(step.body, made) });
        made[step.key] = Number(answer['ID']);
      } else await writeFields(way, step.place, valuesOf(step, 'after', made), valuesOf(step, 'before', made));
      done.push(step);
    }
  } catch (error) {
    await undoSteps(way, done, made);
    throw error;
  }
  return made;
}

/** Undoes what was done a moment ago, the last first. @throws BackendFault */
async function undoSteps(way: Way, steps: readonly Step[], made: Made): Promise<void> {
  for (const step of setsOf(steps).reverse())
    await writeFields(way, step.place, valuesOf(step, 'before', made), valuesOf(step, 'after', made));
  await removeMade(way, steps, made);
}

const valuesOf = (step: SetStep, side: 'before' | 'after', made: Made): ApiObject =>
  Object.fromEntries(step.fields.map((field) => [field.path, resolve(field[side], made)]));

/** Names of objects by `<field> <id>`, as far as they are known. */
export type Names = (field: string, id: number) => string | undefined;
const linesMax = 500;
const textMax = 4000;

/** The difference as people read it: of lists, what is added and what goes. */
export function linesOf(steps: readonly Step[], names: Names = () => undefined): ChangeLine[] {
  return steps
    .flatMap((step): ChangeLine[] => {
      if (step.do === 'make') {
        const { type, name, body } = step;
        return [{ type, name, field: 'created', after: textOf(body) ?? '' }];
      }
      return step.fields.flatMap(({ path, before, after }) => {
        if (!isNumbers(before) || !isNumbers(after)) return [lineOf(step.place, path, before, after)];
        const [had, has] = [before ?? [], after ?? []];
        const named = (id: number) => `${names(path, id) ?? ''} (${id})`.trim();
        return [
          ...had.filter((id) => !has.includes(id)).map((id) => ({ ...headOf(step.place, path), before: named(id) })),
          ...has.filter((id) => !had.includes(id)).map((id) => ({ ...headOf(step.place, path), after: named(id) })),
        ];
      });
    })
    .slice(0, linesMax);
}

const isNumbers = (value: Json): value is number[] | null =>
  value === null || (Array.isArray(value) && value.every((item) => typeof item === 'number'));
const headOf = (place: Place, field: string) => ({
  type: place.type,
  name: place.name.slice(0, 300),
  field: field.slice(0, 200),
});

function lineOf(place: Place, field: string, before: Json, after: Json): ChangeLine {
  const [was, is] = [textOf(before), textOf(after)];
  return {
    ...headOf(place, field),
    ...(was === undefined ? {} : { before: was }),
    ...(is === undefined ? {} : { after: is }),
  };
}

function textOf(value: Json): string | undefined {
  if (value === null || value === undefined) return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value, undefined, 1);
  return text.length <= textMax ? text : `${text.slice(0, textMax - 1).toWellFormed()}…`;
}

/** What two lists of steps both touch, with whether they want something else of it. */
export function sharedFields(
  mine: readonly Step[],
  theirs: readonly Step[],
): { readonly field: string; readonly isContradictory: boolean }[] {
  const keyed = new Map(
    setsOf(theirs).flatMap(({ place, fields }) => fields.map((field) => [keyOf(place, field.path), field] as const)),
  );
  return setsOf(mine).flatMap(({ place, fields }) =>
    fields.flatMap((field) => {
      const other = keyed.get(keyOf(place, field.path));
      if (!other) return [];
      return [{ field: `${place.name}: ${field.path}`, isContradictory: !isSame(field.after, other.after) }];
    }),
  );
}

const keyOf = (place: Place, path: string): string =>
  `${place.type} ${place.id} ${'ruleId' in place ? `${place.rule} ${place.ruleId}` : ''} ${path}`;
