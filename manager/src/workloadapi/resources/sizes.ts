import { type ConfigurationView, kindOf } from '../../configuration/index.ts';
import { badRequest } from '../http/api-fault.ts';

/** Characters of one object as JSON. What is set on one computer alone is read with every listing of computers. */
const objectMax = 1_000_000;
const computerMax = 200_000;

/** @throws ApiFault 400 for what is larger than an object may be */
export function checkSize<Value extends object>(kind: string, value: Value): Value {
  const max = kind === 'Computer' ? computerMax : objectMax;
  if (JSON.stringify(value).length > max)
    throw badRequest(`${kind}: what is to be stored is larger than ${max} characters.`);
  return value;
}

/** @throws ApiFault 400 where the account has as many as it may have */
export function checkRoom(kind: string, view: ConfigurationView): void {
  const { countMax } = kindOf(kind);
  if (view.list(kind).length >= countMax) throw badRequest(`${kind}: an account has at most ${countMax} of them.`);
}
