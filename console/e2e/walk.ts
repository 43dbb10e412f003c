import type { Page } from 'playwright-core';
import type { Language } from '../src/i18n/language';
import { imageTexts } from '../src/image/texts';
import { shareTexts } from '../src/image/share/texts';
import { activityPageTexts } from '../src/pages/activity/texts';
import { imagePageTexts } from '../src/pages/image/texts';
import { platformTexts } from '../src/pages/platform/texts';
import { policyTexts } from '../src/pages/policy/texts';
import { receivedTexts } from '../src/pages/received/texts';
import { shellTexts } from '../src/shell/texts';
import { choose, dialog, press, row, see } from './page';
import type { Service } from './service';

// Place is a page, with what is open on it.
export interface Place {
  name: string;
  at: string;
  // What is to be seen there when it is all loaded.
  sees: string | RegExp;
  // What is done to open it.
  open?: (page: Page) => Promise<void>;
}

// Scene is what there is to be seen: somebody's project with images and recipients, and
// what others share with it.
export interface Scene {
  projectId: string;
  imageId: string;
  receivedId: string;
  pendingId: string;
}

interface Names {
  project: string;
  image: string;
  description?: string;
  tags?: Record<string, string>;
}

// arrange makes one, in which everything is called by these names.
export async function arrange(service: Service, { project, image, ...others }: Names): Promise<Scene> {
  const [projectId, recipient, owner] = [await service.project(project), await service.project(project), await service.project(project)];
  const imageId = await service.image(projectId, { name: image, ...others });
  await service.share(projectId, imageId, [recipient]);
  const receivedId = await service.image(owner, { name: image, ...others });
  const pendingId = await service.image(owner, { name: image, ...others });
  await service.share(owner, receivedId, [projectId]);
  await service.policy(projectId, 'consent');
  await service.share(owner, pendingId, [projectId]);
  return { projectId, imageId, receivedId, pendingId };
}

// placesOf are all the pages of a member, and the dialogs on them.
export function placesOf({ projectId, imageId, receivedId, pendingId }: Scene, language: Language): Place[] {
  const [images, image] = [`/console/${projectId}/images`, `/console/${projectId}/images/${imageId}`];
  const received = `/console/${projectId}/shared-images`;
  const of = imageTexts[language];
  const share = shareTexts[language];
  const on = receivedTexts[language];
  const fromMenu = (name: string) => async (page: Page) => {
    await choose(page, imageId);
    await page.getByRole('button', { name: of.actions, exact: true }).click();
    await page.getByRole('menuitem', { name, exact: true }).click();
    await dialog(page).waitFor();
  };
  const inRow = (id: string, name: string) => async (page: Page) => {
    await row(page, id).getByRole('button', { name }).click();
    await dialog(page).waitFor();
  };
  return [
    { name: 'projects', at: '/console/projects', sees: projectId },
    { name: 'images', at: images, sees: imageId },
    {
      name: 'share-dialog', at: images, sees: imageId,
      open: async (page) => {
        await choose(page, imageId);
        await press(page, of.share);
        await dialog(page).getByLabel(share.targets).fill(`nobody, ${projectId}, <b>`);
        await see(row(dialog(page), 'nobody'), share.verdicts.unknown);
        await dialog(page).getByRole('checkbox').check();
      },
    },
    { name: 'copy-dialog', at: images, sees: imageId, open: fromMenu(of.copy) },
    { name: 'edit-dialog', at: images, sees: imageId, open: fromMenu(of.edit) },
    { name: 'deprecate-dialog', at: images, sees: imageId, open: fromMenu(of.deprecate) },
    { name: 'delete-dialog', at: images, sees: imageId, open: fromMenu(of.delete) },
    { name: 'image', at: image, sees: imagePageTexts[language].history },
    {
      name: 'cancel-dialog', at: image, sees: imagePageTexts[language].history,
      open: async (page) => {
        await press(page, imagePageTexts[language].cancelAll);
        await dialog(page).waitFor();
      },
    },
    { name: 'received', at: received, sees: receivedId },
    { name: 'received-pending', at: `${received}?status=pending`, sees: pendingId },
    { name: 'received-empty', at: `${received}?status=declined`, sees: on.empty.declined },
    { name: 'save-dialog', at: received, sees: receivedId, open: inRow(receivedId, on.save) },
    { name: 'decline-dialog', at: received, sees: receivedId, open: inRow(receivedId, on.decline) },
    { name: 'accept-dialog', at: `${received}?status=pending`, sees: pendingId, open: inRow(pendingId, on.accept) },
    { name: 'received-image', at: `${received}/${receivedId}`, sees: on.details },
    { name: 'received-image-gone', at: `${received}/nothing`, sees: on.gone },
    { name: 'image-gone', at: `${images}/nothing`, sees: imagePageTexts[language].gone },
    { name: 'policy', at: `/console/${projectId}/policy`, sees: policyTexts[language].blocked },
    { name: 'activity', at: `/console/${projectId}/activity`, sees: activityPageTexts[language].list },
    { name: 'not-found', at: '/console/nothing/here', sees: shellTexts[language].notFound },
  ];
}

// platformPlacesOf are those of the platform.
export function platformPlacesOf({ projectId, imageId }: Scene, language: Language): Place[] {
  const texts = platformTexts[language];
  const at = `/console/platform?project=${projectId}`;
  return [
    { name: 'platform', at, sees: imageId },
    { name: 'platform-policy', at: `${at}&part=policy`, sees: policyTexts[language].lists.blockedAccounts },
    { name: 'platform-activity', at: `${at}&part=activity`, sees: activityPageTexts[language].list },
    {
      name: 'suspend-dialog', at, sees: imageId,
      open: async (page) => {
        await row(page, imageId).getByRole('button', { name: texts.suspend }).click();
        await dialog(page).waitFor();
      },
    },
    {
      name: 'close-dialog', at, sees: imageId,
      open: async (page) => {
        await press(page, texts.close);
        await dialog(page).waitFor();
      },
    },
  ];
}

// visit goes to a place, by its address unless that is where the page is, and waits until
// it is all there.
export async function visit(page: Page, { at, sees, open }: Place) {
  const url = new URL(page.url());
  if (url.pathname + url.search !== at) await page.goto(at);
  await see(page.locator('main'), sees);
  await open?.(page);
  await isStill(page);
}

// leave closes what visit has opened, which gives the focus back to the page.
export async function leave(page: Page, { open }: Place) {
  if (!open) return;
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement !== document.body);
}

// isStill waits until nothing moves but what always does.
async function isStill(page: Page) {
  const isEndless = 'a.effect?.getTiming().iterations === Infinity';
  await page.waitForFunction(`document.getAnimations().every((a) => a.playState !== 'running' || ${isEndless})`);
}
