import type { ConfigurationEdit } from '../../configuration/index.ts';
import type { Checked } from '../../connectors/index.ts';
import { badRequest } from '../http/api-fault.ts';

const connectorsMax = 100;

/** @throws ApiFault 400 with all that is wrong */
export function orFaults<Value>(checked: Checked<Value>): Value {
  if (checked.faults.length > 0 || checked.value === undefined) throw badRequest(checked.faults.join(' '));
  return checked.value;
}

/** @throws ApiFault 400 where there would be too many */
export function checkCount(edit: ConfigurationEdit, kind: string): void {
  if (edit.list(kind).length >= connectorsMax)
    throw badRequest(`An account has at most ${connectorsMax} connectors of a kind.`);
}

/** Texts that nobody gave are not shown. */
export const withoutEmpty = <Shape extends object>(fields: Shape): Partial<Shape> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')) as Partial<Shape>;
