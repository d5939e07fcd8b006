import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HearingDefinition, WorkloadFunction } from '../hearing.ts';
import { definitionFor } from './check.ts';

const folder = join(import.meta.dirname, '../../../rules/hearing');
/** The definition with which new sheets begin. */
export const currentDefinition = '1';

let functions: readonly WorkloadFunction[] | undefined;
/** The functions of Workload Security, and which of them are not supported in Japan (S16). */
export function workloadFunctions(): readonly WorkloadFunction[] {
  functions ??= z
    .strictObject({ functions: z.array(WorkloadFunction).min(1).max(100) })
    .parse(JSON.parse(readFileSync(join(folder, 'functions.json'), 'utf8'))).functions;
  return functions;
}

const read = new Map<string, HearingDefinition>();
/** What is asked, without what is not supported in Japan. Undefined where there is no such definition. */
export function definitionOf(id: string): HearingDefinition | undefined {
  const known = read.get(id);
  if (known) return known;
  if (!readdirSync(folder).includes(`${id}.json`) || id === 'functions') return undefined;
  const definition = HearingDefinition.parse(JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8')));
  if (definition.id !== id) throw new Error(`rules/hearing/${id}.json has the id ${definition.id}.`);
  const shown = definitionFor(definition, workloadFunctions());
  read.set(id, shown);
  return shown;
}
