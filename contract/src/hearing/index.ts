/**
 * The **hearing sheet** as a value: its questions, the reading and the checking of answers, the workbook. Nothing here needs a manager, so that the
 * command line checks a file as the desk does. The console takes `check.ts`, `words.ts` and `compare.ts`, which read no files.
 */
export * from './check.ts';
export * from './compare.ts';
export * from './definitions.ts';
export { placesOf } from './layout.ts';
export * from './normalise.ts';
export { type ReadHearing, readHearing } from './read-hearing.ts';
export * from './words.ts';
export { type HearingBook, writeHearing } from './write-hearing.ts';
export { type SettingsBook, sourceText, writeSettings } from './write-settings.ts';
