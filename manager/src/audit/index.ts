/** The audit: who did what and when. Append-only; the database refuses anything else. */
export { type AuditNote, note, providerTenant } from './audit.ts';
export { auditRoutes } from './routes.ts';

/** Who does what nobody asked for at that moment: the clock, a queue, an answer from outside. */
export const system = { kind: 'system', id: 'system', name: 'system' } as const;
