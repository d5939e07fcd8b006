import { Refusal } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';

/**
 * Leaves paths out of an integrity rule, as the public API can say it: excluded values of a rule with a base directory, `exclude` elements of one in the
 * rules language. A path stands for itself and all below it; `*` and `**` are as in rules.
 * @returns the properties that become others; undefined where the rule watches none of the paths, or cannot leave them out without leaving out more
 */
export function withoutPaths(rule: ApiObject, paths: readonly string[]): ApiObject | undefined {
  if (typeof rule['customXML'] === 'string' && rule['template'] !== 'file') return inXml(rule['customXML'], paths);
  if (rule['template'] !== 'file') return undefined;
  const base = String(rule['fileBaseDirectory'] ?? '').trim();
  const left = paths.flatMap((path) => {
    const key = keyBelow(base, path);
    // A name without a slash means that name in every directory; one that begins with ./ means this one.
    return key === undefined ? [] : key === '' ? ['./**'] : [`./${key}`, `./${key}/**`];
  });
  const before = ((rule['fileExcludedValues'] ?? []) as string[]).filter((value) => value !== '');
  const added = left.filter((value) => !before.includes(value));
  return added.length > 0 ? { fileExcludedValues: [...before, ...added] } : undefined;
}

function inXml(base64: string, paths: readonly string[]): ApiObject | undefined {
  const xml = Buffer.from(base64, 'base64').toString('utf8');
  let isChanged = false;
  const next = xml.replaceAll(
    /<(FileSet|DirectorySet|PathSet)\b([^>]*?)(\/?)>/g,
    (whole, name: string, attributes: string, closed: string) => {
      const parts = name === 'PathSet' ? wholePaths(paths) : keysOf(attributes, paths);
      if (parts.length === 0) return whole;
      isChanged = true;
      const inside = parts.join('');
      return closed ? `<${name}${attributes}>${inside}</${name}>` : `${whole}${inside}`;
    },
  );
  return isChanged ? { customXML: Buffer.from(next, 'utf8').toString('base64') } : undefined;
}

function keysOf(attributes: string, paths: readonly string[]): string[] {
  const base = unescapeXml(/\bbase\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(attributes)?.slice(1).find(Boolean) ?? '');
  return paths.flatMap((path) => {
    const key = keyBelow(base, path);
    if (key === undefined) return [];
    return (key === '' ? ['**'] : [key, `${key}/**`]).map((one) => `<exclude key="${escapeXml(one)}"/>`);
  });
}

/** A `PathSet` of ours takes whole paths; a path outside of what it includes says nothing. */
const wholePaths = (paths: readonly string[]): string[] =>
  paths
    .flatMap((path) => [path, `${path}/**`])
    .map((path) => `<exclude path="${escapeXml(path.replaceAll('\\', '\\\\'))}"/>`);

/**
 * A path as seen from a base directory: empty where the base lies in it, undefined where they do not meet. A base with wildcards or variables stands for
 * many directories: what is left out of it is left out of all of them, and so nothing is.
 */
function keyBelow(base: string, path: string): string | undefined {
  if (!base.startsWith('/') || /[*?~$%]/.test(base)) return undefined;
  const names = base.split('/').filter(Boolean);
  const wanted = path.split('/').filter(Boolean);
  for (const [index, name] of names.entries()) {
    if (index >= wanted.length) return '';
    if (wanted[index] !== name) return undefined;
  }
  return wanted.slice(names.length).join('/');
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const unescapeXml = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');

/** Whether a file lies in one of the paths. */
export function liesIn(paths: readonly string[]): (file: string) => boolean {
  const patterns = paths.map((path) => {
    const body = path
      .split('/')
      .map((name) =>
        name === '**'
          ? '.*'
          : name
              .split('*')
              .map((part) => escapeRegExp(part))
              .join('[^/]*'),
      )
      .join('/');
    return new RegExp(`^${body}(?:/.*)?$`, 's');
  });
  return (file) => patterns.some((pattern) => pattern.test(file));
}

const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** @throws Refusal malformed for what is no absolute path, or names more than it says */
export function checkPaths(paths: readonly string[]): readonly string[] {
  for (const path of paths) {
    const names = path.split('/');
    const isPlain = path.startsWith('/') && path !== '/' && !names.includes('..') && !names.includes('.');
    if (!isPlain || /[?\p{Cc}]|\*{3}|[^*/]\*\*|\*\*[^*/]/u.test(path))
      throw new Refusal('malformed', {
        detail: `body.wish.what: ${path.slice(0, 200)} is no path that can be left out`,
      });
  }
  return paths.map((path) => path.replace(/\/+$/, '').replaceAll(/\/{2,}/g, '/'));
}
