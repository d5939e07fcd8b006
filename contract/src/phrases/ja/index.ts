import { host } from './host.ts';
import { words } from './words.ts';

/** Every ja phrase a person reads, by area. Keys are the same in both languages; a test holds it. */
export const ja = { ...host, ...words } as const;
