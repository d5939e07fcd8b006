import { agentPaths } from '@sakimori/contract/agent-protocol';
import type { HostTaskFacts } from '@sakimori/contract/host-task';
import { type FetchPiece, FetchWish, fetchPieceBytes } from '@sakimori/contract/quarantine';
import type { Engine } from './engines/engine.ts';
import { NotSupported } from './tasks.ts';
import type { Transport } from './transport.ts';

/**
 * Sends a copy of a quarantined file to the manager: asks which file and with which password, and sends the ZIP piece after piece. Begun anew it starts from the first piece.
 * @returns a sentence for a person
 * @throws NotSupported, or the error of the network or of the quarantine
 */
export async function sendCopy(
  parts: { readonly engine: Engine<'antimalware'>; readonly transport: () => Transport },
  facts: HostTaskFacts,
): Promise<string> {
  const { engine, transport } = parts;
  const fetchId = facts['fetch'];
  if (typeof fetchId !== 'string') throw new Error('The task does not say which copy it means.');
  if (!engine.quarantine) throw new NotSupported('This agent has no quarantine.');
  const wish = FetchWish.parse(await transport().call('POST', agentPaths.quarantineWish, { fetchId }));
  const { sizeBytes, content } = await engine.quarantine.copy(wish.fileId, wish.password);
  if (sizeBytes > wish.bytesMax) throw new Error(`The file has ${sizeBytes} bytes; at most ${wish.bytesMax} are sent.`);
  let position = 0;
  const send = async (bytes: Buffer, isLast: boolean) => {
    const piece: FetchPiece = { fetchId, position, content: bytes.toString('base64'), isLast };
    await transport().call('POST', agentPaths.quarantinePiece, piece);
    position += bytes.length;
  };
  let waiting = Buffer.alloc(0);
  for await (const bytes of content) {
    waiting = Buffer.concat([waiting, bytes]);
    while (waiting.length > fetchPieceBytes) {
      await send(waiting.subarray(0, fetchPieceBytes), false);
      waiting = waiting.subarray(fetchPieceBytes);
    }
  }
  await send(waiting, true);
  return `${position} bytes were sent`;
}
