import type { Locator, Page } from 'playwright-core';
import { dialog, row, see } from './page';
import { expect, test } from './test';

const isFocused = (element: Locator) => element.evaluate((e) => e === document.activeElement);

// tabTo goes on from where the focus is until it is at an element.
async function tabTo(page: Page, element: Locator, key = 'Tab') {
  await element.waitFor();
  for (let presses = 0; presses < 80; presses++) {
    if (await isFocused(element)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${element}: not reached with ${key}`);
}

test('an image is shared with the keyboard alone', async ({ service, signIn }) => {
  const owner = await service.project('Acme Web');
  const recipient = await service.project('Globex App');
  const image = await service.image(owner);
  // Who types slowly sees what is there so far checked.
  const page = await signIn({ projects: [owner], meant: ['422 POST'] });

  await tabTo(page, page.getByRole('link', { name: 'Acme Web' }));
  await page.keyboard.press('Enter');
  await tabTo(page, row(page, image).getByRole('radio'));
  await page.keyboard.press('Space');
  const share = page.getByRole('button', { name: 'Share image' });
  await tabTo(page, share, 'Shift+Tab');
  await page.keyboard.press('Enter');

  // The first field has the focus, and the focus stays in the dialog.
  const targets = dialog(page).getByLabel('Target project ids');
  await targets.waitFor();
  await expect.poll(() => isFocused(targets)).toBe(true);
  await page.keyboard.type(recipient);
  await see(row(dialog(page), recipient), 'Can be shared with');
  await tabTo(page, dialog(page).getByRole('checkbox'));
  await page.keyboard.press('Space');
  await tabTo(page, dialog(page).getByRole('button', { name: 'OK' }));
  await page.keyboard.press('Enter');
  await see(page, 'The image is shared with one more project.');
  await see(row(page, image), '1 of 50');
  await expect.poll(() => isFocused(share)).toBe(true);

  // Escape closes a dialog, and the focus is where it was.
  const actions = page.getByRole('button', { name: 'Actions', exact: true });
  await tabTo(page, actions, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Edit' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await dialog(page).getByLabel('Description').waitFor();
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'detached' });
  await expect.poll(() => isFocused(actions)).toBe(true);
});
