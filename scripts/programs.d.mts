export function bundleFolder(root?: string): string;
/** Folder of the bundle, or undefined when any source differs from what was bundled. */
export function freshBundle(root?: string): string | undefined;
export function locateProgram(name: 'sakimori', source: string, root?: string): string;
export type Memory = { readonly flags: readonly string[]; readonly env: Readonly<Record<string, string>> };
export const lastingMemory: Memory;
/** Flags of Node, and settings of its surroundings, for a run of `sakimori` with these words. */
export function memoryFor(words: readonly string[]): Memory;
