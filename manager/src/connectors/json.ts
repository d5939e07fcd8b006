/** What a text says as JSON; undefined where it is none. Its shape is the caller's to check. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
