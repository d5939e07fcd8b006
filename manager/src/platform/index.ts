/** The ground every room stands on. It knows no room. */

export { XlsxFault, xlsxBytesMax } from '@sakimori/contract/workbook/archive';
export {
  nameOfCell,
  readXlsx,
  type XlsxBook,
  type XlsxCell,
  type XlsxSheet,
  type XlsxValue,
} from '@sakimori/contract/workbook/reader';
export * from './clock.ts';
export * from './config.ts';
export { Database, isCancelled, isConflict, isDeadlock, isDuplicate, type RawBuilder, sql, Tx } from './database.ts';
export * from './embedded-postgres.ts';
export * from './http.ts';
export * from './id.ts';
export * from './jobs.ts';
export { type Announcement, announce, Live } from './live.ts';
export { createLog, type Log } from './log.ts';
export * from './migrate.ts';
export * from './page.ts';
export type { Platform, Room, Tick } from './room.ts';
export { TextColumn } from './text-column.ts';
export * from './ticks.ts';
export { Turns } from './turns.ts';
export { newSecret, sha256, Vault } from './vault.ts';
export { type CellAsk, FormReader, plainText } from './xlsx/form.ts';
export { type Cell, type Sheet, workbook } from './xlsx/writer.ts';
