/** アラートと検出の見出し。 */
export const headline = {
  'headline.about': '{what}：{about}',
  'headline.withDetail': '{what}（{detail}）',
  'headline.comma': '、',
  'changed.created': '作成',
  'changed.deleted': '削除',
  'changed.renamed': '名前',
  'changed.content': '内容',
  'changed.mode': 'パーミッション',
  'changed.owner': '所有者',
  'changed.group': 'グループ',
  'changed.type': '種類',
  'changed.link': 'リンク先',
  'changed.size': 'サイズ',
  'changed.modified': '更新日時',
  'changed.shrunk': '縮小',
} as const;
