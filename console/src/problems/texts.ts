import type { Problem, ProblemCode } from '../api/problem';
import { catalogue } from '../i18n/catalogue';
import { entry } from '../i18n/entry';
import { isolate } from '../i18n/isolate';

// Of is the problem of one code.
type Of<Code extends ProblemCode> = Extract<Problem, { code: Code }>;
type Explanations = { [Code in ProblemCode]: string | ((problem: Of<Code>) => string) };

const list = (ids: readonly string[], separator: string) => ids.map(isolate).join(separator);

const en = {
  InvalidRequest: 'Something that was entered is not valid.',
  InvalidNextToken: 'This page of the list is no longer there. Begin the list again.',
  Unauthenticated: 'The service does not accept your sign-in. Sign out, and sign in again.',
  ProjectAccessDenied: 'You cannot act for this project. Choose another one, or ask for access to it.',
  PlatformOnly: 'Only the platform can do this, with an application of its own.',
  MissingScope: (p: Of<'MissingScope'>) =>
    `You are not allowed to do this. Ask whoever gives you access for the permission ${isolate(p.requiredScope)}.`,
  ImageNotFound: 'There is no such image here. It was deleted, or it is no longer shared with this project.',
  ShareNotFound: 'The image is not shared with this project any more, so there is nothing to cancel.',
  RouteNotFound: 'This page asks for something that the service does not know. Reload the page.',
  MethodNotAllowed: 'This page asks for something that the service does not know. Reload the page.',
  ShareLimitExceeded: (p: Of<'ShareLimitExceeded'>) =>
    `An image can be shared with ${p.limit} projects. It is shared with ${p.current}, so ${p.requested} more ${p.requested === 1 ? 'does' : 'do'} not fit. Cancel a share, or copy the image and share the copy. Nothing was shared.`,
  ImageNotAvailable: (p: Of<'ImageNotAvailable'>) =>
    p.state === 'Creating'
      ? 'The image is still being made. Wait until it is available.'
      : 'The image has failed, so it cannot be used.',
  ImageSuspended:
    'The platform has suspended this image. It can be neither launched, saved, copied nor shared until the suspension ends.',
  ImageConflict: 'This would change what never changes of an image.',
  IdempotencyConflict: 'A copy was begun already with what was entered before. Close this, and look at it in the list of images. Begin again if you want another one.',
  ShareNotAccepted: (p: Of<'ShareNotAccepted'>) =>
    p.shareStatus === 'pending'
      ? 'This project has not accepted the image yet. Accept it first.'
      : 'This project has declined the image. Accept it first.',
  RecipientRefuses: (p: Of<'RecipientRefuses'>) =>
    `${list(p.projectIds, ', ')} ${p.projectIds.length === 1 ? 'does' : 'do'} not take images from you. Ask there for your project to be trusted. Nothing was shared.`,
  ProjectNotEmpty: 'The project still owns images. Delete them first.',
  ProjectClosed: 'The project is closed for good. Use another one.',
  RequestTooLarge: 'This is more than the service takes. Enter less.',
  SecurityReminderNotAcknowledged: 'The security reminder has changed. Read it, and tick the box again.',
  CrossRegionNotSupported: (p: Of<'CrossRegionNotSupported'>) =>
    `An image is shared, used and saved only in its own region, ${isolate(p.imageRegion)}. Its owner can copy it to ${isolate(p.region)} first.`,
  RegionNotSupported: (p: Of<'RegionNotSupported'>) =>
    `Images cannot be copied to ${isolate(p.region)}. Choose one of ${list(p.regions, ', ')}.`,
  ImageNotShareable: (p: Of<'ImageNotShareable'>) =>
    p.reason === 'LightweightUHost'
      ? 'Images of Lightweight Application UHosts cannot be shared.'
      : 'Only custom images can be shared.',
  CannotShareWithOwner: 'The image belongs to this project already.',
  ProjectNotFound: (p: Of<'ProjectNotFound'>) =>
    `There is no project ${list(p.projectIds, ', ')}. Check the id. Nothing was changed.`,
  Throttled: 'There are too many requests at the moment. Nothing was changed. Try again a little later.',
  Busy: 'The service is busy. Nothing was changed. Try again.',
  OutcomeUnknown:
    'The answer was lost, so this may or may not have been done. Try again: that never does it twice. Or close this, and look at the list first.',
  Internal: 'Something failed in the service. Try again, and report the request id if it goes on.',
  Unreachable: 'The service could not be reached. Check your connection, and try again.',
  SessionEnded: 'You are not signed in any more. Sign in to go on.',
  Unexpected: 'Something unexpected came back. Reload the page, and report it if it goes on.',
} as const satisfies Explanations;

export const problemTexts = catalogue(
  {
    explanations: en,
    requestId: 'Request id',
    retry: 'Retry',
    failed: 'This did not work',
    unknownOutcome: 'It is not known whether this was done',
    waiting: 'The service is busy. Trying again…',
  },
  {
    explanations: {
      InvalidRequest: '填写的内容中有无效之处。',
      InvalidNextToken: '列表的这一页已不存在。请从头重新查看列表。',
      Unauthenticated: '服务不接受您的登录。请退出后重新登录。',
      ProjectAccessDenied: '您无权操作此项目。请选择其他项目，或申请访问权限。',
      PlatformOnly: '只有平台自己的应用才能执行此操作。',
      MissingScope: (p) => `您没有执行此操作的权限。请向管理员申请权限 ${isolate(p.requiredScope)}。`,
      ImageNotFound: '这里没有这个镜像。它已被删除，或不再共享给此项目。',
      ShareNotFound: '该镜像已不再共享给此项目，无需取消。',
      RouteNotFound: '此页面请求了服务不认识的内容。请重新加载页面。',
      MethodNotAllowed: '此页面请求了服务不认识的内容。请重新加载页面。',
      ShareLimitExceeded: (p) =>
        `一个镜像最多可共享给 ${p.limit} 个项目。目前已共享给 ${p.current} 个，无法再增加 ${p.requested} 个。请取消部分共享，或复制该镜像后共享副本。本次未共享任何项目。`,
      ImageNotAvailable: (p) => (p.state === 'Creating' ? '镜像仍在制作中。请等待其变为可用。' : '镜像制作失败，无法使用。'),
      ImageSuspended: '平台已暂停此镜像。在恢复之前，不能用它启动主机，也不能保存、复制或共享。',
      ImageConflict: '这会更改镜像中不可更改的内容。',
      IdempotencyConflict: '已用之前填写的内容开始制作副本。请关闭此窗口，先在镜像列表中查看。如需另一个副本，请重新开始。',
      ShareNotAccepted: (p) =>
        p.shareStatus === 'pending' ? '此项目尚未接受该镜像。请先接受。' : '此项目已拒绝该镜像。请先接受。',
      RecipientRefuses: (p) => `${list(p.projectIds, '、')} 不接收您的镜像。请联系对方将您的项目设为信任。未共享任何项目。`,
      ProjectNotEmpty: '该项目仍拥有镜像。请先删除这些镜像。',
      ProjectClosed: '该项目已永久关闭。请使用其他项目。',
      RequestTooLarge: '内容超出服务可接受的大小。请减少内容。',
      SecurityReminderNotAcknowledged: '安全提示已更新。请阅读后重新勾选。',
      CrossRegionNotSupported: (p) =>
        `镜像只能在其所在地域 ${isolate(p.imageRegion)} 内共享、使用和保存。其所有者可以先将它复制到 ${isolate(p.region)}。`,
      RegionNotSupported: (p) => `无法将镜像复制到 ${isolate(p.region)}。请从以下地域中选择：${list(p.regions, '、')}。`,
      ImageNotShareable: (p) =>
        p.reason === 'LightweightUHost' ? '轻量应用云主机的镜像不能共享。' : '只有自定义镜像才能共享。',
      CannotShareWithOwner: '该镜像本来就属于此项目。',
      ProjectNotFound: (p) => `没有项目 ${list(p.projectIds, '、')}。请检查项目 ID。未做任何更改。`,
      Throttled: '当前请求过多。未做任何更改。请稍后重试。',
      Busy: '服务繁忙。未做任何更改。请重试。',
      OutcomeUnknown: '响应已丢失，无法确定操作是否已完成。请重试：重试不会重复执行。也可以关闭此窗口，先查看列表。',
      Internal: '服务内部出错。请重试；如仍然失败，请报告请求 ID。',
      Unreachable: '无法连接到服务。请检查网络后重试。',
      SessionEnded: '您已不再处于登录状态。请登录后继续。',
      Unexpected: '收到了意外的结果。请重新加载页面；如仍然出现，请报告。',
    },
    requestId: '请求 ID',
    retry: '重试',
    failed: '操作未成功',
    unknownOutcome: '无法确定操作是否已完成',
    waiting: '服务繁忙，正在重试…',
  },
);

export type Texts = (typeof problemTexts)['en'];

// explain says what a problem means and what to do. For a code that this page does not
// know, because the service is newer, it is what the service says.
export function explain(texts: Texts, problem: Problem): string {
  const explanations = texts.explanations as Record<string, string | ((problem: Problem) => string)>;
  const explanation = entry(explanations, problem.code);
  if (explanation === undefined) return problem.detail;
  return typeof explanation === 'string' ? explanation : explanation(problem);
}
