import { z } from 'zod';

/** The two languages of the product. Japanese comes first; English is its equal. */
export const languages = ['ja', 'en'] as const;
export const Language = z.enum(languages);
export type Language = z.infer<typeof Language>;
