import { z } from 'zod';

/** Roles, provider's first. A customer's roles are bound to one account by the database. */
export const roles = [
  'provider-admin',
  'operator',
  'soc-analyst',
  'service-manager',
  'customer-admin',
  'customer-viewer',
] as const;
export const Role = z.enum(roles);
export type Role = z.infer<typeof Role>;

export const customerRoles: readonly Role[] = ['customer-admin', 'customer-viewer'];
export const isCustomerRole = (role: Role): boolean => customerRoles.includes(role);

/** Everything a route can ask for. A route names exactly one. */
export const permissions = [
  'account.read',
  'account.write',
  'alert.read',
  'alert.triage',
  'apikey.read',
  'apikey.write',
  'audit.read',
  'billing.read',
  'calendar.read',
  'calendar.write',
  'contact.read',
  'contact.write',
  'contract.agree',
  'contract.read',
  'contract.write',
  'detection.read',
  'edition.read',
  'hearing.manage',
  'hearing.read',
  'hearing.write',
  'host.read',
  'host.enrol',
  'host.retire',
  'host.stop',
  'key.write',
  'liveness.write',
  'mail.read',
  'mail.configure',
  'maintenance.announce',
  'maintenance.read',
  'onboarding.override',
  'onboarding.read',
  'onboarding.write',
  'person.read',
  'person.write',
  'policy.read',
  'policy.write',
  'quarantine.delete',
  'quarantine.download',
  'quarantine.restore',
  'report.read',
  'report.compose',
  'source.block',
  'webfeed.read',
  'webfeed.write',
  'work.read',
  'work.write',
] as const;
export type Permission = (typeof permissions)[number];

const customerViewer: readonly Permission[] = [
  'account.read',
  'alert.read',
  'calendar.read',
  'contact.read',
  'contract.read',
  'detection.read',
  'edition.read',
  'hearing.read',
  'host.read',
  'maintenance.read',
  'onboarding.read',
  'policy.read',
  'report.read',
  'webfeed.read',
];
/** The customer need not manage the DSM (S12): customers read and ask; only the provider writes. */
const customerAdmin: readonly Permission[] = [
  ...customerViewer,
  'apikey.read',
  'audit.read',
  'contract.agree',
  'hearing.write',
  'maintenance.announce',
];
const analyst: readonly Permission[] = [
  ...customerViewer,
  'alert.triage',
  'audit.read',
  'quarantine.download',
  'work.read',
  'work.write',
];
const operator: readonly Permission[] = [
  ...analyst,
  'account.write',
  'apikey.read',
  'apikey.write',
  'calendar.write',
  'billing.read',
  'contact.write',
  'contract.agree',
  'contract.write',
  'hearing.manage',
  'hearing.write',
  'host.enrol',
  'host.retire',
  'host.stop',
  'liveness.write',
  'mail.read',
  'maintenance.announce',
  'onboarding.write',
  'person.read',
  'policy.write',
  'quarantine.delete',
  'quarantine.download',
  'quarantine.restore',
  'report.compose',
  'source.block',
  'webfeed.write',
];
const serviceManager: readonly Permission[] = [
  ...customerViewer,
  'audit.read',
  'billing.read',
  'contract.agree',
  'contract.write',
  'hearing.manage',
  'hearing.write',
  'mail.read',
  'maintenance.announce',
  'onboarding.override',
  'onboarding.write',
  'report.compose',
  'work.read',
  'work.write',
];

export const permissionsOf: Readonly<Record<Role, readonly Permission[]>> = {
  'provider-admin': permissions,
  operator,
  'soc-analyst': analyst,
  'service-manager': serviceManager,
  'customer-admin': customerAdmin,
  'customer-viewer': customerViewer,
};
export const may = (role: Role, permission: Permission): boolean => permissionsOf[role].includes(permission);
