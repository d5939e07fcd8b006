import type { Rule, RuleModule } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type ConfigurationView, Scope } from '../../configuration/index.ts';
import { compileFault } from '../compile/faults.ts';
import { compileIntegrityRule } from '../compile/integrity.ts';
import { compileIntrusionRule, type IntrusionRuleObject } from '../compile/intrusion-rule.ts';
import { compileLogInspection, textsOfRule } from '../compile/loginspection.ts';
import { intrusionObjects } from '../compile/objects.ts';
import { describeTraffic } from './firewall-traffic.ts';

export type RuleContent = Pick<Rule, 'texts' | 'watches' | 'watchedEntities' | 'logFiles' | 'traffic' | 'limits'>;

const nothing: RuleContent = { texts: [], watches: [], watchedEntities: [], logFiles: [], limits: [] };

/** What a rule does, as its engine has it. A rule that no agent could carry out says why, in place of it. */
export function contentOf(view: ConfigurationView, module: RuleModule, rule: ApiObject): RuleContent {
  try {
    return contents[module](view, rule);
  } catch (error) {
    const fault = compileFault(error);
    if (!fault) throw error;
    return { ...nothing, limits: [String(fault.facts['detail']).slice(0, 2000)] };
  }
}

const contents: Readonly<Record<RuleModule, (view: ConfigurationView, rule: ApiObject) => RuleContent>> = {
  firewall: (view, rule) => ({ ...nothing, traffic: describeTraffic(view, rule) }),
  intrusionPrevention: (view, rule) => ({
    ...nothing,
    texts: compileIntrusionRule(rule as IntrusionRuleObject, intrusionObjects(new Scope(view, []))).map((line) => ({
      kind: 'suricata',
      text: line.rule,
    })),
  }),
  integrityMonitoring: (_view, rule) => {
    const { rules, entities, unsupported } = compileIntegrityRule(rule);
    const xml = rule['customXML'];
    return {
      ...nothing,
      texts:
        typeof xml === 'string' ? [{ kind: 'integrity_xml', text: Buffer.from(xml, 'base64').toString('utf8') }] : [],
      watches: rules.map(({ include, exclude, attributes, realTime }) => ({
        ...{ include, exclude, attributes },
        realTime: realTime !== false,
      })),
      watchedEntities: entities.map(({ entity, include, exclude, attributes, realTime }) => ({
        ...{ entity, include, exclude, attributes },
        realTime: realTime !== false,
      })),
      limits: unsupported.map(({ what, reason }) => `${what}: ${reason}`.slice(0, 2000)),
    };
  },
  logInspection: (_view, rule) => {
    const { decoderFiles, ruleFiles, sigma } = textsOfRule(rule);
    const { leftOut, sigmaLeftOut } = compileLogInspection([rule]);
    return {
      ...nothing,
      texts: [
        ...decoderFiles.map(({ name, xml }) => ({ kind: 'decoder_xml' as const, name, text: xml })),
        ...ruleFiles.map(({ name, xml }) => ({ kind: 'rule_xml' as const, name, text: xml })),
        ...(sigma === undefined ? [] : [{ kind: 'sigma' as const, text: sigma }]),
      ],
      logFiles: logFilesOf(rule),
      limits: [...leftOut.map(({ reason }) => reason), ...sigmaLeftOut]
        .slice(0, 1000)
        .map((reason) => reason.slice(0, 2000)),
    };
  },
};

/** The API wraps a list of log files into an object; what we ship is the list itself. */
function logFilesOf(rule: ApiObject): Rule['logFiles'] {
  const given = rule['logFiles'] as ApiObject | ApiObject[] | undefined;
  const list = Array.isArray(given) ? given : ((given?.['logFiles'] as ApiObject[] | undefined) ?? []);
  return list.map((file) => ({ path: String(file['location'] ?? ''), format: String(file['format'] ?? '') }));
}
