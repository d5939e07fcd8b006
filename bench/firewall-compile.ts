// A thousand firewall rules on a real kernel: compiled to nftables, checked and put in force in one transaction, and what a flow of packets through
// that host loses meanwhile. Two network namespaces of its own; needs root.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FirewallPolicyRule } from '@sakimori/contract/policy-firewall';
import { abilities, type Moment } from '../agent/src/engines/firewall/compile/event-key.ts';
import { compileRuleSet } from '../agent/src/engines/firewall/compile/rule-set.ts';
import { freshText } from '../agent/src/engines/firewall/compile/table.ts';
import { policyOf, ruleOf, statefulAll } from '../agent/src/engines/firewall/test-policy.ts';
import { TestNetwork, whyNoNetwork } from '../agent/src/test-network.ts';
import { median, round } from './parts/measure.ts';
import { progress, tell } from './parts/report.ts';

const rulesCount = 1000;
const changes = 10;
const packetsPerSecond = 2000;
const loadMsMax = 1000;

/** Denials and permissions of addresses and ports, logged, of both families; the flow that is measured is allowed by the last. */
function makeRules(first: number): FirewallPolicyRule[] {
  const rules = Array.from({ length: rulesCount - 1 }, (_, index) => {
    const at = index + first;
    const isDenied = index % 2 === 0;
    return ruleOf({
      id: at + 1,
      action: isDenied ? 'deny' : 'allow',
      log: isDenied,
      protocol: { not: false, items: [index % 3 === 0 ? 17 : 6] },
      source: {
        addresses: { not: false, items: [`10.${at >> 8}.${at & 255}.0/24`, `2001:db8:${at.toString(16)}::/48`] },
      },
      destination: { ports: { not: false, items: [[1000 + index, 1004 + index]] } },
    });
  });
  const flow = {
    protocol: { not: false, items: [17] },
    destination: { ports: { not: false, items: [[9000, 9000] as [number, number]] } },
  };
  return [...rules, ruleOf({ id: 999_999, action: 'allow', ...flow })];
}

/** Answers every datagram; the other side counts what comes back. */
const echo = `import socket
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
one.bind(("10.78.0.2", 9000))
print("{}", flush=True)
while True:
    data, sender = one.recvfrom(64)
    one.sendto(data, sender)
`;
const flow = `import json, socket, sys, threading, time
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
one.connect(("10.78.0.2", 9000))
one.settimeout(2)
got, sent, going = 0, 0, True
def hear():
    global got
    while True:
        try:
            one.recv(64)
            got += 1
        except TimeoutError:
            if not going:
                return
def send():
    global sent
    due = time.monotonic()
    while going:
        one.send(b"x")
        sent += 1
        due += 1 / ${packetsPerSecond}
        time.sleep(max(0, due - time.monotonic()))
threads = [threading.Thread(target=hear), threading.Thread(target=send)]
for thread in threads:
    thread.start()
sys.stdin.readline()
print("{}", flush=True)
sys.stdin.readline()
going = False
for thread in threads:
    thread.join()
print(json.dumps({"sent": sent, "got": got}), flush=True)
`;

async function main(): Promise<void> {
  const reason = whyNoNetwork();
  if (reason) throw new Error(reason);
  const network = new TestNetwork('bench');
  try {
    const moment: Moment = {
      ...{ hourOfWeek: 0, interfaces: [], isSettling: false, manager: undefined },
      ...{
        blocked: new Map(),
        abilities: new Set(abilities),
        surroundings: { place: undefined, active: [], tested: [] },
      },
    };
    const answerer = network.start(network.server, 'python3', ['-u', '-c', echo]);
    await answerer.ask({});
    const [compileMs, checkMs, loadMs]: [number[], number[], number[]] = [[], [], []];
    let sender: ReturnType<TestNetwork['start']> | undefined;
    for (let turn = 0; turn <= changes; turn += 1) {
      const started = performance.now();
      const policy = policyOf(makeRules(turn), { stateful: statefulAll });
      const text = freshText(compileRuleSet(policy, turn % 2 ? 'a' : 'b', moment));
      compileMs.push(performance.now() - started);
      checkMs.push(timed(() => network.run(network.server, 'nft', ['-c', '-f', '-'], text)));
      loadMs.push(timed(() => network.run(network.server, 'nft', ['-f', '-'], text)));
      if (turn > 0) continue;
      progress(`${packetsPerSecond} packets a second through ${changes} changes of ${rulesCount} rules`);
      sender = network.start(network.client, 'python3', ['-u', '-c', flow]);
      await sender.ask({});
      await sleep(500);
    }
    await sleep(500);
    const { sent, got } = (await sender!.ask({})) as { sent: number; got: number };
    report({ compileMs, checkMs, loadMs, sent, lost: sent - got });
  } finally {
    await network.remove();
  }
}

function timed(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function report(found: { compileMs: number[]; checkMs: number[]; loadMs: number[]; sent: number; lost: number }): void {
  const loadMs = round(median(found.loadMs));
  tell({
    bench: 'firewall-compile',
    figures: {
      rules: rulesCount,
      'compiled, ms': round(median(found.compileMs)),
      'checked by nft, ms': round(median(found.checkMs)),
      'in force after, ms': loadMs,
      'slowest, ms': round(Math.max(...found.loadMs)),
      'packets meanwhile': found.sent,
      lost: found.lost,
    },
    aims: [
      { what: 'packets lost in the change', aim: 'none', measured: `${found.lost}`, met: found.lost === 0 },
      {
        what: 'a thousand rules in force',
        aim: `< ${loadMsMax} ms`,
        measured: `${loadMs} ms`,
        met: loadMs < loadMsMax,
      },
    ],
    notes: [`Medians of ${changes + 1} changes; nft's own start and the way into the namespace are in its times.`],
  });
}

await main();
