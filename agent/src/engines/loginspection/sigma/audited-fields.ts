import type { AuditEvent } from './audit-event.ts';
import type { AuditRecord } from './audit-record.ts';
import { readSocketAddress } from './socket-address.ts';

export type Fields = Map<string, readonly string[]>;
export type AuditedSource = 'process_creation' | 'file_event' | 'network_connection';

/** Programs that were seen to start, by process id, so that what they start themselves can be told with its parent. */
export class SeenProcesses {
  readonly #byId = new Map<string, { readonly image: string | undefined; readonly commandLine: string | undefined }>();

  /** What an audited event is in Sigma's taxonomy, with the fields of each; nothing where it is none of these. */
  read(event: AuditEvent): Map<AuditedSource, Fields> {
    const found = new Map<AuditedSource, Fields>();
    const one = (type: string): AuditRecord | undefined => event.records.find((record) => record.type === type);
    const call = one('SYSCALL');
    if (call?.fields.get('success') === 'no' && !isConnecting(call)) return found;
    const execution = one('EXECVE');
    const common = commonFields(call, one('CWD'));
    if (execution) found.set('process_creation', this.#process(common, execution, call));
    const created = event.records.filter(({ type, fields }) => type === 'PATH' && fields.get('nametype') === 'CREATE');
    if (created.length > 0) found.set('file_event', withFiles(common, created, one('CWD')));
    const address = readSocketAddress(one('SOCKADDR')?.fields.get('saddr') ?? '');
    if (address && call && isConnecting(call)) {
      const { ip, port } = address;
      found.set(
        'network_connection',
        new Map([...common, ['DestinationIp', [ip]], ['DestinationPort', [String(port)]], ['Initiated', ['true']]]),
      );
    }
    return found;
  }

  #process(common: Fields, execution: AuditRecord, call: AuditRecord | undefined): Fields {
    const commandLine = argumentsOf(execution).join(' ');
    const id = call?.fields.get('pid');
    const parent = this.#byId.get(call?.fields.get('ppid') ?? '');
    const image = call?.fields.get('exe');
    if (id !== undefined) this.#remember(id, { image, commandLine });
    return new Map([
      ...common,
      ['CommandLine', [commandLine]],
      ...optional('ParentImage', parent?.image),
      ...optional('ParentCommandLine', parent?.commandLine),
    ]);
  }

  #remember(id: string, process: { image: string | undefined; commandLine: string }): void {
    this.#byId.delete(id);
    this.#byId.set(id, { image: process.image, commandLine: process.commandLine.slice(0, commandCharsMax) });
    if (this.#byId.size > processesMax) this.#byId.delete(this.#byId.keys().next().value!);
  }
}

const processesMax = 4096;
const commandCharsMax = 1024;

const optional = (name: string, value: string | undefined): [string, readonly string[]][] =>
  value === undefined || value === '' ? [] : [[name, [value]]];

function commonFields(call: AuditRecord | undefined, cwd: AuditRecord | undefined): Fields {
  const field = (name: string) => call?.fields.get(name);
  return new Map([
    ...optional('Image', field('exe')),
    ...optional('ProcessId', field('pid')),
    ...optional('ParentProcessId', field('ppid')),
    // The name where auditd writes it (`log_format = ENRICHED`), else the number.
    ...optional('User', field('UID') ?? field('uid')),
    ...optional('LogonId', field('ses')),
    ...optional('CurrentDirectory', cwd?.fields.get('cwd')),
  ]);
}

function argumentsOf({ fields }: AuditRecord): string[] {
  const found: string[] = [];
  for (let index = 0; fields.has(`a${index}`); index++) found.push(fields.get(`a${index}`)!);
  return found;
}

function withFiles(common: Fields, created: readonly AuditRecord[], cwd: AuditRecord | undefined): Fields {
  const folder = cwd?.fields.get('cwd') ?? '';
  const names = created.map(({ fields }) => fields.get('name') ?? '').filter((name) => name !== '');
  const absolute = names.map((name) =>
    name.startsWith('/') || folder === '' ? name : `${folder.replace(/\/$/, '')}/${name}`,
  );
  return new Map([...common, ['TargetFilename', absolute]]);
}

/** connect(2) on x86-64, 32 bits and arm64; it may be under way when the kernel tells of it. */
function isConnecting({ fields }: AuditRecord): boolean {
  const name = fields.get('SYSCALL');
  const exit = fields.get('exit');
  const isUnderWay = fields.get('success') !== 'no' || exit === '-115' || exit === 'EINPROGRESS';
  return (
    isUnderWay &&
    (name === 'connect' || (name === undefined && ['42', '362', '203'].includes(fields.get('syscall') ?? '')))
  );
}
