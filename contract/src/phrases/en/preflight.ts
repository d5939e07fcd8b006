import type { preflight as ja } from '../ja/preflight.ts';

/** What preflight finds (S10, S14, S15, S22–S24), and what to do next. */
export const preflight: Record<keyof typeof ja, string> = {
  'preflight.level.pass': 'PASS',
  'preflight.level.warn': 'WARN',
  'preflight.level.fail': 'FAIL',
  'preflight.next': 'Next: {text}',
  'preflight.verdict.ok': 'OK: this host is up to it.',
  'preflight.verdict.warn': 'WARN: the agent can be installed. Please look at the warnings above.',
  'preflight.verdict.fail':
    'FAIL: the agent is not installed on this host. Please mend what failed above, or go on with --override and a reason, which is recorded.',
  'preflight.verdict.overridden': 'It goes on in spite of FAIL. Reason: {reason} (it is recorded with the enrolment)',
  'preflight.verdict.reboot':
    'needs_reboot: this host needs a restart. It is not restarted from here; please do it in a maintenance slot.',
  'preflight.unchecked': 'The way to the manager was not looked at (--manager HOST:PORT does).',
  'preflight.host':
    'memory {memory, number} MB, {cores, number} cores, {disk, number} MB free for data, Linux {kernel}',
  'preflight.noRoot': 'Not root, so not everything can be looked at.',
  'preflight.os_supported': '{os} is supported (table {table}, row {row}, {url}).',
  'preflight.os_unsupported':
    '{os} is not supported (table {table}, row {row}, {url}). It needs glibc {glibc} or newer.',
  'preflight.next.os_unsupported': 'Upgrade the system to a supported version.',
  'preflight.os_unlisted': '{os} (ID={id}, VERSION_ID={version}) has no row in the support table {table}. See {url}',
  'preflight.next.os_unlisted': 'Use a system of the table, or ask the service desk about this one.',
  'preflight.kernel_supported': 'Kernel {kernel} ({needed} or newer is needed, {url})',
  'preflight.kernel_old': 'Kernel {kernel} is too old ({needed} or newer is needed, {url}).',
  'preflight.next.kernel_old': 'Upgrade the kernel.',
  'preflight.architecture_supported': 'Architecture {architecture} (supported: {list}, {url})',
  'preflight.architecture_unsupported': 'The architecture {architecture} is not supported ({list} are, {url}).',
  'preflight.next.architecture_unsupported': 'Use a host of a supported architecture.',
  'preflight.dns_resolved': 'The name {host} resolves ({address}).',
  'preflight.dns_unresolved': 'The name {host} does not resolve ({detail}).',
  'preflight.next.dns_unresolved':
    'Look at this host’s DNS (/etc/resolv.conf) and at the record of the manager’s name.',
  'preflight.port_open': 'Port {port} of {host} takes connections.',
  'preflight.port_refused':
    'Port {port} of {host} refused the connection: no program listens there, or something on the way says no.',
  'preflight.next.port_refused': 'Check address and port, whether the manager runs, and firewalls on the way.',
  'preflight.port_silent':
    'Port {port} of {host} did not answer within {seconds, number} s: packets are dropped on the way.',
  'preflight.next.port_silent':
    'Allow this host to reach the manager (TCP {port}) in its own firewall, firewalls on the way and security groups.',
  'preflight.port_unreachable': 'There is no route to {host} (port {port}).',
  'preflight.next.port_unreachable': 'Check the routes and the gateway of this host.',
  'preflight.port_failed': 'Port {port} of {host} cannot be reached ({detail}).',
  'preflight.next.port_failed': 'Check the network of this host.',
  'preflight.tls_failed': 'TLS with {host} does not come about ({detail}).',
  'preflight.next.tls_failed': 'Check for devices on the way that inspect or block traffic, and the port.',
  'preflight.tls_trusted': 'The certificate of {host} is of the authority that was named (until {day}).',
  'preflight.tls_seen': 'The certificate of {host} was seen (until {day}); its authority was not compared.',
  'preflight.tls_other_authority':
    'The certificate of {host} is not of the authority that was named (issuer: {issuer}): TLS is inspected on the way, or it is another server.',
  'preflight.next.tls_other_authority': 'Exempt traffic to the manager from TLS inspection.',
  'preflight.tls_other_name': 'The certificate of {host} does not bear this name ({names}).',
  'preflight.next.tls_other_name': 'Add the name to the manager’s setting SAKIMORI_AGENTS_NAMES.',
  'preflight.tls_expired': 'The certificate of {host} has expired ({day}).',
  'preflight.next.tls_expired': 'Check this host’s clock and the manager’s certificate.',
  'preflight.tls_expires_soon': 'The certificate of {host} expires in {days, number} days ({day}).',
  'preflight.next.tls_expires_soon': 'A restart of the manager renews it.',
  'preflight.proxy_set': '{name} names a proxy. The agent uses none: it connects to {host} directly.',
  'preflight.next.proxy_set': 'Make sure that the direct connection is allowed.',
  'preflight.clock_right': 'This host’s clock agrees with the manager’s ({seconds, number} s apart).',
  'preflight.clock_wrong': 'This host’s clock is {seconds, number} s off the manager’s.',
  'preflight.next.clock_wrong': 'Set the clock by NTP (chrony, systemd-timesyncd).',
  'preflight.clock_unknown': '{host} does not tell its time, so the clocks were not compared.',
  'preflight.next.clock_unknown': 'Make sure that NTP sets the clock.',
  'preflight.size_enough': 'Memory, cores and disk are enough.',
  'preflight.disk_full': '{free, number} MB are free for data; at least {needed, number} MB are needed to install.',
  'preflight.next.disk_full': 'Make room below /var/lib.',
  'preflight.mounts_none': 'There are no network or FUSE mounts.',
  'preflight.mounts_found':
    'There are {count, number} network or FUSE mounts: {list}. Integrity monitoring and scans leave them out.',
  'preflight.next.mounts_found': 'Where they must be watched, watch them on the host that they come from.',
  'preflight.files_counted':
    'Some {files, number} files may be watched (first scan about {seconds, number} s; up to {most, number} is usual).',
  'preflight.files_many':
    '{files, number} files or more may be watched (first scan about {seconds, number} s or more; up to {most, number} is usual).',
  'preflight.next.files_many': 'Narrow the folders of integrity monitoring, or use its light profile.',
  'preflight.reboot_none': 'No restart is pending and no driver is held.',
  'preflight.reboot_pending': 'A restart of the system is pending ({by} {packages}).',
  'preflight.next.reboot_pending': 'Restart the host in a maintenance slot. The service never restarts it unasked.',
  'preflight.queue_busy': 'Queue {queue} of packets is read by another program ({program}, PID {pid}).',
  'preflight.next.queue_busy':
    'Stop that program, or restart the host in a maintenance slot. Until then intrusion prevention and web reputation only detect.',
  'preflight.products_none': 'No other security product was found.',
  'preflight.products_found': 'There are other security products: {list}',
  'preflight.next.products_found':
    'Two at once cost time and may disturb each other. Find out whether both are wanted.',
  'preflight.fanotify_there': 'fanotify can be used.',
  'preflight.fanotify_missing': 'fanotify cannot be used ({detail}).',
  'preflight.next.fanotify_missing':
    'inotify stands in, without the process of a change. Check for root and the kernel’s settings.',
  'preflight.nft_there': 'nft is there.',
  'preflight.nft_missing': 'nft is missing.',
  'preflight.next.nft_missing': 'Install the package nftables: sakimori-agent engines install --modules firewall',
  'preflight.nfqueue_there': 'NFQUEUE can be used.',
  'preflight.nfqueue_missing': 'The kernel has no NFQUEUE.',
  'preflight.next.nfqueue_missing': 'Intrusion prevention only detects. Use a kernel with nfnetlink_queue.',
};
