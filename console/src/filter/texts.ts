import { catalogue } from '../i18n/catalogue';

export const filterTexts = catalogue(
  {
    clear: 'Clear the filters',
    any: (what: string) => `${what}: any`,
    noId: 'This cannot be an id.',
    noMatch: 'Nothing matches',
    goOn: 'There may be more on the next page.',
  },
  {
    clear: '清除筛选',
    any: (what) => `${what}：不限`,
    noId: '这不可能是 ID。',
    noMatch: '没有符合筛选条件的内容',
    goOn: '下一页可能还有。',
  },
);
