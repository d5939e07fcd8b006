/** Which parameters each type of scheduled task has, and which of them it needs. Types without any are not here. */
export const parametersOf: Readonly<Record<string, { readonly property: string; readonly isNeeded: boolean }>> = {
  'scan-for-open-ports': { property: 'scanForOpenPortsTaskParameters', isNeeded: true },
  'send-alert-summary': { property: 'sendAlertSummaryTaskParameters', isNeeded: true },
  'discover-computers': { property: 'discoverComputersTaskParameters', isNeeded: true },
  'run-script': { property: 'runScriptTaskParameters', isNeeded: true },
  'send-policy': { property: 'sendPolicyTaskParameters', isNeeded: true },
  'generate-report': { property: 'generateReportTaskParameters', isNeeded: true },
  'synchronize-directory': { property: 'synchronizeDirectoryTaskParameters', isNeeded: true },
  'scan-for-recommendations': { property: 'scanForRecommendationsTaskParameters', isNeeded: true },
  'synchronize-vcenter': { property: 'synchronizeVCenterTaskParameters', isNeeded: true },
  'scan-for-integrity-changes': { property: 'scanForIntegrityChangesTaskParameters', isNeeded: true },
  'scan-for-malware': { property: 'scanForMalwareTaskParameters', isNeeded: true },
  'check-for-security-updates': { property: 'checkForSecurityUpdatesTaskParameters', isNeeded: true },
  'synchronize-cloud-account': { property: 'synchronizeCloudAccountTaskParameters', isNeeded: true },
  'update-suspicious-objects-list': { property: 'updateSuspiciousObjectsListTaskParameters', isNeeded: false },
};

export const allParameters: readonly string[] = Object.values(parametersOf).map(({ property }) => property);
