import { catalogue } from '../../i18n/catalogue';

export const activityPageTexts = catalogue(
  {
    title: 'Activity',
    description: 'What was done to this project and its images, by whom and why, and what it did with images of others. The newest is first.',
    list: 'What was done',
    image: 'Image id',
    type: 'Kind',
    refresh: 'Load again',
    empty: 'Nothing has been done yet',
    emptyExplained: 'Whatever is shared, saved, changed or deleted shows here.',
  },
  {
    title: '操作记录',
    description: '对此项目及其镜像的操作、操作者和原因，以及此项目对他人镜像的操作。最新的在最前面。',
    list: '操作',
    image: '镜像 ID',
    type: '操作类型',
    refresh: '重新加载',
    empty: '还没有任何操作',
    emptyExplained: '共享、保存、更改和删除都会显示在这里。',
  },
);
