import type { PackageChange } from '@sakimori/contract';
import { formatNumber } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';

/** The packages that one run of the package tools changed, each with its version before and after. */
export function PackageTable({ packages }: { packages: readonly PackageChange[] }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const version = (text: string | undefined) =>
    text === undefined ? <span className="dim">{say('console.detections.absent')}</span> : <code>{text}</code>;
  return (
    <div style={{ overflowX: 'auto' }}>
      <table className="compare">
        <caption className="visually-hidden">{say('console.detections.packages', { count: packages.length })}</caption>
        <thead>
          <tr>
            <th scope="col">{say('console.detections.packageName')}</th>
            <th scope="col">{say('console.detections.before')}</th>
            <th scope="col">{say('console.detections.after')}</th>
            <th scope="col">{say('console.detections.packageFiles')}</th>
          </tr>
        </thead>
        <tbody>
          {packages.map(({ name, architecture = '', versionBefore, versionAfter, files }) => (
            <tr key={`${name} ${architecture}`}>
              <th scope="row">{architecture ? say.bracket(name, architecture) : name}</th>
              <td>{version(versionBefore)}</td>
              <td>{version(versionAfter)}</td>
              <td>{formatNumber(language, files)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
