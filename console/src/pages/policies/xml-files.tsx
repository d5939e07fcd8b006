import { Text } from '@mantine/core';
import { formatBytes } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';

export type XmlFile = { readonly name: string; readonly xml: string };

/** Decoder or rule files in OSSEC's XML, each to be opened. */
export function XmlFiles({ title, files }: { title: string; files: readonly XmlFile[] }) {
  const say = usePhrase();
  const { language } = useLanguage();
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {say.bracket(title, say('console.count', { count: files.length }))}
      </Text>
      {files.map((file) => (
        <details key={file.name}>
          <summary style={{ cursor: 'pointer', fontSize: '0.8125rem' }}>
            <code>{file.name}</code> <span className="dim">{formatBytes(language, new Blob([file.xml]).size)}</span>
          </summary>
          <pre className="record" style={{ maxHeight: '24rem', overflow: 'auto', margin: '0.35rem 0' }}>
            {file.xml}
          </pre>
        </details>
      ))}
    </div>
  );
}
