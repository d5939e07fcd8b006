import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../../clock.ts';
import { BlockWriter } from './block-writer.ts';
import { ChangeWriter } from './change-stream.ts';
import { ContentReader } from './content-reader.ts';
import { Control, type FromWorker, type ToWorker, type WorkerPlan } from './crew-plan.ts';
import { FolderScanner, type WorkItem } from './folder-scanner.ts';
import { HardLinks } from './hard-links.ts';
import { KnownBlocks } from './known-blocks.ts';
import { RecordBuilder } from './record-builder.ts';
import { createScope, type Scope } from './scope.ts';
import { Youth } from './youth.ts';

/** Bytes after which blocks and differences go to the main thread. */
const sendBytes = 192 * 1024;
const pulseEvery = 16;

class Stopped extends Error {}

/** One worker of a scan: a stack of folders of its own, of which it gives away half when another has nothing to do. */
class ScanWorker {
  readonly #plan: WorkerPlan;
  readonly #port: MessagePort;
  readonly #control: Control;
  readonly #reader: ContentReader;
  readonly #scanner: FolderScanner;
  readonly #blocks = new BlockWriter();
  readonly #differences = new ChangeWriter();
  readonly #stack: WorkItem[] = [];
  #pulses = 0;

  constructor(plan: WorkerPlan, scope: Scope, port: MessagePort) {
    this.#plan = plan;
    this.#port = port;
    this.#control = new Control(plan.control);
    this.#reader = new ContentReader(new HardLinks(plan.links), () => this.#look());
    const [blocks, differences, reader] = [this.#blocks, this.#differences, this.#reader];
    const { hashBytesMax, trusts, mounts, keepsBlocks, known } = plan;
    const youth = new Youth(() => systemClock.nowMs());
    this.#scanner = new FolderScanner({
      ...{ scope, mounts, blocks, keepsBlocks, differences },
      builder: new RecordBuilder({ blocks, reader, hashBytesMax, trusts, reads: true, youth }),
      known: known && new KnownBlocks(known.file, known.memory),
      pulse: () => this.#pulse(),
    });
    port.on('message', (message: ToWorker) => this.#hear(message));
  }

  #pulse(): void {
    this.#pulses += 1;
    if (this.#pulses % pulseEvery === 0) this.#look();
  }

  #look(): void {
    if (this.#control.isStopped) throw new Stopped();
    this.#control.tell(this.#plan.index, this.#scanner.counts.entries, this.#reader.bytesHashed);
    if (this.#stack.length === 0 || !this.#control.feed()) return;
    // The bottom of the stack holds the folders nearest to the top of the tree, with most below them.
    this.#send({ share: this.#stack.splice(0, (this.#stack.length + 1) >> 1) });
  }

  #hear(message: ToWorker): void {
    try {
      if ('end' in message) {
        this.#finish();
        return;
      }
      for (const item of message.items) this.#stack.push(item);
      for (let item = this.#stack.pop(); item; item = this.#stack.pop()) {
        this.#scanner.scan(item, (found) => this.#stack.push(found));
        this.#flush(sendBytes);
      }
      this.#control.tell(this.#plan.index, this.#scanner.counts.entries, this.#reader.bytesHashed);
      this.#send({ idle: true });
    } catch (error) {
      this.#port.close();
      if (!(error instanceof Stopped)) throw error;
    }
  }

  #flush(bytesMax: number): void {
    if (this.#blocks.at > bytesMax) this.#send({ blocks: this.#blocks.take() });
    if (this.#differences.size > bytesMax) this.#send({ differences: this.#differences.take() });
  }

  #finish(): void {
    this.#flush(0);
    this.#scanner.close();
    const { counts, denied, skippedMounts } = this.#scanner;
    this.#send({ done: { counts, bytesHashed: this.#reader.bytesHashed, denied, skippedMounts } });
    this.#port.close();
  }

  #send(message: FromWorker): void {
    const bytes = 'blocks' in message ? message.blocks : 'differences' in message ? message.differences : undefined;
    this.#port.postMessage(message, bytes ? [bytes.buffer as ArrayBuffer] : []);
  }
}

const plan = workerData as WorkerPlan;
new ScanWorker(plan, await createScope(plan.scope), parentPort!);
