import { runCommand, type Said } from './system.ts';

/** What our rules in the kernel are known by. */
const tablePrefix = 'sakimori_';
const chainPrefix = 'SAKIMORI_';

/** What was taken away by name, and what could not be, with the reason. */
export type Traces = { readonly removed: readonly string[]; readonly failed: readonly string[] };

/** Takes every table of ours out of nftables, and every chain of ours out of iptables with the jumps to it. */
export async function removeNetworkTraces(): Promise<Traces> {
  const parts = [await removeTables()];
  for (const version of ['iptables', 'ip6tables'])
    for (const program of [`${version}-nft`, version]) parts.push(await removeChains(version, program));
  return { removed: parts.flatMap(({ removed }) => removed), failed: parts.flatMap(({ failed }) => failed) };
}

async function removeTables(): Promise<Traces> {
  const listed = await attempt(['nft', 'list', 'tables']);
  if (listed.code === 127) return { removed: [], failed: [] };
  if (listed.code !== 0) return { removed: [], failed: [`tables of nftables (${wordsOf(listed)})`] };
  const removed: string[] = [];
  const failed: string[] = [];
  for (const [, family, name] of listed.out.matchAll(/^table (\S+) (\S+)$/gm)) {
    if (!name!.startsWith(tablePrefix)) continue;
    const what = `nftables table ${family} ${name}`;
    const said = await attempt(['nft', 'delete', 'table', family!, name!]);
    if (said.code === 0) removed.push(what);
    else failed.push(`${what} (${wordsOf(said)})`);
  }
  return { removed, failed };
}

async function removeChains(version: string, program: string): Promise<Traces> {
  const saved = await runCommand([`${program}-save`]);
  const { text, chains } = withoutOurs(saved.code === 0 ? saved.out : '');
  if (chains.length === 0) return { removed: [], failed: [] };
  const names = chains.map((chain) => `${version} chain ${chain}`);
  const said = await attempt([`${program}-restore`, '-n'], text);
  return said.code === 0
    ? { removed: names, failed: [] }
    : { removed: [], failed: [`${names.join(', ')} (${wordsOf(said)})`] };
}

/** Others may change rules at the same moment; then the kernel asks to try again. */
async function attempt(words: readonly string[], input?: string): Promise<Said> {
  let said = await runCommand(words, input);
  for (let turn = 0; turn < 3 && said.code !== 0 && said.code !== 127; turn += 1) said = await runCommand(words, input);
  return said;
}

const wordsOf = ({ err, code }: Said): string => err.trim().slice(0, 200) || `exit code ${code}`;

/** Of the output of iptables-save: what iptables-restore has to be told so that chains of ours are gone, and nothing else. */
export function withoutOurs(saved: string): { text: string; chains: string[] } {
  const chains: string[] = [];
  const parts = saved.split(/^(?=\*)/m).flatMap((part) => {
    const table = /^\*(\S+)/.exec(part)?.[1];
    const own = [...part.matchAll(/^:(\S+)/gm)].map(([, name]) => name!).filter((name) => name.startsWith(chainPrefix));
    if (!table || own.length === 0) return [];
    chains.push(...own);
    const isOurs = (name: string | undefined) => name?.startsWith(chainPrefix) === true;
    const jumps = part
      .split('\n')
      .filter((line) => {
        const [, chain] = /^-A (\S+)/.exec(line) ?? [];
        const [, target] = / -[jg] (\S+)/.exec(line) ?? [];
        return chain !== undefined && !isOurs(chain) && isOurs(target);
      })
      .map((line) => line.replace(/^-A /, '-D '));
    const flushes = own.map((name) => `-F ${name}`);
    return [[`*${table}`, ...jumps, ...flushes, ...own.map((name) => `-X ${name}`), 'COMMIT', ''].join('\n')];
  });
  return { text: parts.join(''), chains };
}
