import { BlockList, isIP } from 'node:net';
import type { SigmaExpression, SigmaTest } from '@sakimori/contract/sigma/model';
import { foldUnicode } from '../patterns/fold.ts';
import { compilePcre2, type Subject } from '../patterns/index.ts';
import type { SigmaView } from './view.ts';
import { compileWildcards } from './wildcards.ts';

export type Holds = (view: SigmaView) => boolean;

/** Makes a function of what a rule asks for. @throws PatternFault for a regular expression that is refused */
export function compileSigma(expression: SigmaExpression): Holds {
  if ('all' in expression) return allOf(expression.all.map(compileSigma));
  if ('any' in expression) return compileAny(expression.any);
  if ('not' in expression) {
    const holds = compileSigma(expression.not);
    return (view) => !holds(view);
  }
  return compileTest(expression);
}

function allOf(parts: readonly Holds[]): Holds {
  return (view) => {
    for (const holds of parts) if (!holds(view)) return false;
    return true;
  };
}

function anyOf(parts: readonly Holds[]): Holds {
  if (parts.length === 1) return parts[0]!;
  return (view) => {
    for (const holds of parts) if (holds(view)) return true;
    return false;
  };
}

/** Long lists of values of one field are looked up, not gone through. */
function compileAny(parts: readonly SigmaExpression[]): Holds {
  const sets = new Map<string, Set<string>>();
  const others: SigmaExpression[] = [];
  for (const part of parts) {
    if (!('how' in part) || part.how !== 'equals' || part.field === undefined || part.cased) others.push(part);
    else sets.set(part.field, (sets.get(part.field) ?? new Set()).add(foldUnicode(part.value)));
  }
  const lookUps = [...sets].map(
    ([field, set]): Holds =>
      (view) =>
        view.values(field).some((value) => set.has(value.foldedUnicode)),
  );
  return anyOf([...lookUps, ...others.map(compileSigma)]);
}

function compileTest(test: SigmaTest): Holds {
  const { field, how } = test;
  if (how === 'empty') return emptiness(field);
  if (how === 'exists') return existence(field, test.value === 'true');
  const reference = references[how];
  if (reference) return comparison(field, test, reference);
  const matches = compileValue(test);
  if (field === undefined) return (view) => matches(view.line);
  return (view) => {
    for (const value of view.values(field)) if (matches(value)) return true;
    return false;
  };
}

/** Logs write `-` for what is not there. */
function emptiness(field: string | undefined): Holds {
  if (field === undefined) return () => false;
  return (view) => {
    const values = view.values(field);
    return values.length === 0 || values.some(({ text }) => text === '' || text === '-');
  };
}

function existence(field: string | undefined, wanted: boolean): Holds {
  if (field === undefined) return () => wanted;
  return (view) => view.values(field).length > 0 === wanted;
}

type Relate = (one: string, other: string) => boolean;

const references: Readonly<Record<string, Relate>> = {
  equalsField: (one, other) => one === other,
  containsField: (one, other) => one.includes(other),
  startsWithField: (one, other) => one.startsWith(other),
  endsWithField: (one, other) => one.endsWith(other),
};

function comparison(field: string | undefined, { value, cased }: SigmaTest, relate: Relate): Holds {
  if (field === undefined) return () => false;
  const textOf = (subject: Subject) => (cased ? subject.text : subject.foldedUnicode);
  return (view) => {
    const others = view.values(value);
    return view.values(field).some((one) => others.some((other) => relate(textOf(one), textOf(other))));
  };
}

function compileValue({ how, value, cased }: SigmaTest): (subject: Subject) => boolean {
  if (how === 'regex') {
    const pattern = compilePcre2(value, { ignoreCase: false });
    return (subject) => pattern.test(subject);
  }
  if (how === 'cidr') return inNetwork(value);
  const order = orders[how];
  if (order) {
    const bound = Number(value);
    return ({ text }) => text.trim() !== '' && order(Number(text), bound);
  }
  const wanted = cased ? value : foldUnicode(value);
  const relate = how === 'wildcards' ? undefined : texts[how];
  if (relate && cased) return ({ text }) => relate(text, wanted);
  if (relate) return ({ foldedUnicode }) => relate(foldedUnicode, wanted);
  const fits = compileWildcards(wanted);
  return cased ? ({ text }) => fits(text) : ({ foldedUnicode }) => fits(foldedUnicode);
}

/** A comparison with what is no number never holds. */
const orders: Readonly<Record<string, (one: number, bound: number) => boolean>> = {
  lt: (one, bound) => one < bound,
  lte: (one, bound) => one <= bound,
  gt: (one, bound) => one > bound,
  gte: (one, bound) => one >= bound,
};

const texts: Readonly<Record<string, Relate>> = {
  equals: (one, other) => one === other,
  contains: (one, other) => one.includes(other),
  startsWith: (one, other) => one.startsWith(other),
  endsWith: (one, other) => one.endsWith(other),
};

function inNetwork(network: string): (subject: Subject) => boolean {
  const [address = '', prefix] = network.split('/');
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, prefix === undefined ? (family === 'ipv4' ? 32 : 128) : Number(prefix), family);
  return ({ text }) => {
    const version = isIP(text);
    return version !== 0 && list.check(text, version === 4 ? 'ipv4' : 'ipv6');
  };
}
