import type { LogSource } from '@sakimori/contract/log-source';
import type { Manner } from './followed-file.ts';
import { type PathPattern, readPathPattern } from './path-pattern.ts';
import { readingOf } from './records/reading.ts';

/** A source with its path taken apart. */
export interface SourcePath extends PathPattern {
  readonly source: LogSource;
  readonly manner: Manner;
  /** Files that it names and that are left alone. */
  readonly isExcluded: (path: string) => boolean;
}

/** @throws Error with a sentence, for a source that cannot be followed */
export function readSourcePath(source: LogSource): SourcePath {
  const excluded = (source.exclude ?? []).map((path) => readPathPattern(path));
  return {
    ...readPathPattern(source.path),
    source,
    manner: { format: source.format, reading: readingOf(source) },
    isExcluded: (path) => excluded.some((one) => one.matches(path)),
  };
}

/** A source is known by all that says which lines it means, so that a change of its format is no new source. */
export const sourceName = ({ source }: SourcePath): string => source.path;
