import { Group, Text } from '@mantine/core';

/** The product's mark: a shield, the sea the guards looked out on, and their beacon. */
export function Mark({ size = 26 }: { size?: number }) {
  return (
    <Group gap={9} wrap="nowrap">
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
        <path d="M16 2 4 6.5v8.6C4 22.4 9 27.6 16 30c7-2.4 12-7.6 12-14.9V6.5Z" fill="light-dark(#264f7a, #4075a8)" />
        <path
          d="M8 19c2.7-2.6 5.3-2.6 8 0s5.3 2.6 8 0"
          fill="none"
          stroke="#fff"
          strokeWidth="2.2"
          strokeLinecap="round"
        />
        <circle cx="16" cy="11" r="3.2" fill="#f08c3a" />
      </svg>
      <Text className="mark-name" fw={700} fz={size > 30 ? 'xl' : 'lg'} style={{ letterSpacing: '0.01em' }}>
        Sakimori
      </Text>
    </Group>
  );
}
