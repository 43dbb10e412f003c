import type { ShareRequest } from '../../api/types';
import { catalogue } from '../../i18n/catalogue';
import { isolate } from '../../i18n/isolate';

// ReminderVersion is a version of the security reminder that this page has the text of.
export type ReminderVersion = NonNullable<ShareRequest['reminderVersion']>;

// presentReminder is the one that is shown before the service has said anything.
export const presentReminder: ReminderVersion = '2026-11-01';

export const shareTexts = catalogue(
  {
    title: (name: string) => `Share ${isolate(name)}`,
    ok: 'OK',
    targets: 'Target project ids',
    targetsExplained:
      'Ask the other party for the id of its project. Type or paste one or more, one a line or with commas between them.',
    places: (current: number, limit: number) =>
      `Shared with ${current} of at most ${limit} projects. ${limit - current === 1 ? '1 place is' : `${limit - current} places are`} left.`,
    checked: (ready: number, bad: number, failed: number, left: number) =>
      `${ready} ready${bad > 0 ? `, ${bad} cannot be used` : ''}${failed > 0 ? `, ${failed} could not be checked` : ''}. ${left === 1 ? '1 place' : `${left} places`} left after this.`,
    tooMany: (ready: number, left: number) =>
      `${ready} projects do not fit: ${left === 1 ? 'only 1 place is' : `${left} places are`} left. Take some out, or copy the image and share the copy.`,
    tooManyEntered: (n: number, max: number) => `These are ${n} ids. Enter ${max} at most.`,
    full: (limit: number) =>
      `No place is left: an image can be shared with ${limit} projects. Cancel a share, or copy the image and share the copy.`,
    copyInstead: 'A copy is an image of its own, with as many places.',
    copy: 'Copy the image',
    someBad: 'Take out what cannot be used.',
    someFailed: 'Not all could be checked. Retry, or take out what could not be checked.',
    project: 'Project',
    account: 'Account',
    verdict: 'Result',
    remove: (id: string) => `Take out ${id}`,
    verdicts: {
      checking: 'Checking…',
      ready: 'Can be shared with',
      readyPending: 'Has to accept it first',
      shared: 'Has the image already',
      invalid: 'Is no project id',
      own: 'Owns the image',
      unknown: 'There is no such project',
      refuses: 'Does not take images from you',
      full: 'No place left',
      failed: 'Could not be checked',
    },
    reminderTitle: 'Security reminder',
    reminders: {
      '2026-11-01':
        'Make sure the image holds no sensitive data such as passwords, keys or customer records: every project it is shared with can create hosts from it and read its system disk.',
    } satisfies Record<ReminderVersion, string>,
    acknowledge: 'I have read this, and made sure that the image holds no sensitive data.',
    covers: 'Only the system disk is shared. Data disks stay with you.',
    billingTitle: 'Billing',
    billing: (projectId: string) =>
      `The image stays yours and is billed to ${isolate(projectId)}. Receiving it is free. A copy that a recipient saves is billed to that recipient.`,
    done: (n: number) => (n === 1 ? 'The image is shared with one more project.' : `The image is shared with ${n} more projects.`),
    pendingToo: (n: number) => (n === 1 ? 'One of them has to accept it first.' : `${n} of them have to accept it first.`),
    allPending: (n: number) => (n === 1 ? 'It has to accept the image first.' : 'All of them have to accept it first.'),
    doneBefore: (n: number) =>
      n === 1 ? 'The image is shared with this project now.' : 'The image is shared with all of these projects now.',
    betweenSentences: ' ',
    changed: 'The security reminder has changed. Read it, and tick the box again.',
  },
  {
    title: (name) => `共享 ${isolate(name)}`,
    ok: '确定',
    targets: '目标项目 ID',
    targetsExplained: '请向对方索取其项目 ID。可输入或粘贴一个或多个，每行一个或以逗号分隔。',
    places: (current, limit) => `已共享给 ${current} 个项目，最多 ${limit} 个。还剩 ${limit - current} 个名额。`,
    checked: (ready, bad, failed, left) =>
      `${ready} 个可共享${bad > 0 ? `，${bad} 个不可用` : ''}${failed > 0 ? `，${failed} 个无法检查` : ''}。共享后还剩 ${left} 个名额。`,
    tooMany: (ready, left) => `${ready} 个项目放不下：只剩 ${left} 个名额。请去掉一些，或复制镜像后共享副本。`,
    tooManyEntered: (n, max) => `这里有 ${n} 个 ID。最多可输入 ${max} 个。`,
    full: (limit) => `没有名额：一个镜像最多可共享给 ${limit} 个项目。请取消部分共享，或复制镜像后共享副本。`,
    copyInstead: '副本是独立的镜像，拥有同样多的名额。',
    copy: '复制镜像',
    someBad: '请去掉不可用的项目。',
    someFailed: '有项目无法检查。请重试，或去掉这些项目。',
    project: '项目',
    account: '账户',
    verdict: '结果',
    remove: (id) => `去掉 ${id}`,
    verdicts: {
      checking: '正在检查…',
      ready: '可以共享',
      readyPending: '需对方先接受',
      shared: '已拥有该镜像',
      invalid: '不是项目 ID',
      own: '镜像所属项目',
      unknown: '没有这个项目',
      refuses: '不接收您的镜像',
      full: '没有名额',
      failed: '无法检查',
    },
    reminderTitle: '安全提示',
    reminders: {
      '2026-11-01':
        '请确认镜像中不含密码、密钥、客户资料等敏感数据：获得共享的每个项目都可以用它创建主机，并读取其系统盘。',
    },
    acknowledge: '我已阅读，并确认镜像中不含敏感数据。',
    covers: '仅共享系统盘。数据盘仍归您所有，不会共享。',
    billingTitle: '计费',
    billing: (projectId) =>
      `镜像仍归您所有，费用由 ${isolate(projectId)} 承担。接收共享免费。接收方保存的副本由接收方付费。`,
    done: (n) => `已将镜像共享给另外 ${n} 个项目。`,
    pendingToo: (n) => `其中 ${n} 个需先接受。`,
    allPending: (n) => (n === 1 ? '该项目需先接受。' : '这些项目均需先接受。'),
    doneBefore: (n) => (n === 1 ? '镜像现已共享给该项目。' : '镜像现已共享给所有这些项目。'),
    betweenSentences: '',
    changed: '安全提示已更新。请阅读后重新勾选。',
  },
);

export type ShareTexts = (typeof shareTexts)['en'];
