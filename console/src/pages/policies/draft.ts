import { PolicyDocument } from '@sakimori/contract';

/** A policy while somebody edits it: lists as the JSON text in the field, which may be wrong for the moment. */
export type Draft = {
  readonly heartbeatSeconds: number;
  readonly states: Readonly<Record<keyof PolicyDocument['modules'], 'on' | 'off'>>;
  /** Rules of others beside those of intrusion prevention; an empty address is ET Open. */
  readonly community: {
    readonly isOn: boolean;
    readonly wasOn: boolean;
    readonly url: string;
    readonly everyHours: number;
  };
  readonly realTime: boolean;
  readonly scanEverySeconds: number;
  readonly hashBytesMax: number;
  readonly rulesText: string;
  readonly recordLevel: number;
  readonly sourcesText: string;
  readonly decoderFiles: PolicyDocument['modules']['loginspection']['decoderFiles'];
  readonly ruleFiles: PolicyDocument['modules']['loginspection']['ruleFiles'];
  readonly ruleNamesJa: PolicyDocument['modules']['loginspection']['ruleNamesJa'];
};

/** Where a draft is wrong. `field` names the field that shows it. */
export type Problem = {
  readonly field: 'rulesText' | 'sourcesText' | 'communityUrl' | 'other';
  readonly path: string;
  readonly message: string;
};

const pretty = (value: unknown): string => JSON.stringify(value, null, 2);

export function toDraft({ heartbeatSeconds, modules }: PolicyDocument): Draft {
  const { integrity, loginspection, intrusion } = modules;
  const community = 'communityRules' in intrusion ? intrusion.communityRules : undefined;
  const states = Object.fromEntries(
    Object.entries(modules).map(([name, { state }]) => [name, state === 'off' ? 'off' : 'on']),
  );
  return {
    heartbeatSeconds,
    states: states as Draft['states'],
    community: {
      isOn: Boolean(community),
      wasOn: Boolean(community),
      url: community?.url ?? '',
      everyHours: community?.everyHours ?? 24,
    },
    realTime: integrity.realTime,
    scanEverySeconds: integrity.scanEverySeconds,
    hashBytesMax: integrity.hashBytesMax,
    rulesText: pretty(integrity.rules),
    recordLevel: loginspection.recordLevel,
    sourcesText: pretty(loginspection.sources),
    decoderFiles: loginspection.decoderFiles,
    ruleFiles: loginspection.ruleFiles,
    ruleNamesJa: loginspection.ruleNamesJa,
  };
}

/** The document that a draft means, or everything that is wrong with it. */
export function readDraft(draft: Draft): { document: PolicyDocument } | { problems: Problem[] } {
  const problems: Problem[] = [];
  const parse = (field: 'rulesText' | 'sourcesText'): unknown => {
    try {
      return JSON.parse(draft[field]);
    } catch (fault) {
      problems.push({ field, path: 'JSON', message: fault instanceof Error ? fault.message : String(fault) });
      return [];
    }
  };
  const { states } = draft;
  const parsed = PolicyDocument.safeParse({
    heartbeatSeconds: draft.heartbeatSeconds,
    modules: {
      antimalware: { state: states.antimalware },
      webreputation: { state: states.webreputation },
      firewall: { state: states.firewall },
      intrusion: { state: states.intrusion, ...(states.intrusion === 'on' ? communityOf(draft) : {}) },
      integrity: {
        state: states.integrity,
        realTime: draft.realTime,
        scanEverySeconds: draft.scanEverySeconds,
        hashBytesMax: draft.hashBytesMax,
        rules: parse('rulesText'),
      },
      loginspection: {
        state: states.loginspection,
        sources: parse('sourcesText'),
        recordLevel: draft.recordLevel,
        decoderFiles: draft.decoderFiles,
        ruleFiles: draft.ruleFiles,
        ...(draft.ruleNamesJa ? { ruleNamesJa: draft.ruleNamesJa } : {}),
      },
    },
  });
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push({ ...placeOf(issue.path), message: issue.message });
  }
  return problems.length === 0 && parsed.success ? { document: parsed.data } : { problems };
}

/** Said where it is on, or is switched off now. */
function communityOf({ community: { isOn, wasOn, url, everyHours } }: Draft) {
  if (!isOn) return wasOn ? { communityRules: null } : {};
  return { communityRules: { everyHours, ...(url.trim() ? { url: url.trim() } : {}) } };
}

/** `modules.integrity.rules.0.include` → the rules' field, at `[0].include`. */
function placeOf(path: readonly PropertyKey[]): Pick<Problem, 'field' | 'path'> {
  const [, module, list, ...rest] = path;
  const within = rest.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  if (module === 'integrity' && list === 'rules') return { field: 'rulesText', path: within };
  if (module === 'loginspection' && list === 'sources') return { field: 'sourcesText', path: within };
  if (module === 'intrusion' && list === 'communityRules') return { field: 'communityUrl', path: within };
  return { field: 'other', path: path.map(String).join('.') };
}
