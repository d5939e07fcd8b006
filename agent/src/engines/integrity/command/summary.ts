import { displayPath } from '../../../file-system/path-bytes.ts';
import type { WorkerReport } from '../scan/crew-plan.ts';

export type Summary = {
  readonly database: string;
  readonly version: number;
  readonly seal: string;
  readonly paths: number;
  readonly files: number;
  readonly folders: number;
  readonly bytesHashed: number;
  /** Files whose content was left out for its size. */
  readonly large: number;
  /** Files and folders that could not be read. */
  readonly unreadable: number;
  /** Some of the folders among them. */
  readonly unreadableFolders: readonly string[];
  /** Network and FUSE mounts that were not entered. */
  readonly skippedMounts: readonly string[];
  readonly seconds: number;
};

const examplesMax = 20;

export function summaryOf(
  { counts, bytesHashed, denied, skippedMounts }: WorkerReport,
  ms: number,
  database: { database: string; version: number; seal: string },
): Summary {
  return {
    ...database,
    paths: counts.entries,
    ...{ files: counts.files, folders: counts.folders, bytesHashed },
    ...{ large: counts.large, unreadable: counts.unreadable },
    unreadableFolders: denied.slice(0, examplesMax).map(displayPath),
    skippedMounts: skippedMounts.map(displayPath),
    seconds: Math.round(ms) / 1000,
  };
}

export function summaryLines(summary: Summary): string {
  const { paths, files, folders, bytesHashed, seconds, version, database, seal } = summary;
  return [
    `${count(paths)} paths (${count(files)} files, ${count(folders)} folders) in ${seconds.toFixed(1)} s, ${count(bytesHashed / 1e6)} MB read`,
    `database ${database}, version ${version}`,
    `seal     ${seal}`,
    ...remarks(summary),
    '',
  ].join('\n');
}

/** What a reader must know to judge the result. */
export function remarks({ large, unreadable, unreadableFolders, skippedMounts }: Summary): string[] {
  return [
    ...(large > 0 ? [`${count(large)} large files are compared by size and times only`] : []),
    ...(unreadable > 0
      ? [`${count(unreadable)} files and folders could not be read${examples(unreadableFolders)}`]
      : []),
    ...(skippedMounts.length > 0 ? [`not entered, being network or FUSE mounts${examples(skippedMounts)}`] : []),
  ];
}

const examples = (paths: readonly string[]): string => (paths.length > 0 ? `: ${paths.join(', ')}` : '');
const count = (value: number): string => Math.round(value).toLocaleString('en');
