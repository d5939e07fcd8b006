import { Drawer, Group, Stack } from '@mantine/core';
import type { StoredDetection } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { ButtonLink } from '../../parts/links.tsx';
import { SeverityBadge } from '../../parts/severity-badge.tsx';
import { DetectionDetails } from './detection-details.tsx';

/** One detection beside the list, with the whole record as it is stored. */
export function DetectionDrawer({
  detection,
  onClose,
}: {
  detection: StoredDetection | undefined;
  onClose: () => void;
}) {
  const say = usePhrase();
  return (
    <Drawer
      opened={detection !== undefined}
      onClose={onClose}
      position="right"
      size="xl"
      title={say('console.detections.record')}
      closeButtonProps={{ 'aria-label': say('console.close') }}
    >
      {detection && (
        <Stack>
          <Group justify="space-between">
            <SeverityBadge severity={detection.severity} />
            {detection.alertId && (
              <ButtonLink
                to="/alerts/$alertId"
                params={{ alertId: detection.alertId }}
                size="compact-sm"
                variant="default"
              >
                {say('console.detections.toAlert')}
              </ButtonLink>
            )}
          </Group>
          <DetectionDetails detection={detection} />
          <details>
            <summary className="dim" style={{ cursor: 'pointer', fontSize: '0.8125rem', marginBottom: '0.4rem' }}>
              {say('console.detections.json')}
            </summary>
            <CopyField value={JSON.stringify(detection, null, 2)} />
          </details>
        </Stack>
      )}
    </Drawer>
  );
}
