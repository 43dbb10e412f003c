import { catalogue } from '../../i18n/catalogue';

export const activityPageTexts = catalogue(
  {
    title: 'Activity',
    description: 'What was done to the images of this project and to the project itself, by whom, and what others did with what they share with it. The newest is first.',
    image: 'Image id',
    type: 'What was done',
    loading: 'Loading',
    refresh: 'Load again',
    empty: 'Nothing has been done yet',
    emptyExplained: 'Whatever is shared, saved, changed or deleted shows here.',
  },
  {
    title: '操作记录',
    description: '对此项目及其镜像的操作、操作者，以及与此项目共享的镜像的相关操作。最新的在最前面。',
    image: '镜像 ID',
    type: '操作',
    loading: '正在加载',
    refresh: '重新加载',
    empty: '还没有任何操作',
    emptyExplained: '共享、保存、更改和删除都会显示在这里。',
  },
);
