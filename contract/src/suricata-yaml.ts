/** How one Suricata is configured. Everything that it reads and writes lies in its folder; nothing of the system's own configuration is used. */
export type SuricataSetting = {
  readonly folder: string;
  /** `inline`: packets come by a queue of the kernel and go on at its word. `tap`: it listens beside the traffic. */
  readonly mode: SuricataMode;
  /** Addresses of this host, in CIDR. */
  readonly homeNet: readonly string[];
  /** Where it listens in `tap`. */
  readonly interfaces: readonly string[];
  /** It reads a file and ends: nobody asks it anything meanwhile. */
  readonly isOffline?: boolean;
};
export type SuricataMode = 'inline' | 'tap';

export const fileNames = {
  configuration: 'suricata.yaml',
  rules: 'active.rules',
  events: 'eve.json',
  socket: 'command.sock',
} as const;

/** No address but one that is never used, where the host has none: an empty list would not load. */
const nowhere = '192.0.2.254/32';

/**
 * Memory is bounded by the caps of streams, flows, hosts and fragments. Where Suricata itself is at a loss (a cap is reached, a protocol that it cannot follow)
 * packets pass uninspected: `exception-policy: ignore`. Connections that are older than the start are inspected from then on (`midstream`). HTTP is read
 * as the shipped rules were tested with (`test/suricata.ts`).
 */
export function suricataYaml({ folder, mode, homeNet, interfaces, isOffline = false }: SuricataSetting): string {
  const home = homeNet.length > 0 ? homeNet : [nowhere];
  return `%YAML 1.1
---
vars:
  address-groups: { HOME_NET: "[${home.join(',')}]", EXTERNAL_NET: "!$HOME_NET"${serverGroups} }
  port-groups: { ${portGroups} }
default-log-dir: ${quoted(folder)}
default-rule-path: ${quoted(folder)}
rule-files: [ ${fileNames.rules} ]
stats: { enabled: yes, interval: 30 }
outputs:
  - eve-log:
      enabled: yes
      filetype: regular
      filename: ${fileNames.events}
      types:
        - alert: { payload: no, payload-printable: yes, payload-buffer-size: 4kb, packet: no, http-body-printable: no, metadata: yes, tagged-packets: no }
unix-command: { enabled: ${isOffline ? 'no' : 'yes'}, filename: ${quoted(`${folder}/${fileNames.socket}`)} }
logging: { default-log-level: notice, outputs: [ { console: { enabled: yes } } ] }
app-layer:
  protocols:
    http:
      enabled: yes
      libhtp:
        default-config:
          personality: IDS
          request-body-limit: 100kb
          response-body-limit: 100kb
          request-body-minimal-inspect-size: 32kb
          request-body-inspect-window: 4kb
          response-body-minimal-inspect-size: 40kb
          response-body-inspect-window: 16kb
          response-body-decompress-layer-limit: 2
          http-body-inline: auto
          double-decode-path: no
          double-decode-query: no
    tls: { enabled: yes, detection-ports: { dp: 443 }, ja3-fingerprints: yes, ja4-fingerprints: yes }
    dns: { tcp: { enabled: yes, detection-ports: { dp: 53 } }, udp: { enabled: yes, detection-ports: { dp: 53 } } }
    smb: { enabled: yes, detection-ports: { dp: "139, 445" } }
${['ssh', 'ftp', 'smtp', 'dcerpc', 'snmp', 'rdp', 'rfb', 'krb5', 'ntp', 'sip', 'tftp', 'mqtt', 'http2'].map((name) => `    ${name}: { enabled: yes }\n`).join('')}asn1-max-frames: 256
runmode: workers
nfq: { mode: accept, fail-open: yes, batchcount: 20 }
capture: { disable-offloading: false, checksum-validation: none }
af-packet:
${mode === 'tap' ? interfaces.map(tapOf).join('') : '  - interface: default\n'}exception-policy: ignore
stream: { memcap: 64mb, checksum-validation: no, inline: auto, midstream: true, reassembly: { memcap: 128mb, depth: 1mb, toserver-chunk-size: 2560, toclient-chunk-size: 2560 } }
flow: { memcap: 64mb, hash-size: 16384, prealloc: 2000 }
defrag: { memcap: 16mb }
host: { hash-size: 4096, prealloc: 100, memcap: 16mb }
detect: { profile: medium, sgh-mpm-context: auto, inspection-recursion-limit: 3000 }
pcre: { match-limit: 3500, match-limit-recursion: 1500 }
mpm-algo: auto
spm-algo: auto
threading: { set-cpu-affinity: no, detect-thread-ratio: 1.0 }
classification-file: /etc/suricata/classification.config
reference-config-file: /etc/suricata/reference.config
`;
}

/** Variables that rules of others (ET Open) are written with: on one host every server is the host itself. */
const serverGroups = [...['HTTP', 'SMTP', 'SQL', 'DNS', 'TELNET', 'AIM', 'DC', 'DNP3', 'MODBUS', 'ENIP']]
  .flatMap((name) =>
    ['DNP3', 'MODBUS', 'ENIP'].includes(name) ? [`${name}_SERVER`, `${name}_CLIENT`] : [`${name}_SERVERS`],
  )
  .map((name) => `, ${name}: "$HOME_NET"`)
  .join('');
const portGroups = Object.entries({
  ...{ HTTP_PORTS: '80', SHELLCODE_PORTS: '!80', ORACLE_PORTS: '1521', SSH_PORTS: '22', DNP3_PORTS: '20000' },
  ...{ MODBUS_PORTS: '502', FILE_DATA_PORTS: '[$HTTP_PORTS,110,143]', FTP_PORTS: '21', GENEVE_PORTS: '6081' },
  ...{ VXLAN_PORTS: '4789', TEREDO_PORTS: '3544' },
})
  .map(([name, ports]) => `${name}: "${ports}"`)
  .join(', ');

/** Segments that the kernel has put together are up to 64 KiB. */
const tapOf = (name: string, index: number): string =>
  `  - { interface: ${quoted(name)}, threads: 1, cluster-id: ${90 - (index % 80)}, cluster-type: cluster_flow, defrag: yes, tpacket-v3: yes, block-size: 262144, ring-size: 2048, use-mmap: yes }\n`;

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
