import type { RemoteProblem } from '@sakimori/contract';
import type { ConnectorFault } from '../connectors/index.ts';

/** A call of a remote tenant that was not carried out: a status as of HTTP, and a sentence for people that holds no key. */
export class RemoteFault extends Error {
  readonly status: number;
  /** Whether the tenant itself is amiss, and not what was asked of it. */
  readonly isOfTenant: boolean;
  /** What is amiss with the tenant, for people to read in their language. */
  readonly problem: RemoteProblem;
  constructor(
    status: number,
    message: string,
    options: ErrorOptions & { readonly isOfTenant?: boolean; readonly problem?: RemoteProblem } = {},
  ) {
    super(message, options);
    this.name = 'RemoteFault';
    this.status = status;
    this.isOfTenant = options.isOfTenant ?? status >= 500;
    this.problem = options.problem ?? 'failed';
  }
}

const problems: Readonly<Partial<Record<ConnectorFault['kind'], RemoteProblem>>> = {
  unreachable: 'unreachable',
  untrusted: 'untrusted',
  timeout: 'timeout',
  redirected: 'redirected',
  'too-large': 'malformed',
  malformed: 'malformed',
};

/** Faults of the line in the words of the backend: nobody answered, or nothing that could be used. */
export function ofLine(fault: ConnectorFault): RemoteFault {
  const code = fault.code === 'INNER_ADDRESS' ? ' Its name leads to an address that may not be asked.' : '';
  return new RemoteFault(fault.kind === 'stopped' ? 503 : 502, `${fault.message}${code}`, {
    cause: fault,
    problem: problems[fault.kind] ?? 'failed',
  });
}
