type Piece = readonly (string | undefined)[];

/**
 * Whether a text is what a pattern of `*` (any characters) and `?` (one) says. Between two stars the first place that fits is as good as any
 * later one, so a match takes at most (length of the pattern) × (length of the text) steps.
 */
export function compileWildcards(source: string): (text: string) => boolean {
  const pieces = split(source);
  const [first = []] = pieces;
  if (pieces.length === 1) return (text) => text.length === first.length && fits(first, text, 0);
  const last = pieces.at(-1)!;
  const middle = pieces.slice(1, -1).filter((piece) => piece.length > 0);
  return (text) => {
    if (text.length < first.length + last.length || !fits(first, text, 0)) return false;
    const end = text.length - last.length;
    if (!fits(last, text, end)) return false;
    let at = first.length;
    for (const piece of middle) {
      while (at + piece.length <= end && !fits(piece, text, at)) at++;
      if (at + piece.length > end) return false;
      at += piece.length;
    }
    return true;
  };
}

/** What stands between the stars; undefined for one character of any kind. A backslash takes its meaning from a wildcard or a backslash. */
function split(source: string): Piece[] {
  const pieces: (string | undefined)[][] = [[]];
  for (let at = 0; at < source.length; at++) {
    const char = source[at]!;
    if (char === '\\' && at + 1 < source.length && '*?\\'.includes(source[at + 1]!)) pieces.at(-1)!.push(source[++at]);
    else if (char === '*') pieces.push([]);
    else pieces.at(-1)!.push(char === '?' ? undefined : char);
  }
  return pieces;
}

function fits(piece: Piece, text: string, from: number): boolean {
  for (let index = 0; index < piece.length; index++) {
    const char = piece[index];
    if (char !== undefined && text[from + index] !== char) return false;
  }
  return true;
}
