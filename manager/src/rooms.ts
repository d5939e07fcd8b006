/**
 * The rooms of the manager, in order: a room imports only rooms above it, only through their `index.ts`. `test/arrows.test.ts` holds it.
 * `platform` is the ground and knows no room; `app.ts`, `manager.ts` and the doors beside this file stand above all.
 */
export const roomOrder = [
  'platform',
  'audit', // append-only: who did what
  'access', // people, sessions, roles, keys
  'provider', // who provides the service: brands, logos
  'editions', // the service specification as data: plans, entitlements, clauses
  'calendar', // periods; business days, their versions, subscriptions
  'customers', // customers, accounts, contacts
  'work', // what people of the provider have to do, and by when
  'hosts', // enrolment, certificates, tasks, last heard
  'inventory', // what stands and runs on each host
  'connectors', // clients that list machines of AWS, GCP and vCenter; knows platform alone
  'configuration', // policies, rules, lists, tasks, computers: the one truth
  'policies', // what engines must do, compiled from the configuration; versions
  'recommendations', // which rules a host should have, by its inventory
  'hearing', // what customers tell before the service begins, and the settings that follow
  'webfeeds', // feeds of web reputation, and the tables that hosts judge by
  'antimalware', // what hosts hold in quarantine, hashes and signatures of an account
  'maintenance', // what was announced beforehand, and so alerts nobody
  'notices', // who is told what: outbox, SMTP, bounces, catcher
  'tickets', // what customers ask of the desk, and by when they are answered
  'oncall', // who is called, by rotation and level, until somebody answers
  'licenses', // what accounts have licensed, until when
  'alerts', // grouping, triage
  'detections', // what engines saw; raises alerts
  'cases', // what the provider and its partner SOC work together
  'sources', // Trend Micro's events: which sender may bring them, for which account; quarantine
  'containment', // sources that are blocked on hosts, and proposals to do so
  'playbooks', // what is done about an attack, and the customer's word about it
  'liveness', // silence and its causes
  'conditions', // what is amiss without an engine that detects it
  'flows', // whom to reach when an agent is silent, and every try
  'reviews', // what an engineer looks through each business day, by plan
  'reports', // week and month: facts → Report → mail, PDF
  'meetings', // review meetings: dates, invitations, questions, minutes, material
  'overview', // are we all right?
  'monitoring', // what the provider's own monitoring counts
  'automation', // tasks that run at a time or at an event
  'agents', // the door at which agents knock
  'deployment', // the agent's packages, and scripts that install them
  'installation', // the agent brought to hosts over SSH; letters about restarts
  'upgrades', // agents brought to another build in rings; versions that nobody announced
  'workloadapi', // the Workload Security API, for the public's clients
  'remote', // customers' own tenants of Trend Micro's, ruled by their API
  'backends', // what rules an account's hosts: this manager, or a tenant of the customer's
  'workbench', // rules made for one customer: written, tried, staged, promoted
  'changes', // configuration changes with proof: compared, approved, applied, verified, taken back
  'onboarding', // from the order form to the start of use: steps, issue, gate
] as const;
