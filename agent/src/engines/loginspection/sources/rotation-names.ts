import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { listEntries } from './folders.ts';

/** Rotated logs that were packed. They are no sources; what they hold beyond what was read is taken from them after a pause. */
export const packedName = /\.(?:gz|xz|zst|bz2|lz4|zip|lzma|Z)$/;
const rotationMark = /^[._-](?:\d[\d._T:-]*|old|bak|prev)$/;
const rotationInfix = /^[._-]\d[\d._T:-]*$/;

/** `auth.log.1`, `auth.log-20261123`, `app-20261123.log` of `app.log`, packed or not. */
export function isRotatedName(name: string, original: string): boolean {
  const plain = name.replace(packedName, '');
  if (plain === original) return name !== original;
  if (plain.startsWith(original)) return rotationMark.test(plain.slice(original.length));
  const dot = original.lastIndexOf('.');
  if (dot <= 0 || !plain.endsWith(original.slice(dot)) || !plain.startsWith(original.slice(0, dot))) return false;
  return rotationInfix.test(plain.slice(dot, plain.length - (original.length - dot)));
}

/** Files beside a log that are what became of it, packed or not, the oldest first. */
export function listRotated(
  path: string,
): { readonly path: string; readonly modifiedMs: number; readonly isPacked: boolean }[] {
  const folder = dirname(path);
  const name = basename(path);
  return listEntries(folder)
    .filter((entry) => entry.isFile() && isRotatedName(entry.name, name))
    .flatMap((entry) => {
      try {
        const other = join(folder, entry.name);
        return [{ path: other, modifiedMs: statSync(other).mtimeMs, isPacked: packedName.test(other) }];
      } catch {
        return [];
      }
    })
    .sort((one, other) => one.modifiedMs - other.modifiedMs);
}

/** Whether a path is what rotation made of a log. */
export const isBecomeOf = (path: string, log: string): boolean =>
  dirname(path) === dirname(log) && isRotatedName(basename(path), basename(log));
