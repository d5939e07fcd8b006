/** Why a listing failed. A closed list, so that the phrase book can word each of them. */
export const faultKinds = [
  'unreachable', // no connection, or it broke
  'untrusted', // the certificate is not one that we trust
  'timeout', // no whole answer in time
  'stopped', // the caller gave the listing up
  'throttled', // too busy, also after the repeats
  'refused', // the credentials are not accepted
  'forbidden', // the credentials lack a right
  'redirected', // an answer that sends us elsewhere
  'too-large', // more than we are willing to take
  'malformed', // not an answer of this service
  'failed', // any other error status
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What is known of a fault besides its kind. None of it is text of the other side, so it can carry no secret. */
export type FaultFacts = {
  /** The service as people call it, such as `AWS EC2 (ap-northeast-1)`. */
  readonly service: string;
  /** Status of the reply, where there was one. */
  readonly status?: number;
  /** A code of a list that we know: the other side's (`AuthFailure`) or the system's (`ECONNREFUSED`). */
  readonly code?: string;
};

const sentences: Readonly<Record<FaultKind, (service: string) => string>> = {
  unreachable: (service) => `${service} cannot be reached`,
  untrusted: (service) => `The certificate of ${service} is not trusted`,
  timeout: (service) => `${service} did not answer in time`,
  stopped: (service) => `The request to ${service} was stopped`,
  throttled: (service) => `${service} is too busy to answer`,
  refused: (service) => `${service} did not accept the credentials`,
  forbidden: (service) => `${service} did not permit the request with these credentials`,
  redirected: (service) => `${service} answered with a redirect, which is not followed`,
  'too-large': (service) => `The answer of ${service} is larger than allowed`,
  malformed: (service) => `The answer of ${service} cannot be understood`,
  failed: (service) => `${service} answered with an error`,
};

/**
 * The one error of the connectors. Its message is a sentence for people, made of our own words, the service's name, a status and a known
 * code. Text of a reply is never part of it: a hostile server could echo what it was sent.
 */
export class ConnectorFault extends Error {
  readonly kind: FaultKind;
  readonly service: string;
  readonly status: number | undefined;
  readonly code: string | undefined;

  constructor(kind: FaultKind, facts: FaultFacts) {
    const told = [facts.status === undefined ? undefined : `status ${facts.status}`, facts.code].filter(Boolean);
    super(`${sentences[kind](facts.service)}${told.length > 0 ? ` (${told.join(', ')})` : ''}.`);
    this.name = 'ConnectorFault';
    this.kind = kind;
    this.service = facts.service;
    this.status = facts.status;
    this.code = facts.code;
  }
}
