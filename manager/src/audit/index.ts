/** The audit: who did what and when. Append-only; the database refuses anything else. */
export { type AuditNote, note, providerTenant } from './audit.ts';
export { auditRoutes } from './routes.ts';
