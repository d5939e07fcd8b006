/**
 * Order of Debian versions, as dpkg has it (Debian Policy §5.6.12; deb-version(7)): `[epoch:]upstream[-revision]`, compared by turns of
 * non-digits and digits; `~` comes before everything, even the end; letters come before all other characters.
 * @returns below 0, 0, above 0
 */
export function compareDebianVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  return (
    left.epoch - right.epoch || comparePart(left.upstream, right.upstream) || comparePart(left.revision, right.revision)
  );
}

type Version = { readonly epoch: number; readonly upstream: string; readonly revision: string };

function split(version: string): Version {
  const text = version.trim();
  const colon = text.indexOf(':');
  const epoch = colon < 0 ? '' : text.slice(0, colon);
  const rest = text.slice(colon + 1);
  const hyphen = rest.lastIndexOf('-');
  return {
    epoch: /^\d{1,10}$/.test(epoch) ? Number(epoch) : 0,
    upstream: hyphen < 0 ? rest : rest.slice(0, hyphen),
    revision: hyphen < 0 ? '' : rest.slice(hyphen + 1),
  };
}

function comparePart(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while (isNonDigit(a, i) || isNonDigit(b, j)) {
      const difference = weightOf(a, i) - weightOf(b, j);
      if (difference !== 0) return difference;
      i += 1;
      j += 1;
    }
    const [endA, endB] = [endOfDigits(a, i), endOfDigits(b, j)];
    const difference = compareDigits(a.slice(i, endA), b.slice(j, endB));
    if (difference !== 0) return difference;
    i = endA;
    j = endB;
  }
  return 0;
}

const isDigit = (character: string | undefined): boolean =>
  character !== undefined && character >= '0' && character <= '9';
const isNonDigit = (text: string, at: number): boolean => at < text.length && !isDigit(text[at]);

/** The end and digits weigh nothing, `~` less than that, letters their code, everything else more than any letter. */
function weightOf(text: string, at: number): number {
  const character = text[at];
  if (character === undefined || isDigit(character)) return 0;
  if (character === '~') return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}

function endOfDigits(text: string, from: number): number {
  let end = from;
  while (isDigit(text[end])) end += 1;
  return end;
}

/** As numbers of any length; no digits are zero. */
export function compareDigits(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}
