/** One connection as this host sees it. */
export type LocalFlow = {
  readonly protocol: 'tcp' | 'udp';
  readonly local: { readonly address: string; readonly port: number };
  readonly peer: { readonly address: string; readonly port: number };
  /** This host opened it. */
  readonly isOutgoing: boolean;
  /** By the host's clock. */
  readonly startedAtMs: number;
};

/** The program at this end of a connection. What could not be read any more is absent. */
export type FlowProcess = {
  readonly pid: number;
  readonly name?: string;
  /** The program file. */
  readonly path?: string;
  /** Secrets masked. */
  readonly commandLine?: string;
  readonly user?: { readonly name: string; readonly uid: number };
  readonly parent?: { readonly pid: number; readonly name?: string; readonly path?: string };
};
