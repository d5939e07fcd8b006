import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const paths = { regular: '400Regular/NotoSansJP_400Regular.ttf', bold: '700Bold/NotoSansJP_700Bold.ttf' } as const;

/** The fonts of our PDFs, Noto Sans JP (SIL Open Font License): 5.5 MB each. Both weights have the same characters. */
export const readFont = (weight: keyof typeof paths): Buffer =>
  readFileSync(require.resolve(`@expo-google-fonts/noto-sans-jp/${paths[weight]}`));
