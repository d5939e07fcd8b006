/** The list of all routes of the service API, by area. `openapi.ts` and the manager's doors walk it. */
export * from './routes/access.ts';
export * from './routes/accounts.ts';
export * from './routes/alerts.ts';
export * from './routes/calendar.ts';
export * from './routes/desk.ts';
export * from './routes/editions.ts';
export * from './routes/host-tasks.ts';
export * from './routes/hosts.ts';
export * from './routes/integrity.ts';
export * from './routes/intrusion.ts';
export * from './routes/mail.ts';
export * from './routes/malware.ts';
export * from './routes/policies.ts';
export * from './routes/recommendations.ts';
export * from './routes/reports.ts';
export * from './routes/rules.ts';
export * from './routes/workload-keys.ts';
