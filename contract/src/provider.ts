import { z } from 'zod';
import type { Language } from './language.ts';
import { phrase } from './phrase.ts';
import { Id, Instant, MailAddress, ShortText } from './primitives.ts';

/** Contrast of two colours by WCAG 2.1, 1 to 21. */
export function contrastOf(one: string, other: string): number {
  const [light, dark] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Relative luminance of `#rrggbb` (WCAG 2.1). */
function luminanceOf(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** What white text needs to be read on it, and it on white (WCAG 2.1 AA). */
export const contrastMin = 4.5;

/** One line that can stand in a header of a mail: nothing that breaks the line or turns the direction of writing. */
const headerSafe = (text: string) => !/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(text);
const Line = ShortText.refine(headerSafe, 'a single line without control characters');
const Phone = z.string().regex(/^\+?[0-9][0-9() -]{4,24}$/, 'a telephone number such as 03-1234-5678');
const Lines = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  .refine((text) => headerSafe(text.replaceAll('\n', '')), 'lines without control characters');

/** Who provides the service, as mails and reports say it (S104). */
export const ProviderProfile = z.object({
  nameJa: Line,
  nameEn: Line,
  postalCode: z
    .string()
    .regex(/^\d{3}-\d{4}$/, 'a postal code such as 100-0001')
    .optional(),
  addressJa: Line.optional(),
  addressEn: Line.optional(),
  tel: Phone.optional(),
  fax: Phone.optional(),
  mail: MailAddress.refine(headerSafe, 'a mail address').optional(),
  url: z
    .url({ protocol: /^https?$/ })
    .max(200)
    .optional(),
  colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/, 'a colour such as #12304f')
    .refine(
      (colour) => contrastOf(colour, '#ffffff') >= contrastMin,
      'too light: white text on it needs a contrast of 4.5',
    )
    .default('#12304f'),
  /** In place of the lines that are made of the fields above. */
  signatureJa: Lines.optional(),
  signatureEn: Lines.optional(),
});
export type ProviderProfile = z.infer<typeof ProviderProfile>;

export const logoTypes = ['image/png', 'image/svg+xml'] as const;
export const logoBytesMax = 256 * 1024;

/** A **brand**: one identity of the provider. The first is the standard one; a customer may have another (white label). */
export const Brand = z.object({
  id: Id,
  label: z.string(),
  isDefault: z.boolean(),
  /** Counts up with each change; what was made with an earlier one keeps it. */
  version: z.number().int(),
  profile: ProviderProfile,
  logo: z.object({ type: z.enum(logoTypes), /** Base64. */ content: z.string() }).optional(),
  customers: z.number().int(),
  updatedAt: Instant,
  updatedBy: z.string(),
});
export type Brand = z.infer<typeof Brand>;

/** With which profile a document was made. */
export const ProviderStamp = z.object({ brandId: Id, version: z.number().int(), profile: ProviderProfile });
export type ProviderStamp = z.infer<typeof ProviderStamp>;

export const nameOfProvider = (language: Language, profile: ProviderProfile): string =>
  language === 'ja' ? profile.nameJa : profile.nameEn;

/** What stands below the provider's name: the signature that was written, or address and ways to reach it, a line each. */
export function contactLines(language: Language, profile: ProviderProfile): string[] {
  const written = language === 'ja' ? profile.signatureJa : profile.signatureEn;
  if (written !== undefined) return written.split('\n');
  const { postalCode, tel, fax, mail, url } = profile;
  const address = language === 'ja' ? profile.addressJa : (profile.addressEn ?? profile.addressJa);
  const place = [postalCode && phrase(language, 'provider.postalCode', { code: postalCode }), address];
  const reach = [tel && `TEL ${tel}`, fax && `FAX ${fax}`];
  return [place, reach, [mail], [url]].map((parts) => parts.filter(Boolean).join('  ')).filter((line) => line !== '');
}
