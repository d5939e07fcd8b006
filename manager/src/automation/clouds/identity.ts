/**
 * A machine's UUID as its firmware tells it and as its vCenter does: some versions of its hardware turn the bytes of the first three
 * fields round, so both forms are looked for.
 */
export function uuidForms(given: string): string[] {
  const uuid = given.trim().toLowerCase();
  const fields = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4}-[0-9a-f]{12})$/.exec(uuid);
  if (!fields) return [uuid];
  const turned = fields.slice(1, 4).map((field) => field.match(/../g)!.reverse().join(''));
  return [uuid, [...turned, fields[4]].join('-')];
}

/** UUIDs that a firmware tells where nobody gave it one. */
const blank = /^(?:0{8}-(?:0{4}-){3}0{12}|f{8}-(?:f{4}-){3}f{12})$/;

/** The machine's UUID, where it is one that tells machines apart. */
export function readUuid(given: string | undefined): string | undefined {
  const uuid = given?.trim().toLowerCase() ?? '';
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(uuid) && !blank.test(uuid) ? uuid : undefined;
}
