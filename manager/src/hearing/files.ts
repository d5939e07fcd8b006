import {
  type Actor,
  type HearingFault,
  type HearingVersion,
  type Language,
  phrase,
  Refusal,
  timeZone,
} from '@sakimori/contract';
import { definitionOf, isComplete, readHearing, writeHearing } from '@sakimori/contract/hearing/index';
import type { Desk } from '../customers/index.ts';
import { sha256, XlsxFault } from '../platform/index.ts';
import { addVersion, definitionFor, record, theSheet, theVersion, toVersion } from './hearing.ts';
import { prefilledAnswers } from './prefill.ts';
import { insertFile, lockSheet, selectFile, selectVersion } from './store.ts';

export const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
export type File = { readonly name: string; readonly type: string; readonly content: string };

/** A name that every system takes, whatever the customer is called. */
export const fileName = (...parts: readonly string[]): string =>
  parts.map((part) => part.replace(/[\p{Cc}\p{Cf}\\/:*?"<>|\s]+/gu, '_').slice(0, 80)).join('-');

/** Time on a sheet of paper: minutes, in Japan. */
export const writtenTime = (at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at);

/** @throws Refusal `not_found` */
export async function exportHearing(desk: Desk, actor: Actor, id: string, language: Language): Promise<File> {
  const { database, clock } = desk.platform;
  const { sheet, answers } = await database.for(actor, async (tx) => {
    const found = await theSheet(tx, id);
    return { sheet: found, answers: await prefilledAnswers(tx, desk, found) };
  });
  const content = writeHearing({
    ...{ definition: definitionFor(sheet), answers, language, hearingId: id, customerName: sheet.customer_name },
    exportedAt: writtenTime(clock.now()),
  });
  await database.asProvider((tx) =>
    record(tx, desk, actor, 'hearing.exported', sheet, { language, bytes: content.length }),
  );
  const name = `${fileName(phrase(language, 'thing.hearing'), sheet.customer_name)}.xlsx`;
  return { name, type: workbookType, content: content.toString('base64') };
}

export type ImportOutcome = {
  readonly outcome: 'imported' | 'duplicate' | 'refused';
  readonly version?: HearingVersion;
  readonly faults: HearingFault[];
};

/**
 * Takes a workbook that was filled in, with the file itself. With a cell that is wrong nothing is stored, and every fault is told; what is yet
 * to be answered makes it a draft. The very same file twice is one.
 * @throws Refusal `not_found`, `workbook_refused`, `limit_reached`
 */
export async function importHearing(
  desk: Desk,
  actor: Actor,
  id: string,
  given: { readonly name: string; readonly content: string },
): Promise<ImportOutcome> {
  const { database, clock } = desk.platform;
  await database.for(actor, (tx) => theSheet(tx, id));
  const content = Buffer.from(given.content, 'base64');
  const hash = sha256(content);
  const file = { name: given.name, sha256: hash, bytes: content.length };
  return database.asProvider(async (tx): Promise<ImportOutcome> => {
    const sheet = (await lockSheet(tx, id))!;
    const definition = definitionFor(sheet);
    const same = await selectVersion(tx, id, { sha256: hash });
    if (same) return { outcome: 'duplicate', version: toVersion(definition, same), faults: [] };
    const {
      answers,
      places,
      faults,
      hearingId,
      definition: theirs,
    } = orRefuse(() => readHearing(content, definitionOf));
    if (hearingId !== id) throw new Refusal('workbook_refused', { file: 'otherHearing' });
    if (theirs.id !== definition.id) throw new Refusal('workbook_refused', { file: 'otherDefinition' });
    if (faults.some(({ level }) => level === 'error')) {
      await record(tx, desk, actor, 'hearing.refused', sheet, { ...file, faults: faults.length });
      return { outcome: 'refused', faults: faults.slice(0, 1000) };
    }
    await insertFile(tx, {
      ...{ tenantId: sheet.tenant_id, hearingId: id, sha256: hash, name: given.name, content },
      ...{ at: clock.now(), by: actor.name },
    });
    const state = isComplete(faults) ? 'confirmed' : 'draft';
    const row = await addVersion(tx, desk, actor, sheet, { answers, places, state, source: 'file', sha256: hash });
    await record(tx, desk, actor, 'hearing.imported', sheet, { ...file, number: row.number, state });
    const version = toVersion(definition, row);
    return { outcome: 'imported', version, faults: version.faults };
  });
}

/** @throws Refusal `workbook_refused` */
function orRefuse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof XlsxFault) throw new Refusal('workbook_refused', { file: error.code }, { cause: error });
    throw error;
  }
}

/** The file of a version, byte for byte. @throws Refusal `not_found` where the version was typed */
export function originalOf(desk: Desk, actor: Actor, id: string, number: number): Promise<File> {
  return desk.platform.database.for(actor, async (tx) => {
    await theSheet(tx, id);
    const { sha256: hash } = await theVersion(tx, id, number);
    const file = hash === null ? undefined : await selectFile(tx, id, hash);
    if (!file) throw new Refusal('not_found', { what: 'hearingFile' });
    return { name: file.name, type: workbookType, content: file.content.toString('base64') };
  });
}
