// Lines like those of the product, of every module, with made-up names and addresses. Each with what is to be read from it.
import type { NeutralEvent } from './event.ts';

/** A field that must not be there is `undefined`. */
type Expected = { readonly [field in keyof NeutralEvent]?: NeutralEvent[field] | undefined };
export type Fixture = { readonly name: string; readonly raw: string; readonly expected: Expected };

const agent = 'CEF:0|Trend Micro|Deep Security Agent|20.0.0.7119';
const host = 'cn1=41 cn1Label=Host ID dvchost=app-1.example';
const tenant = 'TrendMicroDsTenant=Primary TrendMicroDsTenantId=0';
const packet =
  'dmac=00:50:56:00:00:01 smac=00-50-56-00-00-02 TrendMicroDsFrameType=IP src=198.51.100.7 dst=192.0.2.9 in=74 cs3=DF cs3Label=Fragmentation Bits proto=TCP spt=40122 dpt=8080 cs2=0x02 SYN cs2Label=TCP Flags cnt=3';

export const cefFixtures: readonly Fixture[] = [
  {
    name: 'a system event of a manager, with zone',
    raw: `<134>2026-11-20T09:15:00+09:00 dsm.example CEF:0|Trend Micro|Deep Security Manager|20.0.900|600|User Signed In|3|src=192.0.2.1 suser=mori target=mori targetID=7 targetType=User msg=User signed in from 2001:db8:0:0:0:0:0:5 TrendMicroDsReasonId=12 ${tenant}`,
    expected: {
      ...{ format: 'cef', module: 'system', product: 'Deep Security Manager', product_version: '20.0.900' },
      ...{ syslog_pri: 134, timestamp: '2026-11-20T00:15:00Z', syslog_host: 'dsm.example', signature_id: '600' },
      ...{ name: 'User Signed In', severity: 3, src_ip: '192.0.2.1', user: 'mori', target: 'mori' },
      ...{ target_id: '7', target_type: 'User', message: 'User signed in from 2001:db8:0:0:0:0:0:5' },
      ...{ tenant: 'Primary', tenant_id: '0', extra: { TrendMicroDsReasonId: '12' } },
    },
  },
  {
    name: 'an alert that changed, its lines escaped twice',
    raw: 'CEF:0|Trend Micro|Workload Security Manager|50.0.1063|191|Alert Changed|6|src=192.0.2.1 suser=System msg=Alert: Anti-Malware Engine Offline\\\\nSubject: db-2.example\\\\nSeverity: Critical TrendMicroDsTenant=Example K.K. TrendMicroDsTenantId=',
    expected: {
      ...{ module: 'system', alert_state: 'changed', alert_name: 'Anti-Malware Engine Offline' },
      ...{ alert_subject: 'db-2.example', alert_severity: 'Critical', tenant: 'Example K.K.' },
      ...{ message: 'Alert: Anti-Malware Engine Offline\nSubject: db-2.example\nSeverity: Critical' },
    },
  },
  {
    name: 'malware, with a container and every hash',
    raw: `${agent}|4000000|Eicar_test_file|6|${host} ${tenant} cn2=68 cn2Label=Quarantine File Size cs6=shop | web | 4f2c cs6Label=Container filePath=C:\\\\Users\\\\mori\\\\new\\\\eicar.com act=Quarantine result=Quarantined msg=Realtime suser=EXAMPLE\\\\nancy TrendMicroDsMalwareTarget=N/A TrendMicroDsMalwareTargetType=N/A TrendMicroDsFileMD5=44D88612FEA8A8F36DE82E1278ABB02F TrendMicroDsFileSHA1=3395856CE81F2B7382DEE72602F798B642F14140 TrendMicroDsFileSHA256=275A TrendMicroDsDetectionConfidence=95 TrendMicroDsRelevantDetectionNames=Ransom_A;Ransom_B TrendMicroDsCve=CVE-2026-1,CVE-2026-2 TrendMicroDsMitre=T1204`,
    expected: {
      ...{ module: 'anti_malware', host: 'app-1.example', host_id: '41', quarantine_size: 68 },
      ...{ container: 'shop | web | 4f2c', file_path: 'C:\\Users\\mori\\new\\eicar.com', action: 'Quarantine' },
      ...{ result: 'Quarantined', message: 'Realtime', user: 'EXAMPLE\\nancy', detection_confidence: 95 },
      ...{ md5: '44D88612FEA8A8F36DE82E1278ABB02F', sha256: '275A', relevant_detections: 'Ransom_A;Ransom_B' },
      ...{ cve: 'CVE-2026-1,CVE-2026-2', mitre: 'T1204', malware_target: undefined, malware_target_type: undefined },
    },
  },
  {
    name: 'a path as it is, in an archive of a path with its prefix',
    raw: `${agent}|4000010|Adware_X|6|${host} filePath=D:\\temp\\new\\a.zip(\\\\\\\\?\\\\D:\\\\temp\\\\b) act=Clean msg=Scheduled cs3=C:\\\\HKLM cs3Label=Infected Resource cs4=11 cs4Label=Resource Type cs5=75 cs5Label=Risk Level`,
    expected: {
      ...{ module: 'anti_malware', file_path: 'D:\\temp\\new\\a.zip(\\\\?\\D:\\temp\\b)' },
      ...{ infected_resource: 'C:\\HKLM', resource_type: 11, risk_level: 75 },
    },
  },
  {
    name: 'behaviour, whose command line has pairs of its own',
    raw: `${agent}|4000030|Ransom.Behavior|8|${host} TrendMicroDsProcess=C:\\\\tools\\\\x.exe TrendMicroDsProcessPid=77 TrendMicroDsCommandLine=x.exe mode=fast user=root --k=v TrendMicroDsBehaviorRuleID=CS913 TrendMicroDsBehaviorType=Threat-Detection TrendMicroDsMalwareTarget=Multiple TrendMicroDsMalwareTargetType=File System TrendMicroDsMalwareTargetCount=4 act=Terminate`,
    expected: {
      ...{ module: 'anti_malware', process: 'C:\\tools\\x.exe', command_line: 'x.exe mode=fast user=root --k=v' },
      ...{ behavior_rule_id: 'CS913', behavior_type: 'Threat-Detection', malware_target: 'Multiple' },
      ...{ malware_target_type: 'File System', action: 'Terminate' },
      ...{ extra: { TrendMicroDsProcessPid: '77', TrendMicroDsMalwareTargetCount: '4' } },
    },
  },
  {
    name: 'a firewall denial that arrived in two blanks, an agent directly',
    raw: `Nov  3 04:05:06 app-1 ${agent}|21|Out Of Allowed Policy|5|cn1=41 cn1Label=Host ID  act=Deny  ${packet}  TrendMicroDsPacketData=AFB=`,
    expected: {
      ...{ module: 'firewall', timestamp_raw: 'Nov  3 04:05:06', syslog_host: 'app-1', action: 'Deny' },
      ...{ src_ip: '198.51.100.7', src_port: 40122, dst_ip: '192.0.2.9', dst_port: 8080, protocol: 'TCP' },
      ...{ src_mac: '00-50-56-00-00-02', dst_mac: '00:50:56:00:00:01', frame_type: 'IP', bytes_in: 74, count: 3 },
      ...{ fragmentation: 'DF', tcp_flags: '0x02 SYN', packet_data: 'AFB=', host: undefined, detect_only: undefined },
    },
  },
  {
    name: 'a reconnaissance event is the firewall’s; ICMP and IPv6',
    raw: `${agent}|851|Network or Port Scan|6|${host} act=IDS:Deny src=fe80:0:0:0:2d02:9870:beaa:fd41 dst=2001:db8::9 out=60 proto=ICMPv6 cs4=11 0 cs4Label=ICMP Type and Code cs2= cs2Label=TCP Flags TrendMicroDsFrameType=IPv6`,
    expected: {
      ...{ module: 'firewall', src_ip: 'fe80:0:0:0:2d02:9870:beaa:fd41', dst_ip: '2001:db8::9', bytes_out: 60 },
      ...{ icmp: '11 0', tcp_flags: undefined, frame_type: 'IPv6', protocol: 'ICMPv6' },
    },
  },
  {
    name: 'intrusion prevention that would have blocked, labels of older versions, a quoted note',
    raw: `${agent}|1011466|Server 'mod' Denial (CVE-2026-0001)|8|${host} ${packet} act=IDS:Reset cn3=10 cn3Label=DPI Packet Position cs5=12 cs5Label=DPI Stream Position cs1="CVE-2026-0001" cs1Label=DPI Note cs6=8 cs6Label=DPI Flags xff=203.0.113.5, 10.0.0.1 TrendMicroDsPacketData=R0VUIC8\\=\\=`,
    expected: {
      ...{ module: 'intrusion_prevention', detect_only: true, action: 'IDS:Reset', ips_note: '"CVE-2026-0001"' },
      ...{ xff: '203.0.113.5, 10.0.0.1', packet_data: 'R0VUIC8==' },
      ...{ extra: { 'DPI Packet Position': '10', 'DPI Stream Position': '12', 'DPI Flags': '8' } },
    },
  },
  {
    name: 'intrusion prevention that blocked; a pipe in the rule’s name is not escaped',
    raw: `${agent}|1000128|HTTP a|b|c Buffer|10|${host} act=Block src=198.51.100.7 msg=x`,
    expected: { module: 'intrusion_prevention', name: 'HTTP a|b|c Buffer', severity: 10, detect_only: false },
  },
  {
    name: 'integrity: a rename in the registry, its labels first',
    raw: `${agent}|2002779|Windows \\| AutoRun|8|${host} act=renamed filePath=HKLM\\SOFTWARE\\new oldfilePath=HKLM\\\\SOFTWARE\\\\run suser=NT AUTHORITY\\\\SYSTEM sproc=N/A entityType=registry msg=lastModified,sha1,size`,
    expected: {
      ...{ module: 'integrity_monitoring', name: 'Windows | AutoRun', action: 'renamed', user: 'NT AUTHORITY\\SYSTEM' },
      ...{ file_path: 'HKLM\\SOFTWARE\\new', old_file_path: 'HKLM\\SOFTWARE\\run', process: 'N/A' },
      ...{ message: 'lastModified,sha1,size', extra: { entityType: 'registry' } },
    },
  },
  {
    name: 'log inspection: a line of PAM whose pairs were not escaped',
    raw: `<14>Jan 18 11:07:53 dsm syslog: ${agent}|3002501|Syslog - PAM|8|${host} cs1Label=LI Description cs1=User login failed. fname=/var/log/secure src=203.0.113.5 duser=root shost=app-1 msg=Jan 18 11:07:51 app-1 sshd[22]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.5 src=1 user=root\\nagain\\=yes`,
    expected: {
      ...{ module: 'log_inspection', syslog_host: 'dsm', rule_description: 'User login failed.' },
      ...{ log_source: '/var/log/secure', src_ip: '203.0.113.5', target_user: 'root', src_host: 'app-1' },
      message:
        'Jan 18 11:07:51 app-1 sshd[22]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.5 src=1 user=root\nagain=yes',
    },
  },
  {
    name: 'web reputation: an address with pairs, a user and a process',
    raw: `${agent}|5000000|WebReputation|6|${host} request=https://bad.example/a?b=1&c=2 d suser=mori sproc=/usr/bin/curl msg=Dangerous`,
    expected: {
      ...{ module: 'web_reputation', url: 'https://bad.example/a?b=1&c=2 d', user: 'mori', message: 'Dangerous' },
      process: '/usr/bin/curl',
    },
  },
  {
    name: 'application control, out of scope: slots by their labels, not by their numbers',
    raw: `${agent}|6002100|AppControl blocked|6|${host} fileHash=80D4AC suser=root suid=0 act=blocked filePath=/opt/a//b.sh fsize=20 aggregationType=0 repeatCount=2 cs1=AAAA cs1Label=md5 cs2=blacklisted cs2Label=actionReason cs3=BBBB cs3Label=sha1`,
    expected: {
      ...{ module: 'application_control', sha256: '80D4AC', md5: 'AAAA', sha1: 'BBBB', action_reason: 'blacklisted' },
      ...{ detect_only: false, file_path: '/opt/a//b.sh', file_size: 20, count: 2 },
      ...{ extra: { suid: '0', aggregationType: '0' } },
    },
  },
  {
    name: 'device control, out of scope',
    raw: `${agent}|7000000|Device Control DeviceControl|6|${host} device=USB Disk processName=explorer.exe fileName=E:\\\\a.txt vendor=Maker serial=aa-1 model=M 1 computerName=APP-1 domainName=EX deviceType=0 permission=0`,
    expected: {
      ...{ module: 'device_control', device: 'USB Disk', process: 'explorer.exe', file_path: 'E:\\a.txt' },
      ...{ device_vendor: 'Maker', device_serial: 'aa-1', device_model: 'M 1' },
      ...{ extra: { computerName: 'APP-1', domainName: 'EX', deviceType: '0', permission: '0' } },
    },
  },
  {
    name: 'Japanese, behind a byte order mark, in RFC 5424 with a count of octets',
    raw: `999 <134>1 2026-11-20T00:15:00.250Z dsm.example DSM 12 - [a b="]"] \ufeffCEF:0|Trend Micro|Deep Security Manager|20.0.900|252|コンピュータの更新|3|src=192.0.2.1 suser=管理者 target=業務サーバ (192.0.2.9) msg=説明\\=なし\\n二行目`,
    expected: {
      ...{ timestamp: '2026-11-20T00:15:00.250Z', syslog_host: 'dsm.example', name: 'コンピュータの更新' },
      ...{ user: '管理者', target: '業務サーバ (192.0.2.9)', message: '説明=なし\n二行目' },
    },
  },
  {
    name: 'what a relay put before the sender’s own header',
    raw: `<13>Nov 20 09:15:01 relay <142>Nov 20 09:15:00 dsm CEF: 0|Trend Micro|Deep Security Manager|20.0.900|730|Offline|8|target=app-1 (192.0.2.9)`,
    expected: {
      syslog_pri: 142,
      timestamp_raw: 'Nov 20 09:15:00',
      syslog_host: 'dsm',
      severity: 8,
      target: 'app-1 (192.0.2.9)',
    },
  },
  {
    name: 'no host in the header; an address that is no name',
    raw: `<142>Oct  2 16:41:16 ${agent}|20|Log|0|cn1=1 cn1Label=Host ID dvc=192.0.2.4 act=Log`,
    expected: {
      syslog_pri: 142,
      timestamp_raw: 'Oct  2 16:41:16',
      syslog_host: undefined,
      host: '192.0.2.4',
      severity: 0,
    },
  },
  {
    name: 'cut in the header',
    raw: '<142>Oct  2 16:41:16 dsm CEF:0|Trend Micro|Deep Security Agent|20.0.1|21|Out Of All',
    expected: { module: 'firewall', name: 'Out Of All', truncated: true, syslog_host: 'dsm' },
  },
  {
    name: 'cut in a value',
    raw: `${agent}|21|Deny|5|${host} act=De`,
    expected: { module: 'firewall', action: 'De', host: 'app-1.example' },
  },
  {
    name: 'a broken pair and numbers that are none',
    raw: `${agent}|4000000|X|6|${host} TrendMicroDsMalwareTargetType=N/TrendMicroDsFileMD5=44D8 cnt=many in=-1 act=Pass`,
    expected: {
      ...{ malware_target_type: undefined, md5: undefined, count: undefined, bytes_in: undefined, action: 'Pass' },
      ...{ extra: { TrendMicroDsMalwareTargetType: 'N/TrendMicroDsFileMD5=44D8', cnt: 'many', in: '-1' } },
    },
  },
];

const leef = 'LEEF:2.0|Trend Micro|Deep Security Agent|20.0.900|';
export const leefFixtures: readonly Fixture[] = [
  {
    name: 'intrusion prevention by tabs',
    raw: `<182>Jul 14 01:32:31 dsm.example ${leef}1000128|cat=Intrusion Prevention\tname=Rule\tdesc=Rule\tsev=8\tcn1=41\tcn1Label=Host ID\tdvchost=app-1\tact=IDS:Reset\tdstMAC=00:50:56:00:00:01\tsrcMAC=00:50:56:00:00:02\tsrc=198.51.100.7\tdst=192.0.2.9\tsrcPort=40122\tdstPort=443\tproto=TCP\tcs1=CVE-2026-1\tcs1Label=Intrusion Prevention Note\tmsg=`,
    expected: {
      ...{
        format: 'leef',
        module: 'intrusion_prevention',
        name: 'Rule',
        severity: 8,
        host_id: '41',
        detect_only: true,
      },
      ...{ src_port: 40122, dst_port: 443, src_mac: '00:50:56:00:00:02', dst_mac: '00:50:56:00:00:01' },
      ...{ ips_note: 'CVE-2026-1', message: undefined, syslog_host: 'dsm.example', timestamp_raw: 'Jul 14 01:32:31' },
    },
  },
  {
    name: 'LEEF 1.0 of a manager',
    raw: 'LEEF:1.0|Trend Micro|Deep Security Manager|20.0.900|600|cat=System\tname=User Signed In\tsev=3\tusrName=mori\tmsg=a|b=c',
    expected: { module: 'system', product_version: '20.0.900', name: 'User Signed In', user: 'mori', message: 'a|b=c' },
  },
  ...(['^|', 'x5e|', '0x5E|', '\\x5e|'] as const).map((field) => ({
    name: `the delimiter ${field}`,
    raw: `${leef}2002779|${field}cat=Integrity Monitor^name=R^sev=6^filePath=C:\\\\a^suser=x`,
    expected: { module: 'integrity_monitoring', name: 'R', severity: 6, file_path: 'C:\\a', user: 'x' } as const,
  })),
  {
    name: 'a delimiter that is a pipe, and one that is empty',
    raw: `${leef}21||cat=Firewall\tname=R\tact=Deny`,
    expected: { module: 'firewall', name: 'R', action: 'Deny' },
  },
  {
    name: 'tabs that a web page made blanks',
    raw: `LEEF: 2.0|Trend Micro|Deep Security Manager|20|192|cat=System name=Alert Ended desc=Alert: CPU sev=3 src=192.0.2.1 usrName=System msg=Alert: CPU Warning`,
    expected: { name: 'Alert Ended', severity: 3, alert_state: 'ended', alert_name: 'CPU Warning', user: 'System' },
  },
  {
    name: 'tabs that rsyslog escaped',
    raw: `${leef}3002501|cat=Log Inspection#011name=R#011sev=3#011fname=Security`,
    expected: { module: 'log_inspection', name: 'R', log_source: 'Security' },
  },
  {
    name: 'keys that a wrong tab made',
    raw: `${leef}4000030|cat=Anti-Malware\tname=X\tcn1=241\tcn1Label=Host\tID dvc=192.0.2.1\tsev=6`,
    expected: { host: undefined, host_id: undefined, severity: 6 },
  },
];
