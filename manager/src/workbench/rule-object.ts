import type { RuleDraftText } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { isSigma, logFile } from '../policies/index.ts';

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** In force in detect mode, or as it is written. */
export type Form = 'trial' | 'full';

/**
 * A draft as a rule of the Workload Security API. On trial nothing is blocked and nobody is woken: intrusion prevention only detects, and severities stay
 * below those that open alerts.
 */
export function ruleObject(draft: RuleDraftText, form: Form): ApiObject {
  const { module, name, text, severity, logs } = draft;
  const isTrial = form === 'trial';
  const head = { name, template: 'custom' };
  if (module === 'logInspection')
    return {
      ...head,
      ruleXML: base64(isTrial ? quietened(text) : text),
      logFiles: { logFiles: logs.map((log) => logFile(log)) },
    };
  const graded = { ...head, customXML: base64(text), severity: isTrial ? 'low' : severity };
  if (module === 'integrityMonitoring') return graded;
  return { ...graded, detectOnly: isTrial, alwaysIncludePacketData: true };
}

/** The highest level of OSSEC that opens no alert; see `severityOfLevel`. */
const quietLevelMax = 6;

/** The same rules, none of them so grave that an alert is opened. Lines and columns stay what their author sees, but for the digits. */
export function quietened(text: string): string {
  if (isSigma(text)) return text.replaceAll(/^level:[ \t]*(?:medium|high|critical)\b/gm, 'level: low');
  return text.replaceAll(
    /(<rule\b[^>]*?\blevel\s*=\s*)(["'])(\d+)\2/gi,
    (whole, before: string, quote: string, level: string) =>
      Number(level) > quietLevelMax ? `${before}${quote}${quietLevelMax}${quote}` : whole,
  );
}
