/** What stands behind the `?` of an address, read with a mind for what people type there: a word that is not known counts as left out. */
export type Search = Record<string, unknown>;
export const text = (search: Search, key: string): string | undefined =>
  typeof search[key] === 'string' && search[key] !== '' ? search[key] : undefined;
export const oneOf = <T extends string>(search: Search, key: string, words: readonly T[]): T | undefined =>
  words.find((word) => word === search[key]);

export const wholeNumber = (search: Search, key: string): number | undefined => {
  const value = Number(search[key]);
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
};

/** `/hosts` and the like: only ways within this console, never to another site. */
export const ownPath = (path: string | undefined): string | undefined =>
  path && /^\/(?![/\\])/.test(path) ? path : undefined;

/** Every word of a search may be left out. */
export const optional = <T extends object>(search: T): { [K in keyof T]?: T[K] } => search;
export const accountSearch = (search: Search) => optional({ account: text(search, 'account') });
