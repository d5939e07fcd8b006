/** Whether a name is meant by a pattern: `*` stands for any characters, `?` for one; everything else for itself. */
export type Glob = { readonly matches: (name: string) => boolean; readonly isExact: boolean };

export function compileGlob(pattern: string): Glob {
  if (!/[*?]/.test(pattern)) return { matches: (name) => name === pattern, isExact: true };
  // By hand and not as a regular expression: names come from hosts, and many stars must not cost many tries.
  return { matches: (name) => matchGlob(pattern, name), isExact: false };
}

/** Goes back to the last star alone: at most the product of both lengths. */
function matchGlob(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let starAt = 0;
  for (let p = 0; at < name.length || p < pattern.length; ) {
    if (pattern[p] === '*') {
      star = p;
      starAt = at;
      p += 1;
    } else if (at < name.length && (pattern[p] === '?' || pattern[p] === name[at])) {
      p += 1;
      at += 1;
    } else if (star >= 0 && starAt < name.length) {
      starAt += 1;
      at = starAt;
      p = star + 1;
    } else return false;
  }
  return true;
}
