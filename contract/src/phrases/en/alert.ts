import type { alert as ja } from '../ja/alert.ts';

/** What to do next when an alert arrives. One line is one step; by kind, and for a silent agent by cause. */
export const alert: Record<keyof typeof ja, string> = {
  'alertAdvice.file.created':
    'Please check whether planned work (an update, maintenance) created it.\nIf not, look at its owner, permissions and content without running it.\nIf nobody knows it, keep the file for investigation and tell the help desk.',
  'alertAdvice.file.deleted':
    'Please check whether planned work (an update, maintenance) deleted it.\nIf not, look at the sign-ins of that time and consider restoring it from a backup.\nIf nobody knows why, tell the help desk.',
  'alertAdvice.file.renamed':
    'Please check whether planned work (an update, maintenance) renamed it.\nIf not, look at the content under the new name and at the sign-ins of that time.\nIf nobody knows why, tell the help desk.',
  'alertAdvice.file.modified':
    'Please check whether planned work (an update, maintenance) changed it.\nIf not, compare the values before and after, look at the sign-ins of that time, and consider restoring it from a backup.\nIf nobody knows why, consider changing the credentials of this host and tell the help desk.',
  'alertAdvice.integrity.mount_skipped':
    'Mounts of networks, FUSE and object storage (such as Amazon S3) are left out of the watch, so that it neither loads them nor hangs with them.\nPlease check whether this mount is planned work.\nIf it is to be watched, please contact the helpdesk.',
  'alertAdvice.integrity.package_changes':
    'Please check whether this change of packages is planned work.\nFiles that do not match what the package says of them are reported each on its own.\nWhoever has become root can rewrite what the package tools recorded. If you do not know of this change, please contact the helpdesk.',
  'alertAdvice.log.matched':
    'Please check whether you know the source and the user named in the log lines.\nIf not, check whether the same source has signed in successfully.\nWhere needed, consider changing the user’s password or blocking the source.',
  'alertAdvice.firewall.denied':
    'Please check whether you know the source and the destination.\nIf the traffic is needed for work, please ask the help desk for a rule that allows it.\nIf you do not know it, look for other detections from the same source.',
  'alertAdvice.firewall.scan':
    'Please check whether a planned test or a monitoring system is at this source.\nIf not, check that only the ports that are needed are open, and whether a connection from the same source has succeeded.\nIf it goes on, consider blocking the source.',
  'alertAdvice.firewall.tampered':
    'A program other than the agent changed or removed the rules of the firewall.\nPlease check which program it was and what work was done on the host at that time.\nIf nobody knows, this may be an intrusion. Please tell the help desk.',
  'alertAdvice.firewall.rolled_back':
    'Under the new rules the host could not connect to its manager, so the rules from before are back in force.\nPlease look at the rules of the policy (traffic to DNS and to devices on the way counts too) and correct them.\nIf anything is unclear, tell the help desk.',
  'alertAdvice.intrusion.matched':
    'Please check whether you know the source, the destination and the program.\nIn detect mode the traffic was not blocked: check whether the service is open to the weakness, and whether its updates are applied.\nWhere this host called out, look at the process that is given. If nobody knows it, tell the help desk.',
  'alertAdvice.intrusion.bypassed':
    'The engine of intrusion prevention does not answer, so traffic is handled without it. Until it works again, attacks are not blocked; where the policy fails closed, traffic stands still.\nPlease look at the load of the host (processor, memory) and whether work was planned.\nIf it happens again, tell the help desk.',
  'alertAdvice.intrusion.tampered':
    'A program other than the agent changed or removed what leads traffic into intrusion prevention.\nPlease check what work was done on the host at that time (a new set-up of its firewall, for instance).\nIf nobody knows, this may be an intrusion. Please tell the help desk.',
  'alertAdvice.host.stopping':
    'The host was powered off on request of the manager.\nWho asked for it and why stands in this alert and in the audit.\nBefore it is switched on again, please make sure that the cause has been dealt with.',
  'alertAdvice.agent.silent':
    'Please check whether the host is running and its network works.\nIf the host runs, look at the state of the agent’s service.\nUntil it is back, this host is not monitored.',
  'alertAdvice.agent.silent.stopped':
    'Please check whether planned work stopped the agent.\nIf not, find out in the host’s log who stopped it, and start the agent.\nUntil it is started, this host is not monitored.',
  'alertAdvice.agent.silent.uninstalled':
    'Ask the customer, or whoever works on the host, whether this was meant.\nInstall the agent again, or retire the host.',
  'alertAdvice.agent.silent.upgrading':
    'Sign in to the host and see whether the upgrade of the package came to its end.\nStart the agent (systemctl start sakimori-agent).',
  'alertAdvice.agent.silent.host_down':
    'See on the host’s page what the look from outside saw.\nLook at the power and the console of the machine, and start it.',
  'alertAdvice.agent.silent.network_down':
    'Look at the customer’s line, router and firewall.\nLook at other hosts of the same network.',
  'alertAdvice.agent.silent.agent_unresponsive':
    'Sign in to the host and look at the agent (sakimori-agent status).\nSee whether something blocks the way from the host to port 7301 of the manager.',
  'alertAdvice.agent.silent.clock_wrong':
    'Look at the clock of the host and switch on NTP.\nSee that the agent is connected again.',
  'alertAdvice.agent.silent.host_shutdown':
    'Please check whether planned work shut the host down.\nIf not, start the host and look for the reason in its system log.',
  'alertAdvice.agent.silent.process_ended':
    'Start the agent on the host (where it restarts by itself, wait for the mail that says it is back).\nLook in the system log for a kill by a person or for a lack of memory (OOM).\nA kill that nobody intended may be part of an attack. If nobody knows why, tell the help desk.',
  'alertAdvice.agent.silent.no_contact':
    'Please check whether the host is powered and running.\nIf it runs, check the network and the way to the manager (firewall, proxy).\nIf planned work stopped the host, nothing needs to be done.',
  'alertAdvice.agent.silent.certificate_expired':
    'The agent’s certificate has expired, so it cannot connect to the manager.\nPlease check that the clock of the host is right.\nIf it is, the host has to be enrolled again with a new token. Please tell the help desk.',
  'alertAdvice.agent.silent.certificate_revoked':
    'The certificate of this host has been revoked. Please check whether that was intended.\nTo go on monitoring it, the host has to be enrolled again with a new token. Please tell the help desk.',
  'alertAdvice.agent.tampered':
    'The agent’s configuration or files were changed by something other than the manager.\nFind out from the sign-ins of the host who changed them.\nIf nobody knows, this may be an intrusion. Please tell the help desk.',
  'alertAdvice.engine.died':
    'The engine is started again by itself. Until it works again, this host is without what it does.\nPlease check whether planned work ended it. If not, look in the system log for a kill by a person or for a lack of memory (OOM).\nIf it happens again, or nobody knows who ended it, tell the help desk.',
  'alertAdvice.engine.hung':
    'The engine does not answer, so it is ended by force and started again. Until it works again, this host is without what it does.\nPlease look at the load of the host (processor, memory, disk).\nIf it happens again, tell the help desk.',
  'alertAdvice.malware.found':
    'Please look at what was done about the file. Where it could not be quarantined or deleted, do not use it.\nPlease find out where the file came from, and which program and user used it.\nIf nobody knows the file, or it is found again, tell the help desk.',
  'alertAdvice.malware.not_scanned':
    'Files could not be scanned, because the engine had ended, was overloaded, or needed longer than openers are held. They were used all the same, or refused where the policy fails closed; the action says which.\nPlease look at the load of the host and the state of the engine, and consider a manual scan.',
  'alertAdvice.malware.scanner_lost':
    'No scanning host answers, so files on this host are used unscanned.\nPlease check whether the scanning host is running, and whether its port can be reached from this host.\nAfterwards please consider a manual scan of this host.',
  'alertAdvice.spool.dropped':
    'The manager was out of reach for long, or detections came in a burst, and the room to keep them was used up.\nPlease check the host’s network and what causes the many detections.\nThe number is given above. What was dropped cannot be restored.',
  'alertAdvice.spool.damaged':
    'Please check the host’s disk for faults (system log, file system check).\nThe agent has made a new spool file and goes on monitoring.\nDetections around the time of the damage may be missing.',
  'alertAdvice.clock.wrong':
    'Please check that time synchronisation works on the host (chrony, systemd-timesyncd and the like).\nTimes of detections are corrected by the manager’s clock.\nWhere the difference is large, certificates may fail to verify and the agent cannot connect.',
  'alertAdvice.disk.full':
    'Please look at the free space of the host’s disks, and remove what is not needed or add space.\nMeanwhile detections are kept in memory, where there is room for a limited number.',
  'alertAdvice.policy.refused':
    'The agent goes on with the policy it had before.\nPlease look at the reason above. If the policy needs a correction, tell the help desk.',
  'alertAdvice.detection.foreign':
    'The agent of this host sent a detection that names another account or host. It was not stored.\nPlease check whether a copy (clone) of the host still carries the same agent.\nIf nobody knows why, the agent may have been tampered with. Please tell the help desk.',
  'alertAdvice.other':
    'Please look at the alert in the console.\nIf planned work did not cause it, tell the help desk.',
};
