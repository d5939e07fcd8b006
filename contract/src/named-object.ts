import { z } from 'zod';

/** The longest name that an object of an account's configuration may have; descriptions, too. */
export const ObjectText = z.string().max(10_000);
/** An object of an account's configuration as one reads of it. The id is the API's and counts within its kind; the English name is the API's, too. */
export const NamedObject = z.object({ id: z.number().int(), name: ObjectText, nameJa: ObjectText.optional() });
export type NamedObject = z.infer<typeof NamedObject>;
