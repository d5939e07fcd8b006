/** `status` is the HTTP status; texts are ICU messages over the refusal's facts. */
export type ErrorList = Readonly<Record<string, { readonly status: number; readonly en: string; readonly ja: string }>>;
