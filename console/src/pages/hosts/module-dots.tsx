import { Tooltip } from '@mantine/core';
import { type ModuleStatus, modules } from '@sakimori/contract';
import type { Icon } from '@tabler/icons-react';
import { usePhrase } from '../../language.tsx';
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconTool } from '../../parts/icons.ts';
import type { Tone } from '../../parts/severity-badge.tsx';

const looks: Readonly<Record<ModuleStatus['state'], readonly [Tone, Icon]>> = {
  active: ['good', IconCircleCheck],
  off: ['idle', IconCircleDashed],
  lacking: ['warn', IconTool],
  degraded: ['watch', IconAlertTriangle],
};

/** The six modules of a host in a row, in the order of the specification. */
export function ModuleDots({ modules: statuses }: { modules: readonly ModuleStatus[] }) {
  const say = usePhrase();
  return (
    <ul className="module-dots">
      {modules.map((module) => {
        const status = statuses.find((each) => each.module === module);
        const [tone, Sign] = status ? looks[status.state] : (['idle', IconCircleDashed] as const);
        const state = status ? say(`console.moduleState.${status.state}`) : say('console.hosts.notReported');
        const label = say.pair(say(`module.${module}`), state);
        return (
          <Tooltip key={module} label={label}>
            <li
              aria-label={label}
              data-tone={tone}
              style={{ color: 'var(--tone)', display: 'inline-flex', position: 'relative', zIndex: 1 }}
            >
              <Sign size={18} stroke={1.8} aria-hidden />
            </li>
          </Tooltip>
        );
      })}
    </ul>
  );
}
