export function bundleFolder(root?: string): string;
/** Folder of the bundle, or undefined when any source differs from what was bundled. */
export function freshBundle(root?: string): string | undefined;
export function locateProgram(name: 'sakimori', source: string, root?: string): string;
export const lastingMemory: readonly string[];
/** Flags of Node for a run of `sakimori` with these words. */
export function memoryFor(words: readonly string[]): readonly string[];
