import { Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

export type CardProps = {
  readonly title?: ReactNode;
  readonly actions?: ReactNode;
  /** Tables and lists reach the card's edge. */
  readonly flush?: boolean;
  readonly children: ReactNode;
};

export function Card({ title, actions, flush, children }: CardProps) {
  const id = useId();
  return (
    <section className="card" {...(title ? { 'aria-labelledby': id } : {})}>
      {title && (
        <div className="card-head">
          <Title order={2} id={id} fz="md">
            {title}
          </Title>
          {actions}
        </div>
      )}
      <div className={flush ? '' : 'card-body'}>{children}</div>
    </section>
  );
}
