import type { host as ja } from '../ja/host.ts';

/** Host and agent: the state of modules, limits for want of privileges, causes of silence. */
export const host: Record<keyof typeof ja, string> = {
  'module.cause.engine_failed': 'The engine could not start: {detail}',
  'module.cause.engine_starting': 'The engine ({engine}) is starting (since {since}).',
  'module.cause.engine_died':
    'The engine ({engine}) has ended and is being started again (since {since}). What it does is not done: {detail}',
  'module.cause.engine_hung':
    'The engine ({engine}) does not answer (since {since}). What it does is not done: {detail}',
  'module.cause.policy_not_applied': 'No policy has arrived yet.',
  'module.cause.integrity_unreadable':
    '{count, plural, one {# file or folder} other {# files or folders}} cannot be read, so their content is not compared (for example {example}).',
  'module.cause.integrity_mounts_skipped':
    '{count, plural, one {# network or FUSE mount is} other {# network or FUSE mounts are}} left out: {list}',
  'module.cause.integrity_watch_limit':
    'The inotify limit leaves {missing, plural, one {# folder} other {# folders}} without real-time watch. A scan every {seconds, number} s stands in (raise fs.inotify.max_user_watches).',
  'module.cause.integrity_watch_failed':
    '{missing, plural, one {# folder} other {# folders}} cannot be watched in real time ({detail}). A scan every {seconds, number} s stands in.',
  'module.cause.integrity_baseline_memory':
    'The disk takes no writes: {count, plural, one {# change} other {# changes}} of the baseline are held in memory.',
  'module.cause.integrity_scan_failed': 'The last scan could not be completed: {detail}',
  'module.cause.integrity_variable_unset':
    'Environment variables that rules name ({names}) are not set on this host, so these paths are not watched.',
  'module.cause.integrity_entities_unseen': 'Some things cannot be read on this host: {kinds}',
  'module.cause.integrity_entities_failed': 'What is watched besides files could not be compared: {detail}',
  'module.cause.firewall_refused':
    'nftables cannot be used here. Please check that the agent runs as root and that the kernel has nf_tables ({detail}).',
  'module.cause.firewall_left_out_mac':
    '{count, plural, one {# outgoing rule with a destination’s MAC address is} other {# outgoing rules with a destination’s MAC address are}} left out ({names}).',
  'module.cause.firewall_left_out_frame':
    '{count, plural, one {# rule that denies frames other than IP is} other {# rules that deny frames other than IP are}} left out ({names}).',
  'module.cause.firewall_left_out_setting':
    '{count, plural, one {# setting} other {# settings}} cannot be carried out on this host ({names}).',
  'module.cause.firewall_no_events':
    'The packet log cannot be heard, so detections are not reported. The rules are in force ({detail}).',
  'module.cause.firewall_no_watch':
    'Changes to the rules by others are not heard of at once; they are looked for at intervals ({detail}).',
  'module.cause.firewall_contested':
    'Another program changes the rules again and again. They are put right at most five times a minute.',
  'module.cause.firewall_cut_off': 'Rules were taken back: {detail}',
  'module.cause.antimalware_no_official':
    'There are no official signatures of ClamAV. Scans use only those that come with the product and your own.',
  'module.cause.antimalware_no_memory':
    'ClamAV does not get the memory that it needs. Please give this host more memory, or name a scanning host for it ({detail}).',
  'module.cause.antimalware_no_freshclam':
    'The program that fetches signatures (freshclam) is missing. This command adds it: {command}',
  'module.cause.antimalware_out_of_date': 'The signatures are out of date ({days, number} days old).',
  'module.cause.antimalware_update_failed':
    'Signatures cannot be fetched from {source} since {since}. Scans go on with those before ({detail}).',
  'module.note.antimalware_updated': 'Signatures were last looked for at {at} ({source}).',
  'module.note.antimalware_updating': 'Signatures are being fetched ({source}).',
  'module.cause.antimalware_scanner_lost':
    'No scanning host answers since {since}, so files are used unscanned ({detail}).',
  'module.cause.antimalware_no_scan_door': 'This host is to scan for others and cannot be reached by them ({detail}).',
  'module.note.antimalware_scanned_elsewhere': 'Files of this host are scanned by {scanner}.',
  'module.note.antimalware_scans_for_others':
    'This host scans for others of its account ({hosts, plural, one {# host} other {# hosts}} in the last ten minutes).',
  'module.cause.antimalware_left_out':
    '{count, plural, one {# signature file} other {# signature files}} cannot be read and {count, plural, one {is} other {are}} left out ({names}).',
  'module.cause.antimalware_not_reloaded':
    'New signatures could not be put in force. Scans go on with those before ({detail}).',
  'module.cause.antimalware_no_guard':
    'Real-time scan does not work. Only manual and scheduled scans do ({detail}). This command adds it: {command}',
  'module.cause.antimalware_unmarked':
    '{count, plural, one {# file system} other {# file systems}} cannot be scanned in real time ({list}).',
  'module.note.antimalware_unsupported': 'This engine does not have these settings, so they have no effect: {names}',
  'module.note.antimalware_no_cleaning': 'This engine cannot clean files. What was to be cleaned is quarantined.',
  'module.note.antimalware_out_of_hours': 'Real-time scan rests: its schedule has other hours.',
  'module.note.antimalware_limited': 'A setting of this host limits real-time scan to these folders: {list}',
  'module.note.antimalware_scanning':
    'A scan is under way: {files, number} files so far, {found, number} infected ({minutes, number} min).',
  'module.note.antimalware_fails_closed':
    'Files that cannot be scanned are refused (Fail closed): when the engine hangs or ends, programs and files cannot be opened until it is back.',
  'module.note.antimalware_no_real_time': 'The policy has no configuration for real-time scan.',
  'module.note.firewall_isolated': 'This host is isolated: only its manager is reached (until {until}).',
  'module.note.firewall_source_blocked': '{source} is blocked (until {until}; reason: {reason}).',
  'module.note.firewall_tap': 'In tap mode nothing is held up; traffic is only logged.',
  'module.cause.intrusion_no_queue':
    'Packets cannot be given to the engine, so nothing is blocked; it only detects (the kernel needs NFQUEUE, the host iptables: {detail}).',
  'module.cause.intrusion_queue_taken':
    'Queue {queue} of packets is read by another program ({program}, PID {pid}), so nothing is blocked; the engine only detects.',
  'module.cause.intrusion_stands_still':
    'Traffic stands still, because the engine does not work and the policy fails closed: {detail}',
  'module.cause.intrusion_bypassed': 'Traffic does not go through the engine: {detail}',
  'module.cause.intrusion_rules_failed':
    '{count, plural, one {# rule} other {# rules}} that the engine cannot load are left out ({names}).',
  'module.cause.intrusion_left_out_context':
    '{count, plural, one {# rule} other {# rules}} that hold only on restricted interfaces are not in force, for the engine does not know by which interface a packet came ({names}).',
  'module.note.intrusion_prevents': 'In prevent mode: traffic that is taken for an attack is blocked.',
  'module.note.intrusion_detects': 'In detect mode: nothing is blocked; traffic is only logged.',
  'module.note.intrusion_tap': 'The network engine is in tap mode: nothing is blocked; traffic is only logged.',
  'module.note.intrusion_community': 'Rules of others beside them, which only detect: {count, number}, fetched {at}.',
  'module.note.intrusion_community_failed': 'Rules of others could not be renewed; those from before stay ({detail}).',
  'module.note.intrusion_no_trace':
    'The tracing of the kernel cannot be used, so the process of a connection may stay unknown where a program ends at once ({detail}).',
  'module.figure.intrusionRules': 'Rules loaded',
  'module.figure.intrusionRulesFailed': 'Rules that could not be loaded',
  'module.figure.engineMemoryMb': 'Memory of the engine (MB)',
  'module.figure.engineRestarts': 'Restarts of the engine',
  'module.figure.firewallRules': 'Rules in force',
  'module.figure.firewallLeftOut': 'Rules and settings left out',
  'module.figure.sourceBlocks': 'Sources blocked on request',
  'module.figure.firewallBlocked': 'Sources shut out',
  'module.figure.malwareSignatures': 'Signatures',
  'module.figure.malwareSignatureDays': 'Age of the signatures (days)',
  'module.figure.malwareFileSystems': 'File systems scanned in real time',
  'module.figure.malwareMissed': 'Uses of files without a scan',
  'module.figure.malwareScanFiles': 'Files scanned by the scan',
  'module.figure.malwareScanFound': 'Infected files found by the scan',
  'module.figure.malwareScanMegabytes': 'MB scanned by the scan',
  'module.figure.malwareScanSkipped': 'Not looked at by the scan',
  'module.figure.malwareScannedForOthers': 'Files scanned for other hosts',
  'module.figure.malwareScanned': 'Files scanned in real time',
  'module.figure.malwareDenied': 'Uses of files denied',
  'module.figure.entities': 'Watched besides files',
  'module.figure.entity_user': 'Users watched',
  'module.figure.entity_group': 'Groups watched',
  'module.figure.entity_service': 'Services watched',
  'module.figure.entity_process': 'Running programs watched',
  'module.figure.entity_port': 'Listening ports watched',
  'module.figure.entity_software': 'Software packages watched',
  'module.figure.entity_cron': 'Scheduled jobs watched',
  'module.figure.entity_kernel_module': 'Kernel modules watched',
  'module.figure.entity_ssh_key': 'SSH keys watched',
  'module.figure.exclusions': 'Exclusions with an end',
  'module.cause.integrity_events_lost':
    'The kernel’s queue of changes ran over ({count, plural, one {once} other {# times}}). A scan makes up for it.',
  'module.note.integrity_fanotify':
    'Real time by fanotify on {count, plural, one {# file system} other {# file systems}}, with the process and the user of each change.',
  'module.note.integrity_inotify_rights':
    'Real time by inotify. Which process and user made a change is not known, for want of the rights that fanotify needs (CAP_SYS_ADMIN, CAP_DAC_READ_SEARCH): {detail}.',
  'module.note.integrity_inotify_kernel':
    'Real time by inotify. Which process and user made a change is not known: the kernel cannot watch file systems by fanotify ({detail}).',
  'module.note.integrity_inotify_missing_call':
    'Real time by inotify. Which process and user made a change is not known: the part that calls fanotify (koffi) is not there.',
  'module.note.integrity_inotify_failed':
    'Real time by inotify. Which process and user made a change is not known: fanotify cannot be used ({detail}).',
  'module.note.integrity_unmarked':
    '{count, plural, one {# file system that fanotify cannot serve is} other {# file systems that fanotify cannot serve are}} watched by inotify (for example {example}: {detail}).',
  'module.note.integrity_light':
    'Light profile: scans take at most {percent, number}% of one core, and text differences are not shown.',
  'module.figure.watchedFiles': 'Files in the baseline',
  'module.figure.watchedFolders': 'Folders watched in real time',
  'module.figure.watchedFileSystems': 'File systems watched in real time',
  'module.figure.eventOverruns': 'Times the queue of changes ran over',
  'module.figure.attributeOnlyFiles': 'Files compared by attributes only (larger than the limit)',
  'module.figure.unreadable': 'Entries that cannot be read',
  'module.figure.lastScanSeconds': 'Duration of the last scan (s)',
  'module.figure.building': 'Baseline under construction',
  'sizing.antimalware_memory':
    'With {memory, number} MB of memory, scanning for malware on this host itself is not advised ({needed, number} MB or more are). Give it more memory, or leave this module off here: a scanner on another host that several share is not part of this version.',
  'sizing.memory':
    'The modules that are on take about {needed, number} MB, more than half of this host’s memory ({memory, number} MB). Consider fewer modules or more memory.',
  'sizing.light_profile':
    'With {cores, plural, one {# core} other {# cores}} and {memory, number} MB of memory, the light profile of integrity monitoring is advised.',
  'sizing.disk':
    'There are {free, number} MB free where the agent keeps its data. It needs {needed, number} MB to keep detections for later.',
  'host.privilege.integrity_unreadable':
    "Without root, the content of other users' files and changes in folders closed to the agent are not seen.",
  'host.privilege.logs_unreadable':
    'Without root, logs the agent may not read (such as /var/log/auth.log) are not seen.',
  'host.privilege.self_protection':
    "Without root, the agent's files are not protected from other processes of the same user.",
  'host.privilege.engines': 'Without root, firewall, intrusion prevention and anti-malware cannot be driven.',
  'liveness.cause.stopped': 'The agent was stopped in an orderly way.',
  'liveness.cause.uninstalled': 'The agent was uninstalled.',
  'liveness.cause.upgrading': 'The agent stopped for an upgrade, and its new version has not been heard.',
  'liveness.cause.host_shutdown': 'The host was shut down.',
  'liveness.cause.process_ended':
    'The agent process ended without notice (killed or crashed) while the host still answered.',
  'liveness.cause.host_down':
    'The host does not answer from outside either, while others of its network do: the host is down.',
  'liveness.cause.network_down':
    'Neither the host nor anything else of its network answers from outside: the network is down.',
  'liveness.cause.agent_unresponsive':
    'The host answers from outside, but its agent does not: it hangs, or its way to the manager is blocked.',
  'liveness.cause.clock_wrong':
    'The agent is not heard. When it was last, the clock of the host was far from right, so that it may be unable to check certificates.',
  'liveness.cause.reported_offline': 'The customer’s own remote tenant reports that its agent is offline.',
  'liveness.cause.no_contact': 'Nothing answers: the host is down or the network is cut.',
  'liveness.cause.certificate_expired': "The agent's client certificate has expired.",
  'liveness.cause.certificate_revoked': "The agent's client certificate has been revoked.",
};
