import { agentPaths } from '@sakimori/contract/agent-protocol';
import type { HostTaskFacts } from '@sakimori/contract/host-task';
import type { EstimateFigures, EstimateReport } from '@sakimori/contract/integrity-estimate';
import { IntegrityPolicy } from '@sakimori/contract/policy';
import type { Clock } from './clock.ts';
import type { Engine } from './engines/engine.ts';
import { errorText } from './log.ts';
import { NotSupported } from './tasks.ts';
import type { Transport } from './transport.ts';

/** Who waits for an estimate sees it grow. */
const tellEveryMs = 1000;

/**
 * Counts what a draft of integrity rules would watch: fetches the draft, hands it to the engine, and tells the manager what was counted, while it counts and
 * at the end.
 * @returns a sentence for a person
 * @throws NotSupported, or the error of the network or of the engine, once the manager has heard of it
 */
export async function carryOutEstimate(
  parts: { readonly clock: Clock; readonly engine: Engine<'integrity'>; readonly transport: () => Transport },
  facts: HostTaskFacts,
): Promise<string> {
  const { clock, engine, transport } = parts;
  const estimateId = facts['estimate'];
  if (typeof estimateId !== 'string') throw new Error('The task does not say which estimate it means.');
  if (!engine.estimate) throw new NotSupported('This agent does not estimate.');
  const draft = IntegrityPolicy.parse(await transport().call('POST', agentPaths.estimateDraft, { estimateId }));
  const tell = (report: Omit<EstimateReport, 'estimateId'>) =>
    transport().call('POST', agentPaths.estimateReport, { estimateId, ...report } satisfies EstimateReport);
  let toldMs = clock.monotonicMs();
  let last: EstimateFigures = nothing;
  try {
    const figures = await engine.estimate(draft, async (soFar) => {
      last = soFar;
      if (clock.monotonicMs() - toldMs < tellEveryMs) return;
      toldMs = clock.monotonicMs();
      await tell({ state: 'counting', figures: soFar });
    });
    await tell({ state: 'done', figures });
    return `${figures.files} files in ${figures.folders} folders, about ${Math.ceil(figures.seconds)} s`;
  } catch (error) {
    await tell({ state: 'failed', figures: last, detail: errorText(error).slice(0, 500) });
    throw error;
  }
}

const nothing: EstimateFigures = {
  ...{ files: 0, folders: 0, contentBytes: 0, entities: 0, mountsSkipped: [], denied: 0 },
  ...{ seconds: 0, cpuPercent: 0, baselineBytes: 0 },
};
