/** A text as the contract takes it: one line, at most so long. What cannot be shown becomes U+FFFD. */
export function fitLine(text: string, max: number): string {
  const line = text.toWellFormed().replace(/\p{Cc}/gu, '\ufffd');
  return line.length <= max ? line : line.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');
}
