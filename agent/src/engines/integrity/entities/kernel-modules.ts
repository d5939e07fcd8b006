import { type Entities, fitKey, fitValue, type Values } from './entity.ts';
import type { SafeFiles } from './safe-files.ts';

/** Taint flags of a module and of the kernel, as the kernel writes them (kernel documentation, "Tainted kernels"). */
const kernelFlags = 'PFSRMBUDAWCIOELKXTNJ';

/**
 * Modules of `/proc/modules`, with the letters that say why the kernel trusts one less: `O` from elsewhere, `E` unsigned, `P` proprietary, `F` forced. The kernel
 * itself is one of them, with all that it was ever tainted by.
 */
export function readKernelModules(files: SafeFiles): Entities | undefined {
  const text = files.text('/proc/modules');
  const tainted = files.text('/proc/sys/kernel/tainted');
  if (text === undefined && tainted === undefined) return undefined;
  const modules = new Map<string, Values>();
  for (const line of (text ?? '').split('\n')) {
    const match = /^(\S+) (\d+) \S+ \S+ \S+ \S+(?: \(([A-Z+-]+)\))?/.exec(line);
    // `+` and `-` say that it is being loaded or unloaded at this moment.
    if (match) modules.set(fitKey(match[1]!), { size: match[2]!, taint: (match[3] ?? '').replaceAll(/[+-]/g, '') });
  }
  if (tainted !== undefined) modules.set('kernel', { taint: fitValue(flagsOf(tainted.trim())) });
  return modules;
}

function flagsOf(text: string): string {
  const bits = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return [...kernelFlags].filter((_, bit) => Math.floor(bits / 2 ** bit) % 2 === 1).join('');
}
