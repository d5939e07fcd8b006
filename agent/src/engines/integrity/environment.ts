import { readFileSync } from 'node:fs';

/** A path in a rule begins with it: `${env.NAME}`, as the public rules language writes it. */
const variable = /^\$\{env\.([A-Za-z_]\w{0,99})\}(?=\/|$)/;

/** Variables by name; undefined for one that is not set. */
export type Environment = (name: string) => string | undefined;

/**
 * The host's environment: what `/etc/environment` gives to every session (pam_env(8)), and else what the agent's own process was started with. Read when it is
 * asked for, so that a policy that is applied anew has what stands there now.
 */
export function hostEnvironment(file = '/etc/environment', own: NodeJS.ProcessEnv = process.env): Environment {
  const values = new Map<string, string>();
  for (const line of readText(file).split('\n')) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(["']?)(.*?)\2\s*$/.exec(line);
    if (match) values.set(match[1]!, match[3]!);
  }
  return (name) => values.get(name) ?? own[name];
}

/** The same with what the policy sets besides. */
export const environmentWith =
  (overrides: Readonly<Record<string, string>> = {}, host: Environment = hostEnvironment()): Environment =>
  (name) =>
    Object.hasOwn(overrides, name) ? overrides[name] : host(name);

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * A path with its variable put in.
 * @returns the name of the variable where it is not set, or is no absolute path of plain names: then the path means nothing on this host
 */
export function expandPath(path: string, environment: Environment): { path: string } | { unset: string } {
  const match = variable.exec(path);
  if (!match) return { path };
  const value = environment(match[1]!)?.replace(/(?<=.)\/+$/, '');
  if (!value || !isPlainPath(value)) return { unset: match[1]! };
  const rest = path.slice(match[0].length);
  return { path: value === '/' ? rest || '/' : value + rest };
}

/** A value with wildcards or `..` would name other paths than whoever set it thought of. */
const isPlainPath = (value: string): boolean =>
  value.startsWith('/') && value.length <= 4000 && !/[*?\p{Cc}]/u.test(value) && !value.split('/').includes('..');
