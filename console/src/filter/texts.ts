import { catalogue } from '../i18n/catalogue';

export const filterTexts = catalogue(
  {
    filter: 'Filter',
    clear: 'Clear the filter',
    any: 'Any',
    whole: 'In full',
    noId: 'This cannot be an id.',
    noMatch: 'Nothing matches the filter',
    goOn: 'There may be more on the next page.',
  },
  {
    filter: '筛选',
    clear: '清除筛选',
    any: '不限',
    whole: '完整填写',
    noId: '这不可能是 ID。',
    noMatch: '没有符合筛选条件的内容',
    goOn: '下一页可能还有。',
  },
);
