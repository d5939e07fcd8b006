import { type Severity, severities } from '@sakimori/contract';
import { usePhrase } from '../language.tsx';

export const severityTones: Readonly<Record<Severity, Tone>> = {
  critical: 'bad',
  high: 'warn',
  medium: 'watch',
  low: 'info',
  informational: 'idle',
};
export type Tone = 'good' | 'info' | 'watch' | 'warn' | 'bad' | 'idle';

/** A severity as word, colour and number of bars: none of the three stands alone. */
export function SeverityBadge({ severity }: { severity: Severity }) {
  const say = usePhrase();
  const level = severities.indexOf(severity);
  return (
    <span className="severity" data-tone={severityTones[severity]}>
      <i aria-hidden>
        {severities.map((each, index) => (
          <b key={each} data-on={index <= level || undefined} style={{ height: `${4 + index * 2}px` }} />
        ))}
      </i>
      {say(`severity.${severity}`)}
    </span>
  );
}
