import { z } from 'zod';
import { Role } from '../permissions.ts';
import { ApiKey, AuditEntry } from '../person.ts';
import { Id, Instant, PageQuery, pageOf } from '../primitives.ts';
import { route } from '../route.ts';
import { Severity } from '../severity.ts';

export const getOverview = route({
  needs: 'alert.read',
  method: 'GET',
  path: '/overview',
  summary: 'Are we all right? Counts over everything the caller may see',
  query: z.object({ accountId: Id.optional() }),
  reply: z.object({
    unclosed: z.array(z.object({ severity: Severity, count: z.number().int() })),
    hosts: z.object({
      total: z.number().int(),
      connected: z.number().int(),
      silent: z.number().int(),
      drift: z.number().int(),
      lacking: z.number().int(),
    }),
    detectionsToday: z.number().int(),
    detectionsByHour: z.array(z.object({ hour: Instant, count: z.number().int() })).max(48),
    mail: z.object({ waiting: z.number().int(), failed: z.number().int() }),
  }),
});
export const listAudit = route({
  needs: 'audit.read',
  method: 'GET',
  path: '/audit',
  summary: 'Who did what and when, newest first',
  query: PageQuery.extend({ accountId: Id.optional(), target: z.string().max(200).optional() }),
  reply: pageOf(AuditEntry),
});

export const listKeys = route({
  needs: 'key.write',
  method: 'GET',
  path: '/keys',
  summary: 'API keys, without their secrets',
  reply: z.object({ items: z.array(ApiKey).max(1000) }),
});
export const createKey = route({
  needs: 'key.write',
  method: 'POST',
  path: '/keys',
  summary: 'Make an API key; its secret is shown only in this answer',
  body: z.object({
    name: z.string().trim().min(1).max(100),
    role: Role,
    accountId: Id.optional(),
    socId: Id.optional(),
    validDays: z.number().int().min(1).max(3650).optional(),
  }),
  reply: ApiKey.extend({ secret: z.string() }),
  errors: ['not_found', 'limit_reached'],
});
export const revokeKey = route({
  needs: 'key.write',
  method: 'DELETE',
  path: '/keys/{keyId}',
  summary: 'Revoke an API key',
  params: z.object({ keyId: Id }),
  errors: ['not_found'],
});
