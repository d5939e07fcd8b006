import type { setting as ja } from '../ja/setting.ts';

/** Settings of a policy: where they take effect, and why some do not (S25). */
export const setting: Record<keyof typeof ja, string> = {
  'setting.by.agent': 'On the host',
  'setting.by.manager': 'In the manager',
  'setting.by.none': 'Not supported',
  'setting.stored': 'A value is taken and has no effect (it follows {after}).',
  'setting.refused': 'The setting {name} cannot be changed here. {reason} It stays as it is built in ({builtIn}).',
  'setting.empty': 'empty',
  'setting.why.agent_initiated': 'It is always the agent that connects; the manager never connects to a host.',
  'setting.why.engine_packages':
    'The engine that scans for malware is updated as a package of the host’s system and not by a setting.',
  'setting.why.kernel_connections':
    'Connections are kept by the Linux kernel, which has no setting of its own for this state.',
  'setting.why.kernel_tcp':
    'The Linux kernel’s own TCP always sees to this, and nothing of it can be changed or logged.',
  'setting.why.no_activity_monitoring': 'There is no engine for activity monitoring.',
  'setting.why.no_appliance':
    'Virtual appliances (agentless protection) are not supported. It is always the agent that protects.',
  'setting.why.no_behavior_monitoring': 'There is no engine for behavior monitoring.',
  'setting.why.no_cleanup': 'Hosts that are silent are not removed by themselves; an operator retires them.',
  'setting.why.no_debug':
    'Packets are not recorded for debugging. Rules and the setting for packet data choose what is logged.',
  'setting.why.no_exploit_rules': 'Single rules against exploits in documents cannot be excepted.',
  'setting.why.no_machine_learning': 'There is no engine for predictive machine learning.',
  'setting.why.no_nsx': 'Tags of VMware NSX are not supported.',
  'setting.why.no_popups': 'Nothing is shown on the screen of a server.',
  'setting.why.no_port_scan': 'The manager does not scan a host’s ports. The agent reports those that listen.',
  'setting.why.no_relay': 'There are no relays; agents get their updates from the manager.',
  'setting.why.no_sandbox': 'Sandboxes and Apex Central are not supported.',
  'setting.why.no_syslog':
    'Detections cannot be forwarded to syslog by this setting. Agents send them to their manager.',
  'setting.why.no_tls_inspection': 'TLS is not decrypted.',
  'setting.why.no_tunnels': 'Packets within tunnels are not looked at.',
  'setting.why.no_vendor_cloud':
    'There is no connection to Smart Protection; signatures and feeds come from this manager.',
  'setting.why.old_agents': 'There are no agents of those old versions.',
  'setting.why.out_of_scope': 'Application Control is out of scope of this service (S13).',
  'setting.why.own_events':
    'The agent gathers and keeps events in its own fixed way, so that none is left out of the count.',
  'setting.why.own_intrusion':
    'The engine of intrusion prevention works in a fixed way and has nothing for this setting.',
  'setting.why.own_liveness':
    'Silence and wrong clocks are judged alike for all hosts; the configuration of the manager says how.',
  'setting.why.own_log': 'How much the agent logs about itself is fixed.',
  'setting.why.recommended_rules':
    'New intrusion prevention rules are assigned as a recommendation scan finds, and not by an update alone.',
  'setting.why.root_decides': 'Whoever is root on a host can stop the agent; liveness monitoring finds that out.',
  'setting.why.sha256_only': 'Contents are always compared by SHA-256.',
  'setting.why.sent_at_once': 'Detections are sent as soon as they arise.',
  'setting.why.size_refused': 'A policy that is too large is refused when it is stored and reaches no agent.',
  'console.settings.settingsTitle': 'Settings',
  'console.settings.search': 'Name or value of a setting',
  'console.settings.group': 'Group',
  'console.settings.anyGroup': 'All groups',
  'console.settings.showAll': 'Show those that are not supported',
  'console.settings.name': 'Setting',
  'console.settings.value': 'Value',
  'console.settings.setBy': 'Set by',
  'console.settings.builtIn': 'Built in',
  'console.settings.valueEmpty': '(empty)',
  'console.settings.change': 'Change',
  'console.settings.reset': 'Leave it to the policy above',
  'console.settings.builtInIs': 'Built in: {value}',
  'console.settings.changed': 'Settings changed. Connected hosts receive them.',
  'console.settings.none': 'No such setting',
  'console.settings.noneText': 'Please look for other words.',
  'console.settings.platform': 'Agents as a whole',
  'setting.by.stored': 'Stored only',
  'setting.taken': 'A value is taken and has no effect (clients are known to set it).',
  'setting.why.no_forwarding':
    'Events are not forwarded to SNS or as SNMP traps. Contacts and alert definitions say who is told of detections.',
  'setting.why.no_other_api':
    'There is no SOAP API and no status monitoring API; this API and the Prometheus output are there for monitoring.',
  'setting.why.no_packet_capture':
    'Of packets only bounded excerpts with secrets masked are recorded; this cannot be changed.',
  'setting.why.no_proxy': 'Proxies cannot be chosen by this setting.',
  'setting.why.no_vendor_services':
    'There is no connection to services of Trend Micro: XDR, MDR, usage data or feedback.',
  'setting.why.own_accounts': 'Accounts are issued by the provider and kept apart; no account stands above others.',
  'setting.why.own_addresses': 'Where agents connect to is decided by the configuration of the manager.',
  'setting.why.own_alert_thresholds': 'Conditions and thresholds of alerts are changed in the alert definitions.',
  'setting.why.own_cloud_keys': 'Credentials of clouds are kept with each connector.',
  'setting.why.own_console':
    'What the console shows and the headers of its pages are fixed; name and logo are changed in the settings of the provider.',
  'setting.why.own_enrolment':
    'Enrolment tokens decide which hosts may enrol; what happens then is set by event-based tasks.',
  'setting.why.own_mail':
    'Contacts and alert definitions say who gets which mail; the mail server is part of the configuration of the manager.',
  'setting.why.own_retention':
    'How long and how much is kept is set for all accounts in the configuration of the manager.',
  'setting.why.own_severity': 'Events are not ranked by figures; rules and alert definitions decide on severity.',
  'setting.why.own_sign_in':
    'The rules of signing in to the console (passwords, sessions, second factor, consent to terms) are fixed; SAML is not supported.',
  'setting.why.own_stateful': 'A stateful configuration takes effect where a policy assigns it.',
  'setting.why.own_updates': 'Updates of rules and agents come from this manager, and agents are upgraded in stages.',
  'setting.why.set_in_policy': 'Scans for recommendations are set in policies.',
};
