import { catalogue } from '../i18n/catalogue';

export const componentTexts = catalogue(
  {
    copy: (what: string) => `Copy ${what}`,
    labelled: (label: string) => `${label}: `,
    copied: 'Copied',
    notCopied: 'Could not be copied',
    loading: 'Loading',
    states: { Creating: 'Being made', Available: 'Available', Failed: 'Failed' },
    statuses: { accepted: 'Accepted', pending: 'Pending', declined: 'Declined' },
    suspended: 'Suspended',
    closed: 'Closed',
    none: '–',
    cancel: 'Cancel',
    close: 'Close',
    gone: 'The image is gone',
  },
  {
    copy: (what) => `复制 ${what}`,
    labelled: (label) => `${label}：`,
    copied: '已复制',
    notCopied: '无法复制',
    loading: '正在加载',
    states: { Creating: '制作中', Available: '可用', Failed: '失败' },
    statuses: { accepted: '已接受', pending: '待处理', declined: '已拒绝' },
    suspended: '已暂停',
    closed: '已关闭',
    none: '–',
    cancel: '取消',
    close: '关闭',
    gone: '该镜像已不存在',
  },
);
