import type { headline as ja } from '../ja/headline.ts';

/** Headlines of alerts and detections. */
export const headline: Record<keyof typeof ja, string> = {
  'headline.about': '{what}: {about}',
  'headline.withDetail': '{what} ({detail})',
  'headline.comma': ', ',
  'changed.created': 'created',
  'changed.deleted': 'deleted',
  'changed.renamed': 'name',
  'changed.content': 'content',
  'changed.mode': 'permissions',
  'changed.owner': 'owner',
  'changed.group': 'group',
  'changed.type': 'type',
  'changed.link': 'link target',
  'changed.size': 'size',
  'changed.modified': 'time of modification',
  'changed.shrunk': 'smaller than before',
};
